import { SetLike } from './collection.ts'
import type { CompositeTable } from './composites.ts'
import { scalarOf, type Scalar } from './scalar-key.ts'
import { sortValues } from './sort.ts'
import { valueTable } from './value-table.ts'
import type { Value } from './value.ts'

/** A set of values; iterates in Rego's total order. Filled by its maker with {@link add}, then left alone. */
export class RegoSet extends SetLike {
  private readonly scalars: Map<Scalar, Value> = new Map()
  private composites: CompositeTable<Value, undefined> | undefined
  private others: Value[] | undefined
  private sorted: readonly Value[] | undefined
  /** @internal */
  cachedKey: string | undefined

  /** A set of these values. */
  static of(values: Iterable<Value>): RegoSet {
    const set = new RegoSet()
    for (const value of values) set.add(value)
    return set
  }

  /** How many members it has. */
  get size(): number {
    return this.scalars.size + (this.others === undefined ? 0 : this.others.length)
  }

  /** True when the value was not there before. The first of several equal values stays. */
  add(value: Value): boolean {
    const scalar = scalarOf(value)
    if (scalar !== undefined) {
      if (this.scalars.has(scalar)) return false
      this.scalars.set(scalar, value)
    } else {
      const table = (this.composites ??= valueTable())
      if (table.find(value) !== undefined) return false
      table.add(value, undefined)
      ;(this.others ??= []).push(value)
    }
    this.sorted = undefined
    return true
  }

  /** Whether the value is a member. */
  has(value: Value): boolean {
    const scalar = scalarOf(value)
    return scalar === undefined ? this.composites?.find(value) !== undefined : this.scalars.has(scalar)
  }

  /** The member that equals `value`: it may be spelled differently (`1` and `1.0`). */
  get(value: Value): Value | undefined {
    const scalar = scalarOf(value)
    return scalar === undefined ? this.composites?.find(value)?.value : this.scalars.get(scalar)
  }

  /** The members in order; shared, not to be changed. */
  values(): readonly Value[] {
    return (this.sorted ??= sortValues([...this.unordered()]))
  }

  /** The members as they were added: for work where order cannot be seen. */
  unordered(): Iterable<Value> {
    if (this.others === undefined) return this.scalars.values()
    return this.scalars.size === 0 ? this.others : [...this.scalars.values(), ...this.others]
  }

  [Symbol.iterator](): Iterator<Value> {
    return this.values()[Symbol.iterator]()
  }
}
