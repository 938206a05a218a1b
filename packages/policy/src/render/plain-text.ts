/** As many characters as a line bears; a pair of halves stays together. */
export function clipped(text: string, most: number): string {
  const characters = text.length <= most ? [] : Array.from(text)
  return characters.length <= most ? text : `${characters.slice(0, most).join('')}…`
}
