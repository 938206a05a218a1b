import { CilockError } from '../../error.ts'
import { compareUtf8 } from '../order.ts'
import { setOwn } from '../own.ts'
import { childPointer, showPointer } from '../pointer.ts'
import { JsonNumber, type JsonValue } from '../value.ts'
import { isJsonObject } from './container.ts'
import { number } from './scalar.ts'
import { refuse, type Schema } from './schema.ts'

const float = number()

/** As deep as the reader goes unless told otherwise. */
const maxDepth = 1_000

/**
 * A Go `interface{}`: any JSON, as Go writes it again after decoding. Keys are sorted at every level, and numbers are
 * what a `float64` holds. More than 1,000 levels are refused with `ERR_LIMIT_EXCEEDED`.
 */
export function any(): Schema<JsonValue> {
  return { read: (value, pointer = '') => normalise(value, pointer, maxDepth), zero: () => null, isEmpty: (value) => value === null }
}

/** A Go `json.RawMessage`: any JSON as it came, with the order of its keys and the text of its numbers (Go keeps its escapes too). */
export function raw(): Schema<JsonValue> {
  return { read: (value, pointer = '') => (value === undefined ? refuse('a value', value, pointer) : (value as JsonValue)), zero: () => null, isEmpty: () => false }
}

function normalise(value: unknown, pointer: string, room: number): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' || JsonNumber.is(value)) return float.read(value, pointer)
  if (room === 0) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${maxDepth} levels of nesting, found more at ${showPointer(pointer)}`)
  if (Array.isArray(value)) return Array.from(value, (item: unknown, index) => normalise(item, childPointer(pointer, index), room - 1))
  if (!isJsonObject(value)) return refuse('JSON', value, pointer)
  const result: Record<string, JsonValue> = {}
  for (const key of Object.keys(value).toSorted(compareUtf8)) {
    if (value[key] !== undefined) setOwn(result, key, normalise(value[key], childPointer(pointer, key), room - 1))
  }
  return result
}
