import type { Position } from './error.ts'
import { parseError, tokensOf } from './tokens.ts'
import type { Token } from './tokens.ts'

/** A value as a query writes it. */
export type Literal = { readonly at: Position } & (
  | { readonly kind: 'variable' | 'enum' | 'string' | 'int' | 'float'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'list'; readonly items: readonly Literal[] }
  | { readonly kind: 'object'; readonly members: readonly Argument[] }
)

export interface Argument {
  readonly name: string
  readonly value: Literal
  readonly at: Position
}

export interface Directive {
  readonly name: string
  readonly arguments: readonly Argument[]
}

export type Selection =
  | { readonly kind: 'field'; readonly key: string; readonly name: string; readonly arguments: readonly Argument[]; readonly directives: readonly Directive[]; readonly selections: readonly Selection[]; readonly at: Position }
  | { readonly kind: 'spread'; readonly name: string; readonly directives: readonly Directive[]; readonly at: Position }
  | { readonly kind: 'inline'; readonly on: string | undefined; readonly directives: readonly Directive[]; readonly selections: readonly Selection[]; readonly at: Position }

export interface Variable {
  readonly name: string
  /** As it is written, such as `[String!]`. */
  readonly type: string
  readonly value: Literal | undefined
  readonly at: Position
}

export interface Operation {
  readonly kind: string
  readonly name: string | undefined
  readonly variables: readonly Variable[]
  readonly selections: readonly Selection[]
  readonly at: Position
}

export interface Fragment {
  readonly on: string
  readonly selections: readonly Selection[]
}

export interface Query {
  readonly operations: readonly Operation[]
  readonly fragments: ReadonlyMap<string, Fragment>
}

/** @throws QueryError */
export function parseQuery(text: string): Query {
  return new Parser(tokensOf(text)).document()
}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  document(): Query {
    const operations: Operation[] = []
    const fragments = new Map<string, Fragment>()
    while (this.#peek.kind !== 'EOF') {
      const at = this.#position
      if (this.#is('{')) operations.push({ kind: 'query', name: undefined, variables: [], selections: this.#selections(), at })
      else if (this.#takeName('fragment')) {
        const name = this.#name()
        this.#expectName('on')
        fragments.set(name, { on: this.#name(), selections: this.#selections() })
      } else if (['query', 'mutation', 'subscription'].includes(this.#peek.text)) operations.push(this.#operation())
      else throw this.#unexpected()
    }
    return { operations, fragments }
  }

  #operation(): Operation {
    const at = this.#position
    const kind = this.#name()
    const name = this.#peek.kind === 'Name' ? this.#name() : undefined
    const variables: Variable[] = []
    if (this.#take('(')) {
      while (!this.#take(')')) variables.push(this.#variable())
    }
    return { kind, name, variables, selections: this.#selections(), at }
  }

  #variable(): Variable {
    const at = this.#position
    this.#expect('$')
    const name = this.#name()
    this.#expect(':')
    const type = this.#type()
    return { name, type, value: this.#take('=') ? this.#value() : undefined, at }
  }

  #type(): string {
    let text = ''
    if (this.#take('[')) {
      text = `[${this.#type()}]`
      this.#expect(']')
    } else text = this.#name()
    return this.#take('!') ? `${text}!` : text
  }

  #selections(): readonly Selection[] {
    const found: Selection[] = []
    this.#expect('{')
    do found.push(this.#selection())
    while (!this.#take('}'))
    return found
  }

  #selection(): Selection {
    const at = this.#position
    if (this.#take('...')) {
      if (this.#peek.kind === 'Name' && this.#peek.text !== 'on') return { kind: 'spread', name: this.#name(), directives: this.#directives(), at }
      const on = this.#takeName('on') ? this.#name() : undefined
      return { kind: 'inline', on, directives: this.#directives(), selections: this.#selections(), at }
    }
    const first = this.#name()
    const name = this.#take(':') ? this.#name() : first
    return { kind: 'field', key: first, name, arguments: this.#arguments(), directives: this.#directives(), selections: this.#is('{') ? this.#selections() : [], at }
  }

  #arguments(): readonly Argument[] {
    const found: Argument[] = []
    if (!this.#take('(')) return found
    do found.push(this.#argument())
    while (!this.#take(')'))
    return found
  }

  #argument(): Argument {
    const at = this.#position
    const name = this.#name()
    this.#expect(':')
    return { name, value: this.#value(), at }
  }

  #directives(): readonly Directive[] {
    const found: Directive[] = []
    while (this.#take('@')) found.push({ name: this.#name(), arguments: this.#arguments() })
    return found
  }

  #value(): Literal {
    const at = this.#position
    if (this.#take('$')) return { kind: 'variable', text: this.#name(), at }
    if (this.#take('[')) {
      const items: Literal[] = []
      while (!this.#take(']')) items.push(this.#value())
      return { kind: 'list', items, at }
    }
    if (this.#take('{')) {
      const members: Argument[] = []
      while (!this.#take('}')) members.push(this.#argument())
      return { kind: 'object', members, at }
    }
    const token = this.#peek
    this.#at++
    if (token.kind === 'String') return { kind: 'string', text: token.text, at }
    if (token.kind === 'Int' || token.kind === 'Float') return { kind: token.kind === 'Int' ? 'int' : 'float', text: token.text, at }
    if (token.kind !== 'Name') throw parseError(`Unexpected ${token.text}`, token)
    if (token.text === 'null') return { kind: 'null', at }
    return token.text === 'true' || token.text === 'false' ? { kind: 'boolean', value: token.text === 'true', at } : { kind: 'enum', text: token.text, at }
  }

  get #peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] as Token
  }

  get #position(): Position {
    return { line: this.#peek.line, column: this.#peek.column }
  }

  #is(text: string): boolean {
    return this.#peek.kind === 'Punctuator' && this.#peek.text === text
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false
    this.#at++
    return true
  }

  #takeName(text: string): boolean {
    if (this.#peek.kind !== 'Name' || this.#peek.text !== text) return false
    this.#at++
    return true
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw parseError(`Expected ${text}, found ${shown(this.#peek)}`, this.#peek)
  }

  #expectName(text: string): void {
    if (!this.#takeName(text)) throw parseError(`Expected ${text}, found ${shown(this.#peek)}`, this.#peek)
  }

  #name(): string {
    const token = this.#peek
    if (token.kind !== 'Name') throw parseError(`Expected Name, found ${shown(token)}`, token)
    this.#at++
    return token.text
  }

  #unexpected(): Error {
    return parseError(`Unexpected ${shown(this.#peek)}`, this.#peek)
  }
}

function shown({ kind, text }: Token): string {
  return kind === 'Name' ? `Name "${text}"` : text
}
