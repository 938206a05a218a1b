import { ObjectLike, SetLike } from './collection.ts'
import { RegoNumber } from './number.ts'
import type { RegoObject } from './object.ts'
import type { RegoSet } from './set.ts'

/** A JSON object as it was parsed: string keys, read through {@link objectGet}, never copied and never changed. */
export interface JsonObject {
  readonly [key: string]: Value
}

/**
 * Any value of Rego. A number is a JavaScript `number` exactly when JavaScript prints its text unchanged
 * (`String(Number(text)) === text`), and a {@link RegoNumber} that keeps its text otherwise.
 */
export type Value = null | boolean | number | string | RegoNumber | readonly Value[] | JsonObject | RegoObject | RegoSet

/** Objects of both representations. */
export type ObjectValue = JsonObject | RegoObject

/** Numbers of both representations. */
export type NumberValue = number | RegoNumber

/** The names of Rego's types, as `type_name` gives them. */
export type TypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'set'

/** The name of a value's type, as `type_name` gives it. */
export function typeName(value: Value): TypeName {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (value instanceof SetLike) return 'set'
  return value instanceof RegoNumber ? 'number' : 'object'
}

/** True for objects as JSON gave them. */
export function isPlainObject(value: Value): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ObjectLike) &&
    !(value instanceof SetLike) &&
    !(value instanceof RegoNumber)
  )
}

/** True for objects of both representations. */
export function isObject(value: Value): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof SetLike) && !(value instanceof RegoNumber)
}

/** Whether a value is a number, of either form. */
export function isNumber(value: Value): value is NumberValue {
  return typeof value === 'number' || value instanceof RegoNumber
}

/** Whether a value is an array. */
export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}
