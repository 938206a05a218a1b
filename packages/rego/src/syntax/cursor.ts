import type { Loc } from './ast.ts'
import { diagnostic, type Diagnostic } from './diagnostic.ts'
import { futureKeywords, keywords, keywordsV1 } from './keywords.ts'
import type { TokenKind, Tokens } from './scanner.ts'

export interface ParserOptions {
  readonly file: string
  readonly version: 'v0' | 'v1'
  /** Whether `$"…{x}…"` may be used. */
  readonly templateStrings: boolean
  /** How deep terms and bodies may be nested. */
  readonly maxDepth: number
  /** Keywords that are active without an import. */
  readonly futureKeywords?: readonly string[]
  /** Reads a body, not a module. */
  readonly skipRules?: boolean
}

/** Where the parser stands. Copied to try something and to come back, so everything in it is immutable. */
export interface State {
  at: number
  kind: TokenKind
  text: string
  loc: Loc
  lastEnd: number
  tokenEnd: number
  skippedNewline: boolean
  wildcard: number
  active: ReadonlySet<string>
  errors: readonly Diagnostic[]
  hints: readonly string[]
}

/** Half of what a stack of a megabyte holds of comprehensions in each other. */
const maxFrames = 250

const tokenNames: Readonly<Record<string, string>> = { eof: 'eof' }

/** Walks over the tokens of a source and gathers what is wrong: what every part of the parser stands on. */
export abstract class Cursor {
  protected readonly tokens: Tokens
  protected readonly options: ParserOptions
  protected s: State
  protected depth = 0
  /** What of the depth is on the stack. */
  protected frames = 0

  constructor(tokens: Tokens, options: ParserOptions) {
    this.tokens = tokens
    this.options = options
    const active = new Set([...keywords, ...(options.version === 'v1' ? futureKeywords : (options.futureKeywords ?? []))])
    this.s = {
      at: -1,
      kind: 'illegal',
      text: '',
      loc: { file: options.file, row: 1, col: 1, offset: 0, end: 0 },
      lastEnd: 0,
      tokenEnd: 0,
      skippedNewline: false,
      wildcard: 0,
      active,
      errors: [],
      hints: [],
    }
  }

  protected save(): State {
    return { ...this.s }
  }

  protected kindAt(index: number): TokenKind {
    const kind = this.tokens.kinds[index] ?? 'eof'
    if (kind !== 'identifier') return kind
    const text = this.tokens.texts[index] ?? ''
    return this.s.active.has(text) ? text : kind
  }

  protected scan(skipWhitespace = true): void {
    const { s, tokens } = this
    if (s.kind !== 'whitespace') {
      s.lastEnd = s.tokenEnd
      s.skippedNewline = false
    }
    for (;;) {
      const index = Math.min(s.at + 1, tokens.kinds.length - 1)
      s.at = index
      s.kind = this.kindAt(index)
      s.text = tokens.texts[index] ?? ''
      s.tokenEnd = tokens.ends[index] ?? 0
      s.loc = { file: this.options.file, row: tokens.rows[index] ?? 1, col: tokens.cols[index] ?? 1, offset: tokens.starts[index] ?? 0, end: s.tokenEnd }
      const problems = tokens.errors[index]
      if (problems !== undefined) {
        for (const problem of problems) this.error(s.loc, problem)
        s.kind = 'illegal'
      }
      if (s.kind !== 'whitespace') return
      if (s.text === '\n') s.skippedNewline = true
      if (!skipWhitespace) return
    }
  }

  protected is(kind: TokenKind): boolean {
    return this.s.kind === kind
  }

  protected scanRaw(): void {
    this.scan(false)
  }

  /** The kind of the token right behind this one, whitespace included. */
  protected peekRaw(): TokenKind {
    return this.kindAt(Math.min(this.s.at + 1, this.tokens.kinds.length - 1))
  }

  protected isAllowedRefKeyword(kind: TokenKind): boolean {
    return (this.options.version === 'v1' ? keywordsV1 : keywords).has(kind) || this.s.active.has(kind)
  }

  /** A keyword directly followed by `.` or `[` is the start of a reference. */
  protected keywordAsRef(): boolean {
    if (!this.isAllowedRefKeyword(this.s.kind)) return false
    const following = this.peekRaw()
    if (following !== '.' && following !== '[') return false
    this.s.kind = 'identifier'
    return true
  }

  protected identifierOrKeyword(): boolean {
    if (this.is('identifier')) return true
    if (!this.isAllowedRefKeyword(this.s.kind)) return false
    this.s.kind = 'identifier'
    return true
  }

  protected error(loc: Loc, message: string): void {
    const { hints } = this.s
    const hint = hints.length === 0 ? '' : hints.length === 1 ? ` (hint: ${hints[0]})` : ` (hints: ${hints.join(', ')})`
    this.s.errors = [...this.s.errors, diagnostic('rego_parse_error', loc, message + hint)]
    this.s.hints = []
  }

  protected hint(text: string): void {
    this.s.hints = [...this.s.hints, text]
  }

  protected illegal(note = ''): undefined {
    const { kind, loc } = this.s
    if (kind === 'illegal') {
      this.error(loc, 'illegal token')
      return undefined
    }
    const sort = keywords.has(kind) || futureKeywords.includes(kind) ? 'keyword' : 'token'
    this.error(loc, `unexpected ${tokenNames[kind] ?? kind} ${sort}${note === '' ? '' : `: ${note}`}`)
    return undefined
  }

  protected enter(): boolean {
    if (this.depth >= this.options.maxDepth || this.frames >= maxFrames) {
      this.error(this.s.loc, 'max parsing recursion depth exceeded')
      return false
    }
    this.depth++
    this.frames++
    return true
  }

  protected leave(): void {
    this.depth--
    this.frames--
  }
}
