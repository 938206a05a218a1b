/** What programs put between bytes: blanks, line breaks and indentation, commas, quotes, brackets, `0x`, `\x`, `%`, `&#x`. */
const separators = ' \t\r\n:-,;._|+%\\"\'`&#=()[]{}<>'

const isSeparator = new Uint8Array(128)
for (const character of separators) isSeparator[character.charCodeAt(0)] = 1

/** Digits that are further apart are not of the same bytes. */
export const maxGap = 64

const [backslash, hash] = [0x5c, 0x23]

/** The x of `\x` and `&#x` is one too: it cannot be of a word. */
export function isBetweenBytes(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (isSeparator[code] === 1) return true
  if (!isX(code)) return false
  const before = text.charCodeAt(at - 1)
  return before === backslash || before === hash
}

/** Whether `0x` stands there, before a digit. */
export function isHexPrefix(text: string, at: number): boolean {
  return text.charCodeAt(at) === 0x30 && isX(text.charCodeAt(at + 1)) && digitOf(text.charCodeAt(at + 2)) >= 0
}

const isX = (code: number): boolean => (code | 0x20) === 0x78

/** The value of a hexadecimal digit; -1 for what is none. */
export function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
