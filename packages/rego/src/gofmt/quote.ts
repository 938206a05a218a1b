// Made when they are first used: engines check a literal pattern while they load a module, and the tables of Unicode
// that these ask for take a millisecond of every program's start.
let printable: RegExp | undefined
let unquotable: RegExp | undefined

/** Go's `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrintable(char: string): boolean {
  printable ??= new RegExp(String.raw`^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$`, 'u')
  return printable.test(char)
}

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
export function canBackquote(text: string): boolean {
  unquotable ??= new RegExp('[`\\ufeff]|(?!\\t)\\p{Cc}(?<![\\u0080-\\u009f])', 'u')
  return !unquotable.test(text)
}
