/** The styles in which a text can be written so that it reads back the same. */
export interface AllowedStyles {
  readonly plain: boolean
  readonly singleQuoted: boolean
  readonly block: boolean
}

/** What libyaml's emitter finds out about a text before it writes it in block context. */
export function analyze(text: string): AllowedStyles {
  if (text === '') return { plain: true, singleQuoted: true, block: false }
  const special = !printable.test(text)
  const broken = /[\r\n\u0085\u2028\u2029]/.test(text)
  const spaceBreak = / [\r\n\u0085\u2028\u2029]/.test(text)
  const breakSpace = /[\r\n\u0085\u2028\u2029] /.test(text)
  const edges = /^[ \r\n\u0085\u2028\u2029]|[ \r\n\u0085\u2028\u2029]$/.test(text)
  const indicators = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \t]|$))|:(?:[ \t]|$)|[\s\0\u0085]#/.test(text)
  return {
    plain: !(special || broken || edges || indicators),
    singleQuoted: !(special || spaceBreak || breakSpace),
    block: !(special || spaceBreak || text.endsWith(' ')),
  }
}

// libyaml knows nothing above U+FFFD as printable here: characters of four bytes are always escaped.
const printable = /^[\n -~\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/u

const escapes: Readonly<Record<number, string | undefined>> = {
  0: '0',
  7: 'a',
  8: 'b',
  9: 't',
  10: 'n',
  11: 'v',
  12: 'f',
  13: 'r',
  27: 'e',
  34: '"',
  92: '\\',
  133: 'N',
  160: '_',
  8232: 'L',
  8233: 'P',
}

/** The characters of a double-quoted text, each escaped where it must be. */
export function doubleQuoted(text: string): readonly string[] {
  const bom = text.startsWith('\ufeff')
  return Array.from(text, (char) => {
    const code = char.codePointAt(0) ?? 0
    if (!bom && printable.test(char) && !/["\\\n\u2028\u2029]/.test(char)) return char
    const short = escapes[code]
    if (short !== undefined) return `\\${short}`
    const hex = code.toString(16).toUpperCase()
    return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
  })
}
