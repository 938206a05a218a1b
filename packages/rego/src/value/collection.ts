import type { Value } from './value.ts'

/**
 * What a set shows to whoever compares, hashes or writes values. The class of sets is made of those functions; they only
 * need to know a set when they see one, and so do not import it.
 */
export abstract class SetLike {
  /** What `keyOf` has worked out. */
  abstract cachedKey: string | undefined
  abstract readonly size: number
  /** In order. */
  abstract values(): readonly Value[]
  abstract unordered(): Iterable<Value>
  abstract has(value: Value): boolean
}

/** The same for objects with keys of any type. */
export abstract class ObjectLike {
  abstract cachedKey: string | undefined
  abstract readonly size: number
  /** In order. */
  abstract keys(): readonly Value[]
  abstract get(key: Value): Value | undefined
  abstract has(key: Value): boolean
  abstract forEach(visit: (value: Value, key: Value) => void): void
}
