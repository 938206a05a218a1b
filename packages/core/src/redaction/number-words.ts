import { digitOf } from './separators.ts'

export type Base = 2 | 8 | 10 | 16

/** The bases in which programs show bytes. */
export const bases: readonly Base[] = [16, 8, 10, 2]

/** How many bytes a number stands for. */
export const sizes = [1, 2, 4, 8] as const

/** No number of eight bytes has more in its base: the signs that a minus and a first zero take are among them. */
const maxDigits: Readonly<Record<Base, number>> = { 2: 64, 8: 22, 10: 20, 16: 16 }

/** Numbers below 2^64 in two halves, as a double has no room for them. */
export interface Numbers {
  readonly low: Uint32Array
  readonly high: Uint32Array
  /** 1 for a number, 2 for a negative one, 0 for what is none in the base. */
  readonly kind: Uint8Array
  /** How many bytes the longest takes. */
  size: number
}

export function createNumbers(capacity: number): Numbers {
  return { low: new Uint32Array(capacity), high: new Uint32Array(capacity), kind: new Uint8Array(capacity), size: 0 }
}

/** Reads what stands at `starts` to `ends` as numbers of a base. */
export function readNumbers(text: string, { count, starts, ends }: { readonly count: number; readonly starts: Uint32Array; readonly ends: Uint32Array }, base: Base, into: Numbers): void {
  into.size = 0
  for (let index = 0; index < count; index++) {
    const [start, end] = [starts[index] ?? 0, ends[index] ?? 0]
    into.kind[index] = 0
    if (end - start > maxDigits[base]) continue
    const isNegative = text.charCodeAt(start) === 0x2d
    // A minus parts bytes in other bases.
    if (isNegative && base !== 10) into.kind[index] = 1
    let [low, high] = [0, 0]
    let at = isNegative ? start + 1 : start
    for (; at < end; at++) {
      const digit = digitOf(text.charCodeAt(at))
      if (digit >= base) break
      low = low * base + digit
      high = high * base + Math.floor(low / 2 ** 32)
      low %= 2 ** 32
    }
    if (at < end || high >= 2 ** 32) {
      into.kind[index] = 0
      continue
    }
    into.low[index] = low
    into.high[index] = high
    into.kind[index] = isNegative && base === 10 ? 2 : 1
    const size = high >= 2 ** 24 ? 8 : high > 0 ? 5 : low >= 2 ** 24 ? 4 : low >= 2 ** 16 ? 3 : low >= 2 ** 8 ? 2 : 1
    if (size > into.size) into.size = size
  }
}

/** Writes a number's bytes from `at` on, the least one first; false when it does not fit. */
export function writeNumber({ low, high, kind }: Numbers, index: number, size: number, into: Uint8Array, at: number): boolean {
  let [least, most] = [low[index] ?? 0, high[index] ?? 0]
  if (size < 8 && (most > 0 || (size < 4 && least >= 2 ** (8 * size)))) return false
  if (kind[index] === 2) {
    if (size === 8 ? most >= 2 ** 31 : least > 2 ** (8 * size - 1)) return false
    most = ~most + (least === 0 ? 1 : 0)
    least = -least
  }
  for (let byte = 0; byte < size; byte++) into[at + byte] = byte < 4 ? least >>> (8 * byte) : most >>> (8 * (byte - 4))
  return true
}

/** Writes the bytes of hexadecimal digits in their order, and tells how many; 0 for what is none. */
export function writeDigits(text: string, start: number, end: number, into: Uint8Array, at: number): number {
  const size = (end - start) / 2
  if (!Number.isInteger(size) || text.charCodeAt(start) === 0x2d) return 0
  for (let byte = 0; byte < size; byte++) into[at + byte] = digitOf(text.charCodeAt(start + 2 * byte)) * 16 + digitOf(text.charCodeAt(start + 2 * byte + 1))
  return size
}
