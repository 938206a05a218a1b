import { callTerm, dottedName, isRef, isScalar, isVar, listNode, operatorTerm, refTerm, scalar, variable, type Loc, type Term } from './ast.ts'
import type { State } from './cursor.ts'
import type { Diagnostic } from './diagnostic.ts'
import { CollectionParser } from './parse-collections.ts'
import { kindName } from './print.ts'
import type { TokenKind } from './scanner.ts'

const relations: readonly TokenKind[] = ['equal', 'neq', 'lt', 'gt', 'lte', 'gte']
const levels: readonly (readonly TokenKind[])[] = [relations, ['or'], ['and'], ['plus', 'minus'], ['mul', 'div', 'rem']]
const headOperators: ReadonlySet<TokenKind> = new Set(['plus', 'minus', 'mul', 'div', 'rem', 'and', 'or', ...relations])

/** How many brackets, each the first thing in the one before, are read on one stack. */
const openersAtOnce = 50

/** Terms: operators, references and calls. */
export abstract class TermParser extends CollectionParser {
  /** What was read at a place already: the parser tries several readings, and each would read the same terms again. */
  protected cache: Map<number, { readonly term: Term | undefined; readonly after: State; readonly errors: readonly Diagnostic[] }> = new Map()

  /** Up to where a row of opening brackets was looked at. */
  private openersEnd = 0

  protected operator(kinds: readonly TokenKind[]): Term | undefined {
    const { kind, loc } = this.s
    if (!kinds.includes(kind)) return undefined
    this.scan()
    return refTerm([variable(kind, loc)], loc)
  }

  protected memberOperator(name: string): Term | undefined {
    const { kind, loc } = this.s
    if (kind !== 'in') return undefined
    this.scan()
    return operatorTerm(name, loc)
  }

  protected infix(): Term | undefined {
    return this.membership(true)
  }

  protected infixInList(): Term | undefined {
    return this.membership(false)
  }

  protected call(terms: Term[], left: Term): Term {
    return callTerm(terms, { ...left.loc, end: this.s.lastEnd })
  }

  protected membership(keyAndValue: boolean): Term | undefined {
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

  /** Binary operators that bind at least as tightly as a level; each level is left-associative. */
  protected binary(loosest: number): Term | undefined {
    let left = this.term()
    for (let level = levels.length - 1; level >= loosest; level--) {
      const kinds = levels[level] ?? []
      while (left !== undefined && kinds.includes(this.s.kind)) {
        const operator = this.operator(kinds)
        const right = operator === undefined ? undefined : this.binary(level + 1)
        if (operator === undefined || right === undefined) break
        left = this.call([operator, left, right], left)
      }
    }
    return left
  }

  protected term(): Term | undefined {
    if (!this.enter()) return undefined
    try {
      this.readInnermostFirst()
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
      this.leave()
    }
  }

  /**
   * Where terms open into each other for long (`[[[…`, `{"a":{"a":…`, `f(f(…`), reads the inner ones first: those around
   * them find them in the cache, so that the stack stays short.
   */
  private readInnermostFirst(): void {
    const start = this.s.at
    if (start < this.openersEnd) return
    const { s, depth } = this
    const places: number[] = []
    for (let at: number | undefined = start; at !== undefined && depth + places.length <= this.options.maxDepth + 1; at = this.behindOpener(at)) places.push(at)
    this.openersEnd = places.at(-1) ?? start
    for (let index = places.length - 1; index > openersAtOnce; index -= openersAtOnce) {
      this.s = { ...s, at: (places[index] ?? 0) - 1 }
      this.scan()
      this.depth = depth + index - 1
      this.term()
    }
    this.s = s
    this.depth = depth
  }

  /** Where the first term within an opening bracket begins, if it is one that begins here. */
  private behindOpener(at: number): number | undefined {
    const kind = this.kindAt(at)
    if (kind === '[' || kind === '(') return this.behindWhitespace(at + 1)
    if (kind === 'identifier') return this.kindAt(at + 1) === '(' ? this.behindWhitespace(at + 2) : undefined
    if (kind !== '{') return undefined
    const inner = this.behindWhitespace(at + 1)
    const colon = this.behindWhitespace(inner + 1)
    return this.kindAt(inner) === 'string' && this.kindAt(colon) === ':' ? this.behindWhitespace(colon + 1) : inner
  }

  private behindWhitespace(at: number): number {
    let index = at
    while (this.kindAt(index) === 'whitespace') index++
    return index
  }

  protected primary(): Term | undefined {
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

  protected termFinish(head: Term | undefined): Term | undefined {
    if (head === undefined) return undefined
    this.scanRaw()
    if (this.is('(') || this.is('.') || this.is('[')) return this.ref(head)
    if (this.is('whitespace')) this.scan()
    return rooted(head)
  }

  protected headFinish(head: Term): Term | undefined {
    this.scanRaw()
    if (headOperators.has(this.s.kind)) this.illegal()
    if (this.is('whitespace')) this.scan()
    if (this.is('(') || this.is('.') || this.is('[')) return this.ref(head)
    return rooted(head)
  }

  protected ref(head: Term): Term | undefined {
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
      this.leave()
    }
  }

  protected callArguments(operator: Term, loc: Loc): Term | undefined {
    this.scan()
    if (this.is(')')) {
      const end = this.s.tokenEnd
      this.scanRaw()
      const name = dottedName(operator)
      return name === 'set' ? { loc: { ...loc, end }, value: listNode('set', []) } : callTerm([operator], { ...loc, end })
    }
    const terms = this.termList(')', [operator])
    if (terms === undefined) return undefined
    const end = this.s.tokenEnd
    this.scanRaw()
    return callTerm(terms, { ...loc, end })
  }
}

/** `input` and `data` on their own are references. */
function rooted(head: Term): Term {
  return isVar(head) && (head.value.name === 'input' || head.value.name === 'data') ? refTerm([head], head.loc) : head
}
