import { numberFromText } from '../value/number.ts'
import { parseDecimal } from '../value/decimal.ts'
import { wellFormed } from '../value/strings.ts'
import {
  callExpr,
  callTerm,
  dottedName,
  isAssignment,
  isEquality,
  isGround,
  isGroundRef,
  isRef,
  isScalar,
  isVar,
  operatorTerm,
  refTerm,
  scalar,
  stringOf,
  termExpr,
  variable,
  isWildcard,
  type Body,
  type Comment,
  type Expr,
  type Head,
  type Import,
  type Loc,
  type Module,
  type Package,
  type Rule,
  type Statement,
  type Term,
  type With,
} from './ast.ts'
import { diagnostic, type Diagnostic } from './diagnostic.ts'
import { futureKeywords, keywords, keywordsV1 } from './keywords.ts'
import { kindName, printRef, printTerm } from './print.ts'
import { scan, type Tokens, type TokenKind } from './scanner.ts'

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

export interface ParseResult {
  readonly statements: readonly Statement[]
  readonly comments: readonly Comment[]
  readonly errors: readonly Diagnostic[]
}

/** Where the parser stands. Copied to try something and to come back, so everything in it is immutable. */
interface State {
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

const noModule = undefined as unknown
const relations: readonly TokenKind[] = ['equal', 'neq', 'lt', 'gt', 'lte', 'gte']
const tokenNames: Readonly<Record<string, string>> = { eof: 'eof' }

/** Reads the statements of a source. Errors come in the order they are met; what was read before them is kept. */
export function parse(source: string, options: ParserOptions): ParseResult {
  const parser = new Parser(scan(source, options.file), options)
  return parser.statements()
}

class Parser {
  private readonly tokens: Tokens
  private readonly options: ParserOptions
  private s: State
  private cache: Map<number, { readonly term: Term | undefined; readonly after: State; readonly errors: readonly Diagnostic[] }> = new Map()
  private depth = 0

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

  statements(): ParseResult {
    const statements: Statement[] = []
    this.scan()
    while (!this.is('eof')) {
      const start = this.save()
      const pkg = this.package()
      if (pkg !== undefined) {
        statements.push({ type: 'package', node: pkg, loc: pkg.loc })
        continue
      }
      if (this.s.errors.length > 0) break
      this.s = { ...start }
      const imported = this.import()
      if (imported !== undefined) {
        const root = imported.path[0]
        if (isVar(root) && root.value.name === 'rego') this.regoImport(imported)
        if (isVar(root) && root.value.name === 'future') this.futureImport(imported)
        statements.push({ type: 'import', node: imported, loc: imported.loc })
        continue
      }
      if (this.s.errors.length > 0) break
      this.s = { ...start }
      if (this.options.skipRules !== true) {
        const rules = this.rules()
        if (rules !== undefined) {
          for (const rule of rules) statements.push({ type: 'rule', node: rule, loc: rule.loc })
          continue
        }
        if (this.s.errors.length > 0) break
        this.s = { ...start }
      }
      const body = this.query(true, 'eof')
      if (body === undefined) break
      statements.push({ type: 'body', node: body, loc: body[0]?.loc ?? start.loc })
    }
    return { statements, comments: this.tokens.comments, errors: this.s.errors }
  }

  // Tokens

  private save(): State {
    return { ...this.s }
  }

  private kindAt(index: number): TokenKind {
    const kind = this.tokens.kinds[index] ?? 'eof'
    if (kind !== 'identifier') return kind
    const text = this.tokens.texts[index] ?? ''
    return this.s.active.has(text) ? text : kind
  }

