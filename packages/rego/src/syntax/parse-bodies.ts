import { callExpr, dottedName, isRef, isVar, termExpr, type Body, type Expr, type Term, type With } from './ast.ts'
import { futureKeywords } from './keywords.ts'
import type { State } from './cursor.ts'
import { TermParser } from './parse-terms.ts'
import type { TokenKind } from './scanner.ts'

/** Bodies and their literals: expressions, `some`, `every`, `not` and `with`. */
export abstract class BodyParser extends TermParser {
  protected body(end: TokenKind): Body | undefined {
    if (!this.enter()) return undefined
    try {
      return this.query(false, end)
    } finally {
      this.leave()
    }
  }

  protected query(requireSemicolon: boolean, end: TokenKind): Body | undefined {
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

  protected literal(): Expr | undefined {
    const { loc } = this.s
    const expr = this.literalAt()
    if (expr !== undefined) expr.loc = { ...loc, end: this.s.lastEnd }
    return expr
  }

  protected literalAt(): Expr | undefined {
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

  protected literalExpr(negated: boolean): Expr | undefined {
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
  protected succeedsInFuture(start: State, attempt: () => boolean): boolean {
    const back = this.s
    const { cache } = this
    this.s = { ...start, active: new Set([...start.active, ...futureKeywords]) }
    this.cache = new Map()
    const worked = attempt()
    this.s = back
    this.cache = cache
    return worked
  }

  protected withs(): With[] | undefined {
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

  protected some(): Expr | undefined {
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

  protected every(): Expr | undefined {
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

  protected expr(): Expr | undefined {
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
}
