import { CilockError } from '../../error.ts'
import { showPointer } from '../pointer.ts'
import { JsonNumber } from '../value.ts'
import type { JsonShape } from './shape.ts'

/**
 * The shape of a Go value in JSON, for reading and writing alike: `read` checks a value and gives it back as Go would
 * write it (fields in the order of the struct, map keys sorted, empty `omitempty` fields left out), so that
 * `stringifyJson(schema.read(value))` has Go's bytes.
 */
export interface Schema<T> {
  /**
   * Checks and normalises `value`; `pointer` says where it stands, for messages.
   *
   * @throws CilockError `ERR_MALFORMED` when the value has another shape.
   */
  read(value: unknown, pointer?: string): T
  /** What Go has where the key is missing: `""`, `0`, `false`, `null`, the struct of zeros. May throw where a field is required. */
  zero(pointer?: string): T
  /** Whether `omitempty` leaves this value out. */
  isEmpty(value: T): boolean
  /** Which keys such JSON can have. Absent: nothing is known of them. */
  readonly shape?: JsonShape
  /** Set by `optional()`: a struct leaves the key out when the value is empty. */
  readonly isOptional?: true
}

/** A schema whose key may be absent. */
export interface OptionalSchema<T> extends Schema<T> {
  readonly isOptional: true
}

/** The type that a schema gives. */
export type Infer<S extends Schema<unknown>> = S extends Schema<infer T> ? T : never

/** Refuses a value, by kind and place and never by content. */
export function refuse(expected: string, found: unknown, pointer: string): never {
  throw new CilockError('ERR_MALFORMED', `expected ${expected}, found ${kindOf(found)} at ${showPointer(pointer)}`)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  if (JsonNumber.is(value)) return 'a number written unlike an integer'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? 'a string' : `a ${typeof value}`
}
