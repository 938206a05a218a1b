import { listNode, objectNode, type Body, type Term } from './ast.ts'
import type { State } from './cursor.ts'
import { LiteralParser } from './parse-literals.ts'
import type { TokenKind } from './scanner.ts'

/** Arrays, sets, objects and their comprehensions. */
export abstract class CollectionParser extends LiteralParser {
  protected abstract term(): Term | undefined

  /** A term with operators; a comma behind it belongs to the list around it. */
  protected abstract infixInList(): Term | undefined

  protected abstract body(end: TokenKind): Body | undefined

  protected array(): Term | undefined {
    const { loc } = this.s
    const finish = (term: Term['value'] | undefined): Term | undefined => (term === undefined ? undefined : { loc: { ...loc, end: this.s.tokenEnd }, value: term })
    this.scan()
    if (this.is(']')) return finish(listNode('array', []))
    let comprehension = true
    if (this.is(',')) {
      comprehension = false
      this.scan()
    }
    const before = this.save()
    const head = this.term()
    if (head === undefined) return undefined
    if (this.is(']') || this.is(',')) return finish(this.list('array', ']', [head]))
    if (this.is('or') && comprehension) {
      this.scan()
      const body = this.body(']')
      if (body !== undefined) return finish({ kind: 'arraycomprehension', key: undefined, term: head, body })
      if (!this.is(',')) return undefined
    }
    this.s = before
    return finish(this.list('array', ']', []))
  }

  protected setOrObject(): Term | undefined {
    const { loc } = this.s
    const value = this.setOrObjectValue()
    return value === undefined ? undefined : { loc: { ...loc, end: this.s.tokenEnd }, value }
  }

  protected setOrObjectValue(): Term['value'] | undefined {
    this.scan()
    if (this.is('}')) return objectNode([])
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

  protected set(before: State, head: Term, comprehension: boolean): Term['value'] | undefined {
    if (this.is('}') || this.is(',')) return this.list('set', '}', [head])
    if (comprehension) {
      this.scan()
      const body = this.body('}')
      if (body !== undefined) return { kind: 'setcomprehension', key: undefined, term: head, body }
      if (!this.is(',')) return undefined
    }
    this.s = { ...before }
    return this.list('set', '}', [])
  }

  protected object(key: Term, comprehension: boolean): Term['value'] | undefined {
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

  protected objectFinish(key: Term, value: Term, comprehension: boolean): Term['value'] | undefined {
    if (this.is('or')) {
      if (!comprehension) return this.illegal('non-terminated object')
      this.scan()
      const body = this.body('}')
      return body === undefined ? undefined : { kind: 'objectcomprehension', key, term: value, body }
    }
    if (this.is(',')) this.scan()
    const entries = this.pairList([[key, value]])
    return entries && objectNode(entries)
  }

  /** What stands behind the first terms of an array or a set, to its end. */
  private list(kind: 'array' | 'set', end: TokenKind, terms: Term[]): Term['value'] | undefined {
    if (this.is(',')) this.scan()
    const items = this.termList(end, terms)
    return items && listNode(kind, items)
  }

  protected termList(end: TokenKind, terms: Term[]): Term[] | undefined {
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

  protected pairList(entries: [Term, Term][]): [Term, Term][] | undefined {
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
}
