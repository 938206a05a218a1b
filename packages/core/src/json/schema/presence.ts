import { refuse, type OptionalSchema, type Schema } from './schema.ts'
import { shapeOf } from './shape.ts'

/** A field with `omitempty`: absent when it is missing, `null` or empty. A struct behind it is a pointer in Go. */
export function optional<T>(schema: Schema<T>): OptionalSchema<Exclude<T, null>> {
  // what is null is empty, and so is never handed out
  const read = (value: unknown, pointer?: string): Exclude<T, null> => (value === null ? null : schema.read(value, pointer)) as Exclude<T, null>
  return {
    read,
    zero: (pointer) => schema.zero(pointer) as Exclude<T, null>,
    isEmpty: (value) => value === null || schema.isEmpty(value),
    isOptional: true,
    get shape() {
      return shapeOf(schema)
    },
  }
}

/** A field that must be there and not `null`. */
export function required<T>(schema: Schema<T>): Schema<Exclude<T, null>> {
  const missing = (found: null | undefined, pointer: string): never => refuse('a value', found, pointer)
  return {
    read: (value, pointer = '') => (value === null ? missing(null, pointer) : (schema.read(value, pointer) as Exclude<T, null>)),
    zero: (pointer = '') => missing(undefined, pointer),
    isEmpty: (value) => schema.isEmpty(value),
    get shape() {
      return shapeOf(schema)
    },
  }
}

/** A Go pointer: `null` or a value, so that `0` behind {@link optional} is kept. */
export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return {
    read: (value, pointer) => (value === null ? null : schema.read(value, pointer)),
    zero: () => null,
    isEmpty: (value) => value === null,
    get shape() {
      return shapeOf(schema)
    },
  }
}
