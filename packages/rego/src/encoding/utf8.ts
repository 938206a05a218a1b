import { rethrowExhaustion } from '../guarded.ts'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const single = new TextDecoder('utf-8', { ignoreBOM: true })

/** How many bytes the sequence that begins at `at` has; 1 also where it is broken. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0
  const length = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1
  if (length === 1 || at + length > bytes.length) return 1
  const decoded = single.decode(bytes.subarray(at, at + length))
  return decoded.length === (length === 4 ? 2 : 1) && decoded !== '\ufffd' ? length : decoded === '\ufffd' && lead === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd ? 3 : 1
}

/** Text of bytes; every byte that is not part of UTF-8 becomes one U+FFFD, as when Go walks over a string. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes)
  } catch (error) {
    rethrowExhaustion(error)
    let out = ''
    for (let at = 0; at < bytes.length; ) {
      const length = sequenceLength(bytes, at)
      const lead = bytes[at] ?? 0
      out += length === 1 && lead >= 0x80 ? '\ufffd' : single.decode(bytes.subarray(at, at + length))
      at += length
    }
    return out
  }
}

export const encodeUtf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
