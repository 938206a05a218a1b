/**
 * Controls, characters of format (directions, joiners, soft hyphens, tags), separators of lines, halves of pairs, and others
 * that show nothing: the combining grapheme joiner, fillers of Hangul, the blank of Braille, and the later variation selectors.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u2800\u3164\uffa0]|[\u{e0100}-\u{e01ef}]/gu

/** What most texts are made of alone. */
const plain = /^[\n\t -~]*$/

/**
 * Text with everything written out that cannot be seen, or that moves what can: controls could move the cursor or forge
 * lines, others hide text or show a name backwards. Newlines and tabs stay.
 *
 * @returns the text with `\x1b`, `\u202e` and `\u{e0041}` in place of such characters
 * @example
 * ```ts
 * escapeInvisible('app\u202egpj.exe') // 'app\\u202egpj.exe'
 * ```
 */
export function escapeInvisible(text: string): string {
  if (plain.test(text)) return text
  return text.replaceAll(invisible, (character) => (character === '\n' || character === '\t' ? character : escapeOf(character.codePointAt(0) ?? 0)))
}

/** The same, with newlines and tabs as `\n` and `\t`: what has to stay on its line. */
export function escapeLine(text: string): string {
  return escapeInvisible(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}

function escapeOf(code: number): string {
  const hex = code.toString(16)
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
}
