/** How a program shows bytes as numbers. */
export interface Shown {
  readonly size: 1 | 2 | 4 | 8
  readonly base: 2 | 8 | 10 | 16
  readonly isBig?: boolean
  readonly isSigned?: boolean
  /** How many columns a number takes, with what is before it. */
  readonly width: number
  /** What fills up a number; none does unless it is given. */
  readonly zeros?: number
  /** Base and digits of the offsets; without them there are none. */
  readonly offsets?: readonly [base: 8 | 10 | 16, digits: number]
  /** Whether the last line is as wide as the others. */
  readonly isFilled?: boolean
}

/** A dump, and where in it the number stands of which each byte is. */
export interface Dump {
  readonly text: string
  readonly places: readonly { readonly start: number; readonly end: number }[]
}

/** Sixteen bytes a line, and `*` for lines that are like the one before. */
export function dumpOf(bytes: Uint8Array, shown: Shown): Dump {
  const { size, width, offsets, isFilled = false } = shown
  const places: { start: number; end: number }[] = []
  let text = ''
  const offset = (at: number): string => (offsets === undefined ? '' : at.toString(offsets[0]).padStart(offsets[1], '0'))
  let before = ''
  let isElided = false
  for (let at = 0; at < bytes.length; at += 16) {
    const line = bytes.subarray(at, at + 16)
    const same = Buffer.from(line).toString('hex')
    if (same === before && at + 16 < bytes.length) {
      const start = isElided ? text.length - 2 : text.length
      if (!isElided) text += '*\n'
      isElided = true
      for (let byte = 0; byte < 16; byte++) places.push({ start, end: start + 1 })
      continue
    }
    before = same
    isElided = false
    const start = text.length
    text += offset(at)
    for (let word = 0; word < line.length; word += size) {
      const number = numberOf(line.subarray(word, word + size), shown)
      text += number.padStart(width)
      for (let byte = word; byte < Math.min(word + size, line.length); byte++) places.push({ start: text.length - number.length, end: text.length })
    }
    if (isFilled) text = text.padEnd(start + (offsets?.[1] ?? 0) + (16 / size) * width)
    text += '\n'
  }
  return { text: offsets === undefined ? text : `${text}${offset(bytes.length)}\n`, places }
}

/** A word; one that has too few bytes is filled up behind them. */
export function numberOf(bytes: Uint8Array, { size, base, isBig = false, isSigned = false, zeros = 0 }: Omit<Shown, 'width'>): string {
  const filled = Uint8Array.from({ length: size }, (_, index) => bytes[isBig ? index : size - 1 - index] ?? 0)
  const value = filled.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)
  return (isSigned ? BigInt.asIntN(8 * size, value) : value).toString(base).padStart(zeros, '0')
}

/** As `od -c` does, a letter for four columns. */
export function lettersOf(bytes: Uint8Array): string {
  const letters: Readonly<Record<number, string>> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' }
  let text = ''
  for (const [at, byte] of bytes.entries()) {
    if (at % 16 === 0) text += `${at === 0 ? '' : '\n'}${at.toString(8).padStart(7, '0')}`
    text += (letters[byte] ?? (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'))).padStart(4)
  }
  return `${text}\n${bytes.length.toString(8).padStart(7, '0')}\n`
}

const rfc4648 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  const text = Array.from(bits.match(/.{1,5}/g) ?? [], (five) => rfc4648.charAt(Number.parseInt(five.padEnd(5, '0'), 2))).join('')
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=')
}

export const ascii85 = Array.from({ length: 85 }, (_, index) => String.fromCharCode(0x21 + index)).join('')
export const z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'
export const rfc1924 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~'

export function base85(bytes: Uint8Array, alphabet: string): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 4) {
    const part = bytes.subarray(at, at + 4)
    const value = [0, 1, 2, 3].reduce((number, index) => number * 256 + (part[index] ?? 0), 0)
    text += Array.from({ length: part.length + 1 }, (_, index) => alphabet.charAt(Math.floor(value / 85 ** (4 - index)) % 85)).join('')
  }
  return text
}
