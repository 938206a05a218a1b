import { ObjectLike, SetLike } from './collection.ts'
import { objectGet } from './members.ts'
import { RegoNumber } from './number.ts'
import { countParts } from './parts.ts'
import { isArray, type ObjectValue, type Value } from './value.ts'

/**
 * What sets and objects are hashed by: equal values have the same key, different values have different ones.
 * Scalars are their own key; everything else is a text that starts with NUL.
 */
export type Key = string | number | boolean | null

export function keyOf(value: Value): Key {
  if (typeof value === 'string') return value.charCodeAt(0) === 0 ? `\0${JSON.stringify(value)}` : value
  if (typeof value === 'number') return value === 0 ? 0 : value
  if (value === null || typeof value === 'boolean') return value
  if (value instanceof RegoNumber) return value.key
  if (value instanceof SetLike || value instanceof ObjectLike) return (value.cachedKey ??= `\0${encode(value)}`)
  return `\0${encode(value)}`
}

function encode(value: Value): string {
  countParts(2)
  if (typeof value === 'string') {
    countParts(value.length)
    return JSON.stringify(value)
  }
  if (typeof value === 'number') return String(value === 0 ? 0 : value)
  if (value === null) return 'n'
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (value instanceof RegoNumber) return String(value.key)
  if (value instanceof SetLike) return value.cachedKey?.slice(1) ?? `<${encodeAll([...value.unordered()]).sort().join()}>`
  if (isArray(value)) return `[${encodeAll(value).join()}]`
  return (value instanceof ObjectLike ? value.cachedKey?.slice(1) : undefined) ?? encodeObject(value)
}

/** A loop rather than `map`, which takes more of the stack: values may be nested for long. */
function encodeAll(values: readonly Value[]): string[] {
  const parts: string[] = []
  for (let i = 0; i < values.length; i++) parts.push(encode(values[i] as Value))
  return parts
}

function encodeObject(object: ObjectValue): string {
  const parts: string[] = []
  const keys = object instanceof ObjectLike ? object.keys() : Object.keys(object)
  for (let i = 0; i < keys.length; i++) parts.push(`${encode(keys[i] as Value)}:${encode(objectGet(object, keys[i] as Value) as Value)}`)
  return `{${parts.sort().join()}}`
}
