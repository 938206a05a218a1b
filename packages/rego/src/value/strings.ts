/** Orders by code point, as Go orders UTF-8 bytes; JavaScript's `<` orders by UTF-16 unit. */
export function compareStrings(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) {
      // Surrogates stand for code points above all of the basic plane, so lift them over U+E000 to U+FFFF.
      const left = x >= 0xd800 ? (x >= 0xe000 ? x - 0x800 : x + 0x2000) : x
      const right = y >= 0xd800 ? (y >= 0xe000 ? y - 0x800 : y + 0x2000) : y
      return left < right ? -1 : 1
    }
  }
  return a.length < b.length ? -1 : 1
}

/** Replaces lone surrogates by U+FFFD, as Go does when it decodes JSON. */
export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
}
