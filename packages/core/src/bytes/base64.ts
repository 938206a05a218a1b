import { CilockError } from '../error.ts'
import type { OwnBytes } from './own-bytes.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const newline = 10
const carriageReturn = 13
const padding = 61

/** Six bits by character code, of both alphabets; 255 elsewhere. */
const values = new Uint8Array(128).fill(255)
for (let value = 0; value < 64; value++) values[alphabet.charCodeAt(value)] = value
values['-'.charCodeAt(0)] = 62
values['_'.charCodeAt(0)] = 63

const codes = Uint8Array.from(alphabet, (char) => char.charCodeAt(0))
const ascii = new TextDecoder('latin1')

/** Standard alphabet with padding, as Go writes byte fields. */
export function encodeBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4)
  let to = 0
  for (let from = 0; from < bytes.length; from += 3) {
    const left = bytes.length - from
    const bits = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0)
    out[to++] = codes[bits >> 18] ?? 0
    out[to++] = codes[(bits >> 12) & 63] ?? 0
    out[to++] = left > 1 ? (codes[(bits >> 6) & 63] ?? 0) : padding
    out[to++] = left > 2 ? (codes[bits & 63] ?? 0) : padding
  }
  return ascii.decode(out)
}

/**
 * Reads base64 of the standard or the URL-safe alphabet, padded or not (DSSE wants verifiers to take either). Line breaks
 * are skipped as in Go; so are the bits that do not fill the last byte.
 *
 * @throws CilockError `ERR_MALFORMED` on any other character, on both alphabets in one text, on wrong padding and on an
 * impossible length; the message has the offset.
 */
export function decodeBase64(text: string): OwnBytes {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4))
  let to = 0
  let bits = 0
  let digits = 0
  let pads = 0
  let special: number | undefined
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === newline || code === carriageReturn) continue
    if (code === padding) {
      pads++
      continue
    }
    const value = values[code] ?? 255
    if (value === 255) refuse('expected a character of base64, found another', index)
    if (pads > 0) refuse("expected the end after '=', found more", index)
    if (value >= 62) {
      // '+' and '/' are below '0' in ASCII but for '-', so the sets are told apart by name
      const isUrlSafe = code === 45 || code === 95 ? 1 : 0
      special ??= isUrlSafe
      if (special !== isUrlSafe) refuse('expected one alphabet of base64, found both', index)
    }
    bits = ((bits << 6) | value) & 0xff_ffff
    digits++
    if (digits % 4 !== 1) out[to++] = (bits >> (6 - ((digits - 1) % 4) * 2)) & 0xff
  }
  const rest = digits % 4
  if (rest === 1) refuse('expected whole bytes, found six bits too many', text.length)
  if (pads > 0 && pads !== (rest === 0 ? 0 : 4 - rest)) refuse(`expected ${rest === 0 ? 'no' : 4 - rest} '=' at the end, found ${pads}`, text.length)
  return out.slice(0, to)
}

function refuse(message: string, offset: number): never {
  throw new CilockError('ERR_MALFORMED', `base64: ${message} at offset ${offset}`)
}
