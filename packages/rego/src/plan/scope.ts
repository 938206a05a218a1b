/** Gives the variables of a rule their numbers. */
export class Slots {
  private readonly numbers: Map<string, number> = new Map()
  /** Slot 0 takes the result, slot 1 says whether the first one is enough. */
  private count = 2

  of(name: string): number {
    const known = this.numbers.get(name)
    if (known !== undefined) return known
    const slot = this.count++
    this.numbers.set(name, slot)
    return slot
  }

  /** A slot for the planner's own use. */
  fresh(): number {
    return this.count++
  }

  get size(): number {
    return this.count
  }
}

/** What is bound at one place of a body. */
export class Scope {
  readonly slots: Slots
  private readonly bound: Set<string>

  constructor(slots: Slots, bound: Iterable<string> = []) {
    this.slots = slots
    this.bound = new Set(bound)
  }

  isBound(name: string): boolean {
    return this.bound.has(name)
  }

  /** Binds a variable and gives its slot. */
  bind(name: string): number {
    this.bound.add(name)
    return this.slots.of(name)
  }

  /** For closures: sees all that is bound here, binds nothing here. */
  child(): Scope {
    return new Scope(this.slots, this.bound)
  }

  boundNames(): Iterable<string> {
    return this.bound
  }
}
