import { coded } from '../guarded.ts'

/**
 * A table of values that are no scalars, by a cheap hash of part of them. Equal values have equal hashes; values that
 * share a hash are compared. A place that gathers many, by chance or by intent, changes to exact keys, so that nobody
 * can make the table slow.
 */
export class CompositeTable<V, T> {
  private readonly places: Map<number, Place<V, T>> = new Map()
  private readonly hash: (value: V) => number
  private readonly same: (a: V, b: V) => boolean
  private readonly exact: (value: V) => string

  constructor(hash: (value: V) => number, same: (a: V, b: V) => boolean, exact: (value: V) => string) {
    this.hash = hash
    this.same = same
    this.exact = exact
  }

  find(value: V): Entry<V, T> | undefined {
    try {
      const place = this.places.get(this.hash(value))
      if (place === undefined) return undefined
      if (place instanceof Map) return place.get(this.exact(value))
      for (const entry of place) if (this.same(entry.value, value)) return entry
      return undefined
    } catch (error) {
      // Sets and objects are public, so that values of any depth come here from outside of an evaluation, too.
      throw coded(error)
    }
  }

  /** Adds a value that {@link find} has not found. */
  add(value: V, item: T): void {
    try {
      const hash = this.hash(value)
      const place = this.places.get(hash)
      const entry = { value, item }
      if (place === undefined) this.places.set(hash, [entry])
      else if (place instanceof Map) place.set(this.exact(value), entry)
      else if (place.length < crowded) place.push(entry)
      else this.places.set(hash, new Map([...place, entry].map((one) => [this.exact(one.value), one])))
    } catch (error) {
      throw coded(error)
    }
  }
}

export interface Entry<V, T> {
  readonly value: V
  item: T
}

type Place<V, T> = Entry<V, T>[] | Map<string, Entry<V, T>>

const crowded = 8