  private scan(skipWhitespace = true): void {
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

  private is(kind: TokenKind): boolean {
    return this.s.kind === kind
  }

  private scanRaw(): void {
    this.scan(false)
  }

  /** The kind of the token right behind this one, whitespace included. */
  private peekRaw(): TokenKind {
    return this.kindAt(Math.min(this.s.at + 1, this.tokens.kinds.length - 1))
  }

  private isAllowedRefKeyword(kind: TokenKind): boolean {
    return (this.options.version === 'v1' ? keywordsV1 : keywords).has(kind) || this.s.active.has(kind)
  }

  /** A keyword directly followed by `.` or `[` is the start of a reference. */
  private keywordAsRef(): boolean {
    if (!this.isAllowedRefKeyword(this.s.kind)) return false
    const following = this.peekRaw()
    if (following !== '.' && following !== '[') return false
    this.s.kind = 'identifier'
    return true
  }

  private identifierOrKeyword(): boolean {
    if (this.is('identifier')) return true
    if (!this.isAllowedRefKeyword(this.s.kind)) return false
    this.s.kind = 'identifier'
    return true
  }

  // Errors

  private error(loc: Loc, message: string): void {
    const { hints } = this.s
    const hint = hints.length === 0 ? '' : hints.length === 1 ? ` (hint: ${hints[0]})` : ` (hints: ${hints.join(', ')})`
    this.s.errors = [...this.s.errors, diagnostic('rego_parse_error', loc, message + hint)]
    this.s.hints = []
  }

  private hint(text: string): void {
    this.s.hints = [...this.s.hints, text]
  }

  private illegal(note = ''): undefined {
    const { kind, loc } = this.s
    if (kind === 'illegal') {
      this.error(loc, 'illegal token')
      return undefined
    }
    const sort = keywords.has(kind) || futureKeywords.includes(kind) ? 'keyword' : 'token'
    this.error(loc, `unexpected ${tokenNames[kind] ?? kind} ${sort}${note === '' ? '' : `: ${note}`}`)
    return undefined
  }

  private enter(): boolean {
    if (this.depth >= this.options.maxDepth) {
      this.error(this.s.loc, 'max parsing recursion depth exceeded')
      return false
    }
    this.depth++
    return true
  }

  // Statements

  private package(): Package | undefined {
    if (!this.is('package')) return undefined
    const { loc } = this.s
    this.scanRaw()
    if (this.is('.') || this.is('[')) return undefined
    if (this.is('whitespace')) this.scan()
    if (!this.identifierOrKeyword()) return this.illegal()
    const term = this.term()
    if (term === undefined) {
      if (this.s.errors.length === 0) this.error(this.s.loc, 'expected path')
      return undefined
    }
    if (isVar(term)) return { loc, path: [variable('data', term.loc), scalar(term.value.name, term.loc)] }
    if (!isRef(term)) return this.illegal()
    const [head, ...rest] = term.value.terms
    if (!isVar(head)) {
      if (head !== undefined) this.error(head.loc, `unexpected ${kindName(head)} token: expecting var`)
      return undefined
    }
    for (const part of rest) {
      if (stringOf(part) !== undefined) continue
      this.error(part.loc, `unexpected ${kindName(part)} token: expecting string`)
      return undefined
    }
    return { loc, path: [variable('data', head.loc), scalar(head.value.name, head.loc), ...rest] }
  }

  private import(): Import | undefined {
    if (!this.is('import')) return undefined
    const { loc } = this.s
    this.scanRaw()
    if (this.is('.') || this.is('[')) return undefined
    if (this.is('whitespace')) this.scan()
    if (!this.identifierOrKeyword()) return this.illegal()
    // The path may name keywords that are active already: `import future.keywords.in`.
    const { active } = this.s
    const outer = this.cache
    this.s.active = new Set([...active].filter((word) => !futureKeywords.includes(word)))
    this.cache = new Map()
    const term = this.term()
    this.s.active = active
    this.cache = outer
    // The token behind the path was read without those keywords.
    let path: Term[] | undefined
    if (term !== undefined && isVar(term)) path = [term]
    else if (term !== undefined && isRef(term)) {
      for (const part of term.value.terms.slice(1)) {
        if (stringOf(part) !== undefined) continue
        this.error(part.loc, `unexpected ${kindName(part)} token: expecting string`)
        return undefined
      }
      path = term.value.terms
    }
    if (path === undefined || term === undefined) {
      this.error(this.s.loc, 'expected path')
      return undefined
    }
    const root = path[0]
    const rootName = isVar(root) ? root.value.name : ''
    if (!['data', 'input', 'future', 'rego'].includes(rootName)) {
      this.hint('if this is unexpected, try updating OPA')
      this.error(term.loc, `unexpected import path, must begin with one of: {data, future, input, rego}, got: ${root === undefined ? '' : printTerm(root)}`)
      return undefined
    }
    if (this.is('as')) {
      this.scan()
      if (!this.is('identifier')) return this.illegal('expected var')
      const alias = this.term()
      if (alias !== undefined && isVar(alias)) return { loc, path, pathLoc: term.loc, alias: alias.value.name }
      return this.illegal('expected var')
    }
    const last = path.at(-1)
    const lastName = last === undefined ? undefined : isVar(last) ? last.value.name : stringOf(last)
    if (last !== undefined && lastName !== undefined && (path.length === 1 || rootName !== 'future')) {
      if ((this.options.version === 'v1' ? keywordsV1 : keywords).has(lastName)) {
        this.error(last.loc, `unexpected import path, must not end with a keyword, got: ${lastName}`)
        this.hint('import a different path or use an alias')
      }
    }
    return { loc, path, pathLoc: term.loc, alias: '' }
  }

  private regoImport(node: Import): void {
    if (node.path.length !== 2 || stringOf(node.path[1]) !== 'v1') {
      this.error(node.pathLoc, `invalid import \`${printRef(node.path)}\`, must be \`rego.v1\``)
      return
    }
    if (this.options.version === 'v1') return
    if (node.alias !== '') {
      this.error(node.pathLoc, '`rego` imports cannot be aliased')
      return
    }
    this.s.active = new Set([...this.s.active, ...futureKeywords])
  }

  private futureImport(node: Import): void {
    if (node.path.length === 1 || stringOf(node.path[1]) !== 'keywords') {
      this.error(node.pathLoc, 'invalid import, must be `future.keywords`')
      return
    }
    if (node.alias !== '') {
      this.error(node.pathLoc, '`future` imports cannot be aliased')
      return
    }
    let words = futureKeywords
    if (node.path.length === 3) {
      const word = stringOf(node.path[2]) ?? ''
      if (!futureKeywords.includes(word)) {
        this.error(node.pathLoc, `unexpected keyword, must be one of [${futureKeywords.join(' ')}]`)
        return
      }
      words = word === 'every' ? ['every', 'in'] : [word]
    }
    this.s.active = new Set([...this.s.active, ...words])
  }

  // Rules

  private rules(): Rule[] | undefined {
    const { loc } = this.s
    this.keywordAsRef()
    let isDefault = false
    if (this.is('default')) {
      this.scan()
      isDefault = true
      this.keywordAsRef()
    }
    if (!this.is('identifier')) return undefined
    const parsed = this.head(isDefault)
    if (parsed === undefined) return undefined
    const { head, usesContains } = parsed
    const rule: Rule = { loc, head, body: [], else: undefined, isDefault, generatedBody: false, module: noModule as Module, path: [] }
    if (usesContains) head.keywords = [...head.keywords, 'contains']
    if (isDefault) {
      if (!this.checkDefault(rule)) return undefined
      rule.body = [termExpr(scalar(true, loc), loc)]
      return [rule]
    }
    const hasIf = this.is('if')
    const key = head.ref[1]
    if (hasIf && !usesContains && head.ref.length === 2 && key !== undefined) {
      // `p[x] if …` is an object, not a set.
      if ((!isGround(key) || isRef(key)) && head.args === undefined) head.key = key
      if (head.value === undefined) {
        head.generatedValue = true
        head.value = scalar(true, head.loc)
      } else {
        const name = head.ref[0]
        if (!isVar(name)) return undefined
        head.name = name.value.name
      }
    }
    if (!hasIf && !usesContains && head.args === undefined && head.ref.length === 2) {
      const name = head.ref[0]
      if (!isVar(name)) return undefined
      head.name = name.value.name
      head.key = key
      if (head.value === undefined) head.ref = head.ref.slice(0, 1)
    }
    if (hasIf || this.is('{')) {
      if (!this.ruleBody(rule, hasIf)) return undefined
    } else if (usesContains) {
      rule.body = [termExpr(scalar(true, loc), loc)]
      rule.generatedBody = true
      rule.loc = head.loc
      return [rule]
    } else return undefined
    if (this.is('else') && !this.keywordAsRef()) {
      if (head.ref.length > 1 && !isGroundRef(head.ref)) {
        this.error(this.s.loc, 'else keyword cannot be used on rules with variables in head')
        return undefined
      }
      if (head.key !== undefined) {
        this.error(this.s.loc, 'else keyword cannot be used on multi-value rules')
        return undefined
      }
      rule.else = this.else(head)
      if (rule.else === undefined) return undefined
    }
    rule.loc = { ...rule.loc, end: this.s.lastEnd }
    return this.furtherBodies(rule)
  }

  private ruleBody(rule: Rule, hasIf: boolean): boolean {
    if (hasIf) {
      rule.head.keywords = [...rule.head.keywords, 'if']
      this.scan()
      const before = this.save()
      const literal = this.literal()
      // A set literal is never false, so that braces here are a body.
      if (literal !== undefined && !(literal.form === 'term' && literal.terms[0]?.value.kind === 'set')) {
        rule.body = [literal]
        return true
      }
      this.s = before
    }
    this.scan()
    const body = this.body('}')
    if (body === undefined) return false
    rule.body = body
    this.scan()
    return true
  }

  /** `p { A } { B }`: one rule for each body. */
  private furtherBodies(first: Rule): Rule[] | undefined {
    const rules = [first]
    while (this.is('{')) {
      if (first.else !== undefined) {
        this.error(this.s.loc, 'expected else keyword')
        return undefined
      }
      const { loc } = this.s
      this.scan()
      const body = this.body('}')
      if (body === undefined) return undefined
      this.scan()
      const at = { ...loc, end: this.s.lastEnd }
      rules.push({ ...first, loc: at, body, head: this.copyHead(first.head, at) })
    }
    return rules
  }

  private copyHead(head: Head, loc: Loc): Head {
    const copy: Head = {
      ...head,
      loc,
      ref: head.ref.map((term) => copyTerm(term, loc)),
      args: head.args?.map((arg) => copyTerm(arg, loc)),
      key: head.key === undefined ? undefined : copyTerm(head.key, loc),
      value: head.value === undefined ? undefined : copyTerm(head.value, loc),
    }
    this.freshWildcards(copy)
    return copy
  }

  private freshWildcards(head: Head): void {
    for (const arg of head.args ?? []) if (isVar(arg) && isWildcard(arg.value.name)) arg.value = { kind: 'var', name: this.nextWildcard() }
  }

  private else(outer: Head): Rule | undefined {
    const { loc } = this.s
    const head: Head = { ...this.copyElseHead(outer), loc, generatedValue: false }
    const rule: Rule = { loc, head, body: [], else: undefined, isDefault: false, generatedBody: false, module: noModule as Module, path: [] }
    this.scan()
    if (this.is('{') || this.is('if')) {
      head.generatedValue = true
      head.value = scalar(true, loc)
    } else if (this.is('assign') || this.is('eq')) {
      head.assign = this.is('assign')
      this.scan()
      head.value = this.infix()
      if (head.value === undefined) return undefined
      head.loc = { ...head.loc, end: this.s.lastEnd }
    } else return this.illegal('expected else value term or rule body')
    const hasIf = this.is('if')
    if (!hasIf && !this.is('{')) {
      rule.body = [termExpr(scalar(true, loc), loc)]
      rule.generatedBody = true
      rule.loc = { ...loc, end: this.s.lastEnd }
      return rule
    }
    if (hasIf) {
      head.keywords = [...head.keywords, 'if']
      this.scan()
    }
    if (this.is('{')) {
      this.scan()
      const body = this.body('}')
      if (body === undefined) return undefined
      rule.body = body
      this.scan()
    } else if (this.is('eof')) return this.illegal('rule body expected')
    else {
      const literal = this.literal()
      if (literal === undefined) return undefined
      rule.body = [relocate(literal, loc)]
    }
    if (this.is('else')) {
      rule.else = this.else(outer)
      if (rule.else === undefined) return undefined
    }
    rule.loc = { ...loc, end: this.s.lastEnd }
    return rule
  }

  private copyElseHead(head: Head): Head {
    const copy: Head = {
      ...head,
      ref: head.ref.map((term) => copyTerm(term)),
      args: head.args?.map((arg) => copyTerm(arg)),
      key: head.key === undefined ? undefined : copyTerm(head.key),
      value: undefined,
      keywords: [],
    }
    this.freshWildcards(copy)
    return copy
  }

  private head(isDefault: boolean): { readonly head: Head; readonly usesContains: boolean } | undefined {
    const { loc } = this.s
    const start = this.variable()
    const term = this.headFinish(start)
    if (term === undefined) return this.illegal('expected rule head name')
    let head: Head
    if (isVar(term)) head = varHead(term)
    else if (isRef(term)) head = refHead(term.value.terms)
    else if (term.value.kind === 'call') {
      const [operator, ...args] = term.value.terms
      if (operator === undefined) return undefined
      const ref = isRef(operator) ? operator.value.terms : [operator]
      if (!isVar(ref[0])) return this.illegal(`rule head ref ${printRef(ref)} invalid`)
      head = { ...refHead(ref), args }
    } else return undefined
    const name = printRef(head.ref)
    const finish = (): void => {
      head.loc = { ...loc, end: this.s.lastEnd }
    }
    if (this.is('contains')) {
      if (head.args !== undefined) this.illegal(`the contains keyword can only be used with multi-value rule definitions (e.g., ${name} contains <VALUE> { ... })`)
      this.scan()
      head.key = this.infix()
      if (head.key === undefined) this.illegal(`expected rule key term (e.g., ${name} contains <VALUE> { ... })`)
      finish()
      return { head, usesContains: true }
    }
    if (this.is('eq')) {
      this.scan()
      head.value = this.infix()
      if (head.value === undefined) this.illegal(`expected rule value term (e.g., ${name}[<nil>] = <VALUE> { ... })`)
    } else if (this.is('assign')) {
      this.scan()
      head.assign = true
      head.value = this.infix()
      if (head.value === undefined) {
        if (head.args !== undefined && head.args.length > 0) this.illegal(`expected function value term (e.g., ${name}(...) := <VALUE> { ... })`)
        else if (isDefault) this.illegal(`expected default rule value term (e.g., default ${name} := <VALUE>)`)
        else this.illegal(`expected rule value term (e.g., ${name} := <VALUE> { ... })`)
      }
    }
    if (head.value === undefined && head.key === undefined && (head.ref.length !== 2 || (head.args?.length ?? 0) > 0)) {
      head.generatedValue = true
      head.value = scalar(true, head.loc)
    }
    finish()
    return { head, usesContains: false }
  }

  private checkDefault(rule: Rule): boolean {
    const { value, args } = rule.head
    if (value === undefined) {
      this.error(rule.loc, 'illegal default rule (must have a value)')
      return false
    }
    let valid = true
    const walk = (term: Term): void => {
      const { value: node } = term
      switch (node.kind) {
        case 'ref':
        case 'var':
        case 'call':
          this.error(rule.loc, `illegal default rule (value cannot contain ${node.kind})`)
          valid = false
          return
        case 'array':
        case 'set':
          node.items.forEach(walk)
          return
        case 'object':
          for (const [key, item] of node.entries) {
            walk(key)
            walk(item)
          }
          return
        case 'templatestring':
          for (const part of node.parts) if ('form' in part) part.terms.forEach(walk)
          return
        case 'scalar':
        case 'arraycomprehension':
        case 'setcomprehension':
        case 'objectcomprehension':
          return
      }
    }
    walk(value)
    if (!valid) return false
    const seen = new Set<string>()
    for (const arg of args ?? []) {
      if (!isVar(arg)) {
        this.error(rule.loc, `illegal default rule (arguments cannot contain ${kindName(arg)})`)
        valid = false
      } else if (seen.has(arg.value.name)) {
        this.error(rule.loc, `illegal default rule (arguments cannot be repeated ${printTerm(arg)})`)
        valid = false
      } else seen.add(arg.value.name)
    }
    return valid
  }

  // Bodies

  private body(end: TokenKind): Body | undefined {
    if (!this.enter()) return undefined
    try {
      return this.query(false, end)
    } finally {
      this.depth--
    }
  }

  private query(requireSemicolon: boolean, end: TokenKind): Body | undefined {
    if (this.is(end)) {
      this.error(this.s.loc, 'found empty body')
      return undefined
    }
    const body: Body = []
    for (;;) {
      const literal = this.literal()
      if (literal === undefined) return undefined
      body.push(literal)
      if (this.is(';')) {
        this.scan()
        continue
      }
      if (this.is(end) || requireSemicolon) return body
      if (!this.s.skippedNewline) {
        if (this.s.errors.length === 0) this.illegal(`expected \\n or ; or ${end}`)
        return undefined
      }
    }
  }

  private literal(): Expr | undefined {
    const { loc } = this.s
    const expr = this.literalAt()
    if (expr !== undefined) expr.loc = { ...loc, end: this.s.lastEnd }
    return expr
  }

  private literalAt(): Expr | undefined {
    if (this.keywordAsRef()) return this.literalExpr(false)
    let negated = false
    if (this.is('not')) {
      this.scan()
      negated = true
    }
    if (this.is('some')) return negated ? this.illegal("illegal negation of 'some'") : this.some()
    if (this.is('every')) return negated ? this.illegal("illegal negation of 'every'") : this.every()
    return this.literalExpr(negated)
  }

  private literalExpr(negated: boolean): Expr | undefined {
    const start = this.save()
    const expr = this.expr()
    if (expr === undefined) return undefined
    expr.negated = negated
    if (this.is('with')) {
      const withs = this.withs()
      if (withs === undefined) return undefined
      expr.withs = withs
    }
    const term = expr.terms[0]
    if (this.options.version === 'v0' && expr.form === 'term' && isVar(term) && term.value.name === 'every') {
      if (this.succeedsInFuture(start, () => this.every()?.form === 'every')) this.hint('`import future.keywords.every` for `every x in xs { ... }` expressions')
    }
    return expr
  }

  /** Tries something from `start` on with all keywords active, and comes back. */
  private succeedsInFuture(start: State, attempt: () => boolean): boolean {
    const back = this.s
    const { cache } = this
    this.s = { ...start, active: new Set([...start.active, ...futureKeywords]) }
    this.cache = new Map()
    const worked = attempt()
    this.s = back
    this.cache = cache
    return worked
  }

  private withs(): With[] | undefined {
    const withs: With[] = []
    do {
      const { loc } = this.s
      this.scan()
      if (!this.is('identifier')) return this.illegal('expected ident')
      const target = this.term()
      if (target === undefined) return undefined
      if (!isRef(target) && !isVar(target)) this.illegal('expected with target path')
      if (!this.is('as')) return this.illegal('expected as keyword')
      this.scan()
      const value = this.infix()
      if (value === undefined) return undefined
      withs.push({ loc: { ...loc, end: this.s.lastEnd }, target, value })
    } while (this.is('with'))
    return withs
  }

  private some(): Expr | undefined {
    const { loc } = this.s
    const declaration: Expr = { loc, form: 'some', terms: [], negated: false, withs: [] }
    let start = this.save()
    this.scan()
    const term = this.infix()
    if (term?.value.kind === 'call') {
      const operator = term.value.terms[0]
      const name = operator === undefined ? '' : dottedName(operator)
      const wanted = name === 'internal.member_2' ? 3 : name === 'internal.member_3' ? 4 : 0
      if (wanted === 0) return this.illegal('expected `x in xs` or `x, y in xs` expression')
      if (term.value.terms.length !== wanted) return this.illegal('illegal domain')
      declaration.terms = [term]
      if (this.is('with')) {
        const withs = this.withs()
        if (withs === undefined) return undefined
        declaration.withs = withs
      }
      return declaration
    }
    this.s = start
    if (this.options.version === 'v0') {
      start = this.save()
      this.scan()
      const from = this.save()
      const hint = this.succeedsInFuture(from, () => {
        const found = this.infix()
        const operator = found?.value.kind === 'call' ? found.value.terms[0] : undefined
        return operator !== undefined && (dottedName(operator) ?? '').startsWith('internal.member_')
      })
      this.s = start
      if (hint) this.hint('`import future.keywords.in` for `some x in xs` expressions')
    }
    do {
      this.scan()
      if (!this.is('identifier')) return this.illegal('expected var')
      declaration.terms.push(this.variable())
      this.scan()
    } while (this.is(','))
    return declaration
  }

  private every(): Expr | undefined {
    const { loc } = this.s
    this.scan()
    const term = this.infix()
    if (term === undefined) return undefined
    const terms = term.value.kind === 'call' ? term.value.terms : []
    const name = terms[0] === undefined ? undefined : dottedName(terms[0])
    let key: Term | undefined
    let value: Term | undefined
    let domain: Term | undefined
    if (name === 'internal.member_2') {
      if (terms.length !== 3) return this.illegal('illegal domain')
      ;[, value, domain] = terms
    } else if (name === 'internal.member_3') {
      if (terms.length !== 4) return this.illegal('illegal domain')
      ;[, key, value, domain] = terms
      if (!isVar(key)) return this.illegal('expected key to be a variable')
    }
    if (value === undefined || domain === undefined) return this.illegal('expected `x[, y] in xs { ... }` expression')
    if (!isVar(value)) return this.illegal('expected value to be a variable')
    if (!this.is('{')) return this.illegal('missing body')
    this.scan()
    const body = this.body('}')
    if (body === undefined) return undefined
    this.scan()
    const expr: Expr = { loc, form: 'every', terms: [], every: { loc, key, value, domain, body }, negated: false, withs: [] }
    if (this.is('with')) {
      const withs = this.withs()
      if (withs === undefined) return undefined
      expr.withs = withs
    }
    return expr
  }

  private expr(): Expr | undefined {
    const left = this.infix()
    if (left === undefined) return undefined
    const operator = this.operator(['assign', 'eq'])
    if (operator !== undefined) {
      const right = this.infix()
      return right === undefined ? undefined : callExpr([operator, left, right], left.loc)
    }
    if (left.value.kind === 'call') return callExpr(left.value.terms, left.loc)
    return termExpr(left, left.loc)
  }

  // Terms

  private operator(kinds: readonly TokenKind[]): Term | undefined {
    const { kind, loc } = this.s
    if (!kinds.includes(kind)) return undefined
    this.scan()
    return refTerm([variable(kind, loc)], loc)
  }

  private memberOperator(name: string): Term | undefined {
    const { kind, loc } = this.s
    if (kind !== 'in') return undefined
    this.scan()
    return operatorTerm(name, loc)
  }

  private infix(): Term | undefined {
    return this.membership(true)
  }

  private infixInList(): Term | undefined {
    return this.membership(false)
  }

  private call(terms: Term[], left: Term): Term {
    return callTerm(terms, { ...left.loc, end: this.s.lastEnd })
  }

  private membership(keyAndValue: boolean): Term | undefined {
    let left = this.binary(0)
    while (left !== undefined) {
      if (keyAndValue && this.is(',')) {
        const before = this.save()
        this.scan()
        const middle = this.binary(0)
        const operator = middle === undefined ? undefined : this.memberOperator('internal.member_3')
        const right = operator === undefined ? undefined : this.binary(0)
        if (middle !== undefined && operator !== undefined && right !== undefined) {
          left = this.call([operator, left, middle, right], left)
          if (this.is('in')) continue
          return left
        }
        this.s = before
      }
      this.keywordAsRef()
      const operator = this.memberOperator('internal.member_2')
      const right = operator === undefined ? undefined : this.binary(0)
      if (operator === undefined || right === undefined) return left
      left = this.call([operator, left, right], left)
      if (!this.is('in')) return left
    }
    return left
  }

  /** Binary operators by how tightly they bind; each level is left-associative. */
  private binary(level: number): Term | undefined {
    const kinds = levels[level]
    if (kinds === undefined) return this.term()
    let left = this.binary(level + 1)
    while (left !== undefined && kinds.includes(this.s.kind)) {
      const operator = this.operator(kinds)
      const right = operator === undefined ? undefined : this.binary(level + 1)
      if (operator === undefined || right === undefined) return left
      left = this.call([operator, left, right], left)
    }
    return left
  }

  private term(): Term | undefined {
    if (!this.enter()) return undefined
    try {
      // A keyword may be tried as such first, and as the start of a reference later.
      const asName = this.s.kind === 'identifier' && this.s.active.has(this.s.text)
      const place = this.s.loc.offset * 2 + (asName ? 1 : 0)
      const known = this.cache.get(place)
      if (known !== undefined) {
        this.s = { ...known.after, errors: known.errors.length === 0 ? this.s.errors : [...this.s.errors, ...known.errors] }
        return known.term
      }
      const before = this.s.errors.length
      const term = this.termFinish(this.primary())
      this.cache.set(place, { term, after: this.save(), errors: this.s.errors.slice(before) })
      return term
    } finally {
      this.depth--
    }
  }

  private primary(): Term | undefined {
    const { kind, loc } = this.s
    switch (kind) {
      case 'null':
        return scalar(null, loc)
      case 'true':
        return scalar(true, loc)
      case 'false':
        return scalar(false, loc)
      case 'minus':
      case '.':
      case 'number':
        return this.number()
      case 'string':
        return this.string()
      case 'template-string-part':
      case 'template-string-end':
      case 'raw-template-string-part':
      case 'raw-template-string-end':
        return this.template(kind.startsWith('raw'))
      case 'identifier':
      case 'contains':
        return this.variable()
      case '[':
        return this.array()
      case '{':
        return this.setOrObject()
      case '(': {
        this.scan()
        const inner = this.infix()
        if (inner === undefined) return undefined
        if (this.is(')')) return inner
        this.error(this.s.loc, 'non-terminated expression')
        return undefined
      }
      default:
        return this.illegal()
    }
  }

  private termFinish(head: Term | undefined): Term | undefined {
    if (head === undefined) return undefined
    this.scanRaw()
    if (this.is('(') || this.is('.') || this.is('[')) return this.ref(head)
    if (this.is('whitespace')) this.scan()
    return rooted(head)
  }

  private headFinish(head: Term): Term | undefined {
    this.scanRaw()
    if (headOperators.has(this.s.kind)) this.illegal()
    if (this.is('whitespace')) this.scan()
    if (this.is('(') || this.is('.') || this.is('[')) return this.ref(head)
    return rooted(head)
  }

  private ref(head: Term): Term | undefined {
    if (!this.enter()) return undefined
    try {
      const { loc } = head
      if (isScalar(head) || isRef(head) || head.value.kind === 'templatestring') this.error(loc, `illegal ref (head cannot be ${kindName(head)})`)
      const terms = [head]
      for (;;) {
        switch (this.s.kind) {
          case '.':
            this.scanRaw()
            if (!this.is('identifier') && !this.isAllowedRefKeyword(this.s.kind)) return this.illegal('expected identifier')
            terms.push(scalar(this.s.text, this.s.loc))
            this.scanRaw()
            break
          case '(': {
            let term = this.callArguments(refTerm(terms, { ...loc, end: this.s.loc.offset }), loc)
            if (term === undefined) return undefined
            if (this.is('whitespace')) this.scan()
            else if (this.is('.') || this.is('[')) {
              const further = this.ref(term)
              if (further === undefined) return undefined
              term = further
            }
            term.loc = { ...loc, end: this.s.lastEnd }
            return term
          }
          case '[': {
            this.scan()
            const term = this.infix()
            if (term === undefined) return undefined
            if (!this.is(']')) return this.illegal('expected [')
            terms.push(term)
            this.scanRaw()
            break
          }
          default: {
            const end = this.s.lastEnd
            if (this.is('whitespace')) this.scan()
            return refTerm(terms, { ...loc, end })
          }
        }
      }
    } finally {
      this.depth--
    }
  }

  private callArguments(operator: Term, loc: Loc): Term | undefined {
    this.scan()
    if (this.is(')')) {
      const end = this.s.tokenEnd
      this.scanRaw()
      const name = dottedName(operator)
      return name === 'set' ? { loc: { ...loc, end }, value: { kind: 'set', items: [] } } : callTerm([operator], { ...loc, end })
    }
    const terms = this.termList(')', [operator])
    if (terms === undefined) return undefined
    const end = this.s.tokenEnd
    this.scanRaw()
    return callTerm(terms, { ...loc, end })
  }

  private number(): Term | undefined {
    const { loc } = this.s
    let prefix = ''
    if (this.is('minus')) {
      prefix = '-'
      this.scan()
      if (!this.is('number') && !this.is('.')) return this.illegal('expected number')
    }
    if (this.is('.')) {
      prefix += '.'
      this.scan()
      if (!this.is('number')) return this.illegal('expected number')
    }
    const { text } = this.s
    if (!prefix.endsWith('.') && /^0[^.eE]/.test(text)) return this.illegal('expected number without leading zero')
    if (!prefix.endsWith('.') && /^0[eE]$/.test(text)) return this.illegal('expected number without leading zero')
    const whole = prefix + text
    if (!/^-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(whole)) return this.illegal('invalid float')
    const { digits, exponent } = parseDecimal(whole)
    // OPA limits the binary exponent to ±100,000.
    const binary = (digits.length + exponent) * 3.321928
    if (digits !== '0' && Math.abs(binary) > 100_002) {
      this.error(this.s.loc, 'number too big')
      return undefined
    }
    return scalar(numberFromText(whole), { ...loc, end: this.s.tokenEnd })
  }

  private string(): Term | undefined {
    const { text, loc } = this.s
    const inner = text.slice(1, -1)
    if (text.startsWith('`')) return scalar(text.length < 2 ? '' : inner, loc)
    if (!inner.includes('\\')) return scalar(inner, loc)
    const value = unescape(text)
    if (value !== undefined) return scalar(value, loc)
    this.error(loc, `illegal string literal: ${text}`)
    return undefined
  }

  private template(raw: boolean): Term | undefined {
    const { loc } = this.s
    if (!this.options.templateStrings) {
      this.error(loc, 'template strings are not supported by current capabilities')
      return undefined
    }
    const parts: (Term | Expr)[] = []
    for (;;) {
      if (!this.s.kind.includes('template-string')) {
        this.error(this.s.loc, 'expected template-string part')
        return undefined
      }
      const text = raw ? this.s.text : unescape(`"${this.s.text}"`)
      if (text === undefined) {
        this.error(this.s.loc, `illegal template-string part: ${this.s.text}`)
        return undefined
      }
      if (text.length > 0) parts.push(scalar(text, this.s.loc))
      if (this.is('template-string-end') || this.is('raw-template-string-end')) break
      const commentsBefore = this.tokens.commentCounts[this.s.at]
      this.scan()
      const commentsAfter = this.tokens.commentCounts[this.s.at]
      const expr = this.literal()
      if (expr === undefined) {
        this.error(this.s.loc, 'invalid template-string expression')
        return undefined
      }
      const problem = templateProblem(expr)
      if (problem !== undefined) {
        this.error(expr.loc, `unexpected ${problem} in template-string expression`)
        return undefined
      }
      const only = expr.form === 'term' ? expr.terms[0] : undefined
      parts.push(only !== undefined && isScalar(only) && expr.withs.length === 0 && commentsBefore === commentsAfter ? only : expr)
      if (!this.is('}')) {
        this.error(this.s.loc, 'expected } to end template string expression')
        return undefined
      }
      this.scanRaw()
    }
    return { loc: { ...loc, end: this.s.tokenEnd }, value: { kind: 'templatestring', parts } }
  }

  private array(): Term | undefined {
    const { loc } = this.s
    const finish = (term: Term['value'] | undefined): Term | undefined => (term === undefined ? undefined : { loc: { ...loc, end: this.s.tokenEnd }, value: term })
    this.scan()
    if (this.is(']')) return finish({ kind: 'array', items: [] })
    let comprehension = true
    if (this.is(',')) {
      comprehension = false
      this.scan()
    }
    const before = this.save()
    const head = this.term()
    if (head === undefined) return undefined
    if (this.is(']')) return finish({ kind: 'array', items: [head] })
    if (this.is(',')) {
      this.scan()
      const items = this.termList(']', [head])
      return finish(items === undefined ? undefined : { kind: 'array', items })
    }
    if (this.is('or') && comprehension) {
      this.scan()
      const body = this.body(']')
      if (body !== undefined) return finish({ kind: 'arraycomprehension', key: undefined, term: head, body })
      if (!this.is(',')) return undefined
    }
    this.s = before
    const items = this.termList(']', [])
    return finish(items === undefined ? undefined : { kind: 'array', items })
  }

  private setOrObject(): Term | undefined {
    const { loc } = this.s
    const value = this.setOrObjectValue()
    return value === undefined ? undefined : { loc: { ...loc, end: this.s.tokenEnd }, value }
  }

  private setOrObjectValue(): Term['value'] | undefined {
    this.scan()
    if (this.is('}')) return { kind: 'object', entries: [] }
    let comprehension = true
    if (this.is(',')) {
      comprehension = false
      this.scan()
    }
    const before = this.save()
    const head = this.term()
    if (head === undefined) return undefined
    if ((this.is('or') && comprehension) || this.is('}') || this.is(',')) return this.set(before, head, comprehension)
    if (this.is(':')) return this.object(head, comprehension)
    this.s = before
    const key = this.infixInList()
    if (key === undefined) return undefined
    if (this.is('}') || this.is(',')) return this.set(before, key, false)
    if (this.is(':')) return this.object(key, comprehension)
    return this.illegal('non-terminated set')
  }

  private set(before: State, head: Term, comprehension: boolean): Term['value'] | undefined {
    if (this.is('}')) return { kind: 'set', items: [head] }
    if (this.is(',')) {
      this.scan()
      const items = this.termList('}', [head])
      return items === undefined ? undefined : { kind: 'set', items }
    }
    if (comprehension) {
      this.scan()
      const body = this.body('}')
      if (body !== undefined) return { kind: 'setcomprehension', key: undefined, term: head, body }
      if (!this.is(',')) return undefined
    }
    this.s = { ...before }
    const items = this.termList('}', [])
    return items === undefined ? undefined : { kind: 'set', items }
  }

  private object(key: Term, comprehension: boolean): Term['value'] | undefined {
    this.scan()
    const before = this.save()
    const value = this.term()
    if (value === undefined) return undefined
    let relation = true
    if (comprehension) {
      if (this.is('}') || this.is(',')) relation = false
      if (!relation || this.is('or')) {
        const object = this.objectFinish(key, value, true)
        if (object !== undefined) return object
      }
    }
    this.s = before
    if (relation) {
      const whole = this.infixInList()
      if (whole === undefined) return undefined
      if (this.is('}') || this.is(',')) return this.objectFinish(key, whole, false)
    }
    return this.illegal('non-terminated object')
  }

  private objectFinish(key: Term, value: Term, comprehension: boolean): Term['value'] | undefined {
    if (this.is('}')) return { kind: 'object', entries: [[key, value]] }
    if (this.is('or')) {
      if (!comprehension) return this.illegal('non-terminated object')
      this.scan()
      const body = this.body('}')
      return body === undefined ? undefined : { kind: 'objectcomprehension', key, term: value, body }
    }
    this.scan()
    const entries = this.pairList([[key, value]])
    return entries === undefined ? undefined : { kind: 'object', entries }
  }

  private termList(end: TokenKind, terms: Term[]): Term[] | undefined {
    if (this.is(end)) return terms
    for (;;) {
      const term = this.infixInList()
      if (term === undefined) return undefined
      terms.push(term)
      if (this.is(end)) return terms
      if (!this.is(',')) return this.illegal(`expected "," or "${end}"`)
      this.scan()
      if (this.is(end)) return terms
    }
  }

  private pairList(entries: [Term, Term][]): [Term, Term][] | undefined {
    if (this.is('}')) return entries
    for (;;) {
      const key = this.infixInList()
      if (key === undefined) return undefined
      if (!this.is(':')) return this.illegal('expected ":"')
      this.scan()
      const value = this.infixInList()
      if (value === undefined) return undefined
      entries.push([key, value])
      if (this.is('}')) return entries
      if (!this.is(',')) return this.illegal('expected "," or "}"')
      this.scan()
      if (this.is('}')) return entries
    }
  }

  private variable(): Term {
    const { text, loc } = this.s
    return variable(text === '_' ? this.nextWildcard() : text, loc)
  }

  private nextWildcard(): string {
    return `$${this.s.wildcard++}`
  }
}

const levels: readonly (readonly TokenKind[])[] = [relations, ['or'], ['and'], ['plus', 'minus'], ['mul', 'div', 'rem']]
const headOperators: ReadonlySet<TokenKind> = new Set(['plus', 'minus', 'mul', 'div', 'rem', 'and', 'or', ...relations])

/** `input` and `data` on their own are references. */
function rooted(head: Term): Term {
  return isVar(head) && (head.value.name === 'input' || head.value.name === 'data') ? refTerm([head], head.loc) : head
}

function varHead(term: Term): Head {
  return { loc: term.loc, name: isVar(term) ? term.value.name : '', ref: [term], args: undefined, key: undefined, value: undefined, assign: false, generatedValue: false, keywords: [] }
}

function refHead(ref: Term[]): Head {
  const first = ref[0]
  const name = ref.length < 2 && isVar(first) ? first.value.name : ''
  return { loc: first?.loc ?? nowhere, name, ref, args: undefined, key: undefined, value: undefined, assign: false, generatedValue: false, keywords: [] }
}

const nowhere: Loc = { file: '', row: 0, col: 0, offset: 0, end: 0 }

function templateProblem(expr: Expr): string | undefined {
  if (expr.negated) return "negation ('not')"
  if (isEquality(expr)) return "unification ('=')"
  if (isAssignment(expr)) return "assignment (':=')"
  if (expr.form === 'every') return "'every'"
  return expr.form === 'some' ? "'some'" : undefined
}

function unescape(text: string): string | undefined {
  if (!text.includes('\\')) return text.slice(1, -1)
  try {
    // Go decodes what JSON calls a string, except that it lets raw control characters of no harm pass not either.
    return wellFormed(JSON.parse(text) as string)
  } catch {
    return undefined
  }
}

/** A copy that shares nothing; with `loc`, every part stands there. */
export function copyTerm(term: Term, loc?: Loc): Term {
  const at = loc ?? term.loc
  const { value } = term
  switch (value.kind) {
    case 'scalar':
    case 'var':
      return { loc: at, value }
    case 'ref':
    case 'call':
      return { loc: at, value: { kind: value.kind, terms: value.terms.map((item) => copyTerm(item, loc)) } }
    case 'array':
    case 'set':
      return { loc: at, value: { kind: value.kind, items: value.items.map((item) => copyTerm(item, loc)) } }
    case 'object':
      return { loc: at, value: { kind: 'object', entries: value.entries.map(([key, item]) => [copyTerm(key, loc), copyTerm(item, loc)]) } }
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
      return {
        loc: at,
        value: { kind: value.kind, key: value.key === undefined ? undefined : copyTerm(value.key, loc), term: copyTerm(value.term, loc), body: value.body.map((expr) => copyExpr(expr, loc)) },
      }
    case 'templatestring':
      return { loc: at, value: { kind: 'templatestring', parts: value.parts.map((part) => ('form' in part ? copyExpr(part, loc) : copyTerm(part, loc))) } }
  }
}

export function copyExpr(expr: Expr, loc?: Loc): Expr {
  const at = loc ?? expr.loc
  const copy: Expr = {
    ...expr,
    loc: at,
    terms: expr.terms.map((term) => copyTerm(term, loc)),
    withs: expr.withs.map((item) => ({ loc: loc ?? item.loc, target: copyTerm(item.target, loc), value: copyTerm(item.value, loc) })),
  }
  if (expr.every !== undefined) {
    const { every } = expr
    copy.every = {
      loc: loc ?? every.loc,
      key: every.key === undefined ? undefined : copyTerm(every.key, loc),
      value: copyTerm(every.value, loc),
      domain: copyTerm(every.domain, loc),
      body: every.body.map((item) => copyExpr(item, loc)),
    }
  }
  return copy
}

function relocate(expr: Expr, loc: Loc): Expr {
  return copyExpr(expr, loc)
}
