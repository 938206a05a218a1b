import { CilockError } from '../error.ts'

const octets = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hexadecimal. */
export function encodeHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += octets[byte] ?? ''
  return text
}

/**
 * Reads hexadecimal of either case.
 *
 * @throws CilockError `ERR_MALFORMED` on another character or half a byte.
 */
export function decodeHex(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 2 !== 0) throw new CilockError('ERR_MALFORMED', `hex: expected two digits a byte, found ${text.length} characters`)
  const out = new Uint8Array(text.length / 2)
  for (let index = 0; index < out.length; index++) {
    const high = digit(text.charCodeAt(index * 2))
    const low = digit(text.charCodeAt(index * 2 + 1))
    if (high === -1 || low === -1) throw new CilockError('ERR_MALFORMED', `hex: expected digits, found another character at offset ${index * 2 + (high === -1 ? 0 : 1)}`)
    out[index] = high * 16 + low
  }
  return out
}

function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
