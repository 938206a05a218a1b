import { coded } from '../guarded.ts'
import { compare } from './compare.ts'
import type { Value } from './value.ts'

/** Sorts in place; most lists come in order. */
export function sortValues(values: Value[]): Value[] {
  try {
    for (let i = 1; i < values.length; i++) if (compare(values[i - 1] as Value, values[i] as Value) > 0) return values.sort(compare)
    return values
  } catch (error) {
    throw coded(error)
  }
}
