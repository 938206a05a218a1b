import { compare as compareParts } from './compare.ts'
import { equal as equalParts } from './equal.ts'
import { withinLimits } from './parts.ts'
import type { Value } from './value.ts'

/**
 * Rego's total order over all values: null, booleans, numbers, strings, arrays, objects, sets.
 *
 * @throws RegoError `ERR_LIMIT_DEPTH` or `ERR_LIMIT_STEPS` for values that are too deep or share too many parts.
 */
export function compare(a: Value, b: Value): -1 | 0 | 1 {
  return withinLimits(() => compareParts(a, b))
}

/**
 * Whether two values are the same, however their numbers are spelled and their objects represented.
 *
 * @throws RegoError as {@link compare}.
 */
export function equal(a: Value, b: Value): boolean {
  return withinLimits(() => equalParts(a, b))
}
