import { ObjectLike } from './collection.ts'
import type { CompositeTable } from './composites.ts'
import { scalarOf, type Scalar } from './scalar-key.ts'
import { sortValues } from './sort.ts'
import { valueTable } from './value-table.ts'
import type { Value } from './value.ts'

/** An object with keys of any type, as Rego builds it. Filled by its maker with {@link set}, then left alone. */
export class RegoObject extends ObjectLike {
  private readonly scalars: Map<Scalar, Value> = new Map()
  /** Keys that are numbers with a text of their own. */
  private spelled: Map<Scalar, Value> | undefined
  private composites: CompositeTable<Value, Value> | undefined
  private others: Value[] | undefined
  private sorted: readonly Value[] | undefined
  /** @internal */
  cachedKey: string | undefined

  /** An object of these entries; of equal keys the last one counts. */
  static of(entries: Iterable<readonly [Value, Value]>): RegoObject {
    const object = new RegoObject()
    for (const [key, value] of entries) object.set(key, value)
    return object
  }

  /** How many keys it has. */
  get size(): number {
    return this.scalars.size + (this.others === undefined ? 0 : this.others.length)
  }

  /** The value under a key; undefined where there is none. */
  get(key: Value): Value | undefined {
    if (typeof key === 'string') return this.scalars.get(key.charCodeAt(0) === 0 ? `\0${key}` : key)
    const scalar = scalarOf(key)
    return scalar === undefined ? this.composites?.find(key)?.item : this.scalars.get(scalar)
  }

  /** Whether there is such a key. */
  has(key: Value): boolean {
    return this.get(key) !== undefined
  }

  /** Puts a value under a key. Only while the object is being made: it may be shared afterwards. */
  set(key: Value, value: Value): void {
    const scalar = scalarOf(key)
    if (scalar !== undefined) {
      if (scalar !== key && !this.scalars.has(scalar)) (this.spelled ??= new Map()).set(scalar, key)
      this.scalars.set(scalar, value)
    } else {
      const table = (this.composites ??= valueTable())
      const known = table.find(key)
      if (known === undefined) {
        table.add(key, value)
        ;(this.others ??= []).push(key)
      } else known.item = value
    }
    this.sorted = undefined
  }

  /** The keys in order; shared, not to be changed. */
  keys(): readonly Value[] {
    return (this.sorted ??= this.sortKeys())
  }

  /** Entries as they were added: for work where order cannot be seen. */
  forEach(visit: (value: Value, key: Value) => void): void {
    this.scalars.forEach((value, scalar) => visit(value, this.spelled?.get(scalar) ?? scalar))
    for (const key of this.others ?? []) visit(this.composites?.find(key)?.item as Value, key)
  }

  private sortKeys(): readonly Value[] {
    const { spelled } = this
    const keys: Value[] = spelled === undefined ? [...this.scalars.keys()] : [...this.scalars.keys()].map((scalar): Value => spelled.get(scalar) ?? scalar)
    if (this.others !== undefined) keys.push(...this.others)
    return sortValues(keys)
  }
}
