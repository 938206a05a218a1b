/** The content type that Go's server gives to bytes that nobody named a type for. */
export function sniffedType(bytes: Uint8Array): string {
  // nothing was written, so nothing was sniffed
  if (bytes.length === 0) return 'application/json'
  const head = bytes.subarray(0, 512)
  const text = String.fromCharCode(...head).replace(/^[\t\n\f\r ]+/, '')
  if (/^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[ >]|^<!--/i.test(text)) return 'text/html; charset=utf-8'
  if (text.startsWith('<?xml')) return 'text/xml; charset=utf-8'
  if (String.fromCharCode(...head.subarray(0, 5)) === '%PDF-') return 'application/pdf'
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 0x08) return 'application/x-gzip'
  const isBinary = head.some((byte) => byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f))
  return isBinary ? 'application/octet-stream' : 'text/plain; charset=utf-8'
}
