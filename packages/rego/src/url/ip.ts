/** 4 or 6 when the text is an IP address as Go's `netip.ParseAddr` takes it (without a zone), else 0. */
export function isIp(text: string): 0 | 4 | 6 {
  const bytes = parseIp(text)
  return bytes === undefined ? 0 : text.includes(':') ? 6 : 4
}

/** The four or sixteen bytes of an address; no zone. */
export function parseIp(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIp6(text) : parseIp4(text)
}

function parseIp4(text: string): Uint8Array | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined
  return Uint8Array.from(parts, Number)
}

function parseIp6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half, i) => groups(half, i === halves.length - 1))
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const length = head.length + (tail?.length ?? 0)
  if (halves.length === 1 ? length !== 16 : length > 14) return undefined
  const out = new Uint8Array(16)
  out.set(head)
  if (tail !== undefined) out.set(tail, 16 - tail.length)
  return out
}

function groups(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') return []
  const out: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (last && i === parts.length - 1 && part.includes('.')) {
      const four = parseIp4(part)
      if (four === undefined) return undefined
      out.push(...four)
    } else if (/^[\da-fA-F]{1,4}$/.test(part)) {
      const value = Number.parseInt(part, 16)
      out.push(value >> 8, value & 255)
    } else return undefined
  }
  return out
}

/** Four or sixteen bytes as Go's `net.IP` prints them: RFC 5952, with IPv4-mapped addresses in dotted form. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff) return bytes.subarray(12).join('.')
  const words = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0))
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && words[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  const hex = (from: number, to: number): string =>
    words
      .slice(from, to)
      .map((word) => word.toString(16))
      .join(':')
  return best.start === -1 ? hex(0, 8) : `${hex(0, best.start)}::${hex(best.start + best.length, 8)}`
}
