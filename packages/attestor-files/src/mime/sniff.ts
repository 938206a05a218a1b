import { headLimit } from './format.ts'
import type { Format } from './format.ts'
import { formats } from './tree.ts'

const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true })

/**
 * The MIME type of a file by its content: `application/x-tar`, `text/plain; charset=utf-8`; `application/octet-stream`
 * for what is not known. The answers are those of Go's mimetype library (v1.4.13) with the detectors that CI/lock adds
 * for SBOM, VEX and digest files, since products carry them and attestors choose their files by them.
 *
 * `head` is the begin of the file: 3072 bytes of it, or all of a shorter one. More is not looked at.
 *
 * @example
 * sniffMimeType(new TextEncoder().encode('{"bomFormat":"CycloneDX"}')) // 'application/vnd.cyclonedx+json'
 */
export function sniffMimeType(head: Uint8Array): string {
  const text = byteString(head.subarray(0, headLimit))
  let found: Format | undefined
  for (let next = narrower(formats, text); next !== undefined; next = narrower(next.children ?? [], text)) found = next
  if (found === undefined) return 'application/octet-stream'
  const charset = found.charset?.(text) ?? ''
  return charset === '' ? found.type : `${found.type}; charset=${charset}`
}

/** Each byte as the character of its number. The platform's decoder of UTF-16 is the fastest way there. */
function byteString(bytes: Uint8Array): string {
  const wide = new Uint8Array(bytes.length * 2)
  for (let index = 0; index < bytes.length; index++) wide[index * 2] = bytes[index] ?? 0
  return utf16.decode(wide)
}

function narrower(candidates: readonly Format[], head: string): Format | undefined {
  return candidates.find((candidate) => candidate.test(head))
}
