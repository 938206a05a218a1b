/** Quotes a text as the errors of Go's `time` do: everything that is not printable ASCII as bytes. */
export function quoteTime(text: string): string {
  let out = '"'
  for (const char of text) {
    if (char >= ' ' && char < '\u0080') out += char === '"' || char === '\\' ? `\\${char}` : char
    else for (const byte of new TextEncoder().encode(char)) out += `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return `${out}"`
}
