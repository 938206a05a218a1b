import { CompositeTable } from './composites.ts'
import { equal } from './equal.ts'
import { hashValue } from './hash.ts'
import { keyOf } from './key.ts'
import type { Value } from './value.ts'

/** A table of composite values, told apart as Rego does. */
export function valueTable<T>(): CompositeTable<Value, T> {
  return new CompositeTable<Value, T>((value) => hashValue(value, 3), equal, (value) => `${keyOf(value)}`)
}
