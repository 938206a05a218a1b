/** Go's `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export const isPrintable = (char: string): boolean => /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char)

const short: Readonly<Record<string, string>> = { '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\' }

const hex = (codePoint: number, length: number): string => codePoint.toString(16).padStart(length, '0')

function escaped(char: string, delimiter: string, ascii: boolean): string {
  const codePoint = char.codePointAt(0) ?? 0
  if (char === delimiter) return `\\${char}`
  const known = Object.hasOwn(short, char) ? short[char] : undefined
  if (known !== undefined) return known
  if (codePoint >= 0x20 && codePoint < 0x7f) return char
  if (codePoint < 0x80) return `\\x${hex(codePoint, 2)}`
  if (!ascii && isPrintable(char)) return char
  return codePoint > 0xffff ? `\\U${hex(codePoint, 8)}` : `\\u${hex(codePoint, 4)}`
}

/** Go's `strconv.Quote`, or `QuoteToASCII`, with double or single quotes. */
export function quoted(text: string, delimiter: '"' | "'", ascii: boolean): string {
  let out = delimiter as string
  for (const char of text) out += escaped(char, delimiter, ascii)
  return out + delimiter
}

/** Whether Go's `strconv.CanBackquote` lets the text stand between backquotes. */
export const canBackquote = (text: string): boolean => !/[`\ufeff]|(?!\t)\p{Cc}(?<![\u0080-\u009f])/u.test(text)
