import { quote } from '../value/format.ts'

export type TokenKind = 'text' | 'open' | 'close' | 'space' | 'string' | 'char' | 'number' | 'field' | 'dot' | 'variable' | 'identifier' | 'punctuation'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  /** Offset in the template. */
  readonly at: number
}

export type Fail = (at: number, message: string) => Error

const space = ' \t\r\n'
const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['space', /[ \t\r\n]+/y],
  ['string', /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`/y],
  ['char', /'(?:[^'\\\n]|\\[^\n])*'/y],
  ['number', /[+-]?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]+)?|\.\d[\d_]*(?:[eE][+-]?[\d_]+)?)/y],
  ['field', /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['dot', /\./y],
  ['variable', /\$[\p{L}\p{Nd}_]*/uy],
  ['identifier', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  // Other printable characters are words that no action has a place for.
  ['punctuation', /:=|[!#%&)(*+,\-/;<=>?@[\\\]^{|}~]/y],
]

/** What may stand right after a word: not, say, another kind of word. */
const terminator = /[ \t\r\n.,|:()=]|[-]?\}\}|$/y

function unterminated(char: string): string {
  if (char === '"') return 'unterminated quoted string'
  if (char === '`') return 'unterminated raw quoted string'
  if (char === "'") return 'unterminated character constant'
  if (char === ':') return 'expected :='
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return `unrecognized character in action: U+${code} '${char}'`
}

/** Reads what stands between the braces; gives the offset of the closing ones. */
function lexAction(source: string, start: number, tokens: Token[], fail: Fail): number {
  let depth = 0
  let at = start
  for (;;) {
    if (source.startsWith('}}', at) || (space.includes(source.charAt(at) || 'x') && /^[ \t\r\n]+-\}\}/.test(source.slice(at, at + 64)))) {
      if (depth > 0) throw fail(at, 'unclosed left paren')
      return at
    }
    if (at >= source.length) throw fail(at, 'unclosed action')
    const char = String.fromCodePoint(source.codePointAt(at) ?? 0)
    const token = match(source, at)
    if (token === undefined) throw fail(at, unterminated(char))
    const { kind, text } = token
    const end = at + text.length
    if (kind === 'number' && /[\p{L}\p{Nd}_.]/u.test(source.charAt(end))) throw fail(at, `bad number syntax: ${quote(source.slice(at, end + 1))}`)
    if (kind === 'field' || kind === 'variable' || kind === 'identifier') {
      terminator.lastIndex = end
      if (!terminator.test(source)) {
        const bad = String.fromCodePoint(source.codePointAt(end) ?? 0)
        throw fail(end, `bad character U+${(bad.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${bad}'`)
      }
    }
    if (text === '(') depth++
    if (text === ')' && --depth < 0) throw fail(at, 'unexpected right paren')
    tokens.push(token)
    at = end
  }
}

function match(source: string, at: number): Token | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at
    const found = pattern.exec(source)
    if (found !== null) return { kind, text: found[0], at }
  }
  return undefined
}

/** Cuts a template into text and the words of its actions; `{{- ` and ` -}}` take white space away. */
export function lex(source: string, fail: Fail): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  let trim = false
  while (at <= source.length) {
    const open = source.indexOf('{{', at)
    let text = source.slice(at, open < 0 ? undefined : open)
    const trims = open >= 0 && source[open + 2] === '-' && space.includes(source.charAt(open + 3) || 'x')
    if (trim) text = text.replace(/^[ \t\r\n]+/, '')
    if (trims) text = text.replace(/[ \t\r\n]+$/, '')
    if (text !== '') tokens.push({ kind: 'text', text, at })
    if (open < 0) break
    const start = open + (trims ? 4 : 2)
    const close = source.startsWith('/*', start) ? comment(source, start, fail) : action(start, open)
    trim = source[close] !== '}'
    at = source.indexOf('}}', close) + 2
  }
  return tokens

  function action(start: number, open: number): number {
    tokens.push({ kind: 'open', text: '{{', at: open })
    const close = lexAction(source, start, tokens, fail)
    tokens.push({ kind: 'close', text: '}}', at: close })
    return close
  }
}

function comment(source: string, start: number, fail: Fail): number {
  const end = source.indexOf('*/', start)
  if (end < 0) throw fail(start, 'unclosed comment')
  if (!/^(?:[ \t\r\n]+-)?\}\}/.test(source.slice(end + 2))) throw fail(end, 'comment ends before closing delimiter')
  return end + 2
}
