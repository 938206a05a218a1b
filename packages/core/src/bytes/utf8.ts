import { CilockError } from '../error.ts'
import type { OwnBytes } from './own-bytes.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/**
 * Decodes UTF-8 and keeps a byte order mark as the character it is.
 *
 * @throws CilockError `ERR_MALFORMED` on bytes that are not UTF-8 (overlong forms and encoded surrogates included); the
 * message has the offset. Nothing is ever replaced by U+FFFD.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    const offset = invalidUtf8At(bytes)
    // a text too long for the engine fails too, and is no malformed one
    if (offset === undefined) throw new CilockError('ERR_LIMIT_EXCEEDED', `text of ${bytes.length} bytes is too long for this platform`, { cause: error })
    throw new CilockError('ERR_MALFORMED', `expected UTF-8, found an invalid byte at offset ${offset}`)
  }
}

/** The bytes of a string; each lone surrogate becomes U+FFFD, so callers that must not lose it check first. */
export function encodeUtf8(text: string): OwnBytes {
  return encoder.encode(text)
}

/** Whether a string has no lone surrogates, that is, whether UTF-8 can hold it. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}

/** The offset of the first byte at which a sequence is not UTF-8 (Unicode table 3-7). */
function invalidUtf8At(bytes: Uint8Array): number | undefined {
  const at = (index: number): number => bytes[index] ?? 0
  let index = 0
  while (index < bytes.length) {
    const lead = at(index)
    if (lead < 0x80) {
      index++
      continue
    }
    const length = lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
    if (length === 0) return index
    const [low, high] = secondByteRange(lead)
    if (at(index + 1) < low || at(index + 1) > high) return index
    for (let offset = 2; offset < length; offset++) if (at(index + offset) >> 6 !== 0b10) return index
    index += length
  }
  return undefined
}

function secondByteRange(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf]
  if (lead === 0xed) return [0x80, 0x9f]
  if (lead === 0xf0) return [0x90, 0xbf]
  if (lead === 0xf4) return [0x80, 0x8f]
  return [0x80, 0xbf]
}
