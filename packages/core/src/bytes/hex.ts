import { CilockError } from '../error.ts'
import type { OwnBytes } from './own-bytes.ts'

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
export function decodeHex(text: string): OwnBytes {
  if (text.length % 2 !== 0) throw new CilockError('ERR_MALFORMED', `hex: expected two digits a byte, found ${text.length} characters`)
  const out = new Uint8Array(text.length / 2)
  const wrong = decodeHexInto(text, out)
  if (wrong !== -1) throw new CilockError('ERR_MALFORMED', `hex: expected digits, found another character at offset ${wrong}`)
  return out
}

/** Fills `out` with the bytes of two digits each. What it gives is the offset of the first character that is no digit, or -1. */
export function decodeHexInto(text: string, out: Uint8Array): number {
  for (let index = 0, at = 0; index < out.length; index++, at += 2) {
    const high = valueOf(text.charCodeAt(at))
    const byte = (high << 4) | valueOf(text.charCodeAt(at + 1))
    if (byte < 0) return high < 0 ? at : at + 1
    out[index] = byte
  }
  return -1
}

/** What each character is worth as a digit, -1 for what is none; a table, since trees have hundreds of thousands of digits. */
const values = new Int8Array(128).fill(-1)
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16)
  values[digit.charCodeAt(0)] = value
  values[digit.toUpperCase().charCodeAt(0)] = value
}

function valueOf(code: number): number {
  return values[code] ?? -1
}
