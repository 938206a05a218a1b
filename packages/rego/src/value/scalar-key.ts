import { RegoNumber } from './number.ts'
import type { Value } from './value.ts'

/** What scalars are told apart by in a `Map`: themselves, but for numbers that keep a text and strings that start with NUL. */
export type Scalar = string | number | boolean | null

/** Undefined for composites. */
export function scalarOf(value: Value): Scalar | undefined {
  if (typeof value === 'string') return value.charCodeAt(0) === 0 ? `\0${value}` : value
  if (typeof value === 'number') return value === 0 ? 0 : value
  if (value === null || typeof value === 'boolean') return value
  return value instanceof RegoNumber ? value.key : undefined
}
