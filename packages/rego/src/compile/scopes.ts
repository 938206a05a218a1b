import { isVar, isWildcard, type Loc } from '../syntax/ast.ts'
import type { NameSource } from './names.ts'

/** How a variable came into its scope. */
export type Occurrence = 'arg' | 'seen' | 'assigned' | 'declared'

interface Scope {
  readonly names: Map<string, string>
  readonly occurrence: Map<string, Occurrence>
  readonly count: Map<string, number>
}

/** The scopes around a place in a rule, innermost last: what each variable is called from now on, and how often it was seen. */
export class Scopes {
  private readonly generated: NameSource
  private readonly rewritten: Map<string, string>
  private stack: Scope[] = [newScope()]

  /** Generated names and what they stand for go into `rewritten`. */
  constructor(generated: NameSource, rewritten: Map<string, string>) {
    this.generated = generated
    this.rewritten = rewritten
  }

  get top(): Scope {
    const scope = this.stack.at(-1)
    if (scope !== undefined) return scope
    const fresh = newScope()
    this.stack.push(fresh)
    return fresh
  }

  push(): void {
    this.stack.push(newScope())
  }

  pop(): void {
    this.stack.pop()
  }

  /** Does something in a scope that nothing else can be seen from. */
  apart(run: () => void): void {
    const { stack } = this
    this.stack = [newScope()]
    run()
    this.stack = stack
  }

  /** What calling the result goes back to: the outermost scope as it is now. */
  save(): () => void {
    const saved = this.stack[0] ?? newScope()
    return () => {
      this.stack = [{ names: new Map(saved.names), occurrence: new Map(saved.occurrence), count: new Map(saved.count) }]
    }
  }

  /** What the variables of the outermost scope are called. */
  get outermost(): ReadonlyMap<string, string> {
    return this.stack[0]?.names ?? new Map<string, string>()
  }

  /** What a variable is called from here. */
  declared(name: string): string | undefined {
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const found = this.stack[i]?.names.get(name)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** How the variable came into the innermost scope that knows it. */
  occurrence(name: string): Occurrence | undefined {
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const occurrence = this.stack[i]?.occurrence.get(name)
      if (occurrence !== undefined) return occurrence
    }
    return undefined
  }

  insert(name: string, as: string, occurrence: Occurrence): void {
    const { top } = this
    top.names.set(name, as)
    top.occurrence.set(name, occurrence)
    top.count.set(name, 1)
    if (name !== as) this.rewritten.set(as, name)
  }

  seen(name: string): void {
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const count = this.stack[i]?.count.get(name)
      if (count !== undefined) {
        this.stack[i]?.count.set(name, count + 1)
        return
      }
    }
    this.top.count.set(name, 1)
  }

  count(name: string): number {
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const count = this.stack[i]?.count.get(name)
      if (count !== undefined) return count
    }
    return 0
  }

  fresh(loc: Loc): string {
    const term = this.generated.next(loc)
    return isVar(term) ? term.value.name : ''
  }

  /** The generated name, or a message why the name cannot be declared here. */
  declare(name: string, occurrence: Occurrence, loc: Loc): { readonly as: string } | { readonly problem: string } {
    const shown = isWildcard(name) ? '_' : name
    switch (this.top.occurrence.get(name)) {
      case 'seen':
        return { problem: `var ${shown} referenced above` }
      case 'assigned':
        return { problem: `var ${shown} assigned above` }
      case 'declared':
        return { problem: `var ${shown} declared above` }
      case 'arg':
        return { problem: `arg ${shown} redeclared` }
      case undefined: {
        const as = this.fresh(loc)
        this.insert(name, as, occurrence)
        return { as }
      }
    }
  }
}

function newScope(): Scope {
  return { names: new Map(), occurrence: new Map(), count: new Map() }
}
