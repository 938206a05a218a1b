/** Text from evidence is untrusted: control and direction characters could move a cursor, forge lines, or show a name backwards. */
export function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (character) => {
    if (character === '\n') return '\\n'
    if (character === '\t') return '\\t'
    const code = character.codePointAt(0) ?? 0
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** As many characters as a line bears; a pair of halves stays together. */
export function clipped(text: string, most: number): string {
  const characters = text.length <= most ? [] : Array.from(text)
  return characters.length <= most ? text : `${characters.slice(0, most).join('')}…`
}
