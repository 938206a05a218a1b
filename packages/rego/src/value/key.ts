import { ObjectLike, SetLike } from './collection.ts'
import { RegoNumber } from './number.ts'
import { countParts } from './parts.ts'
import { isPlainObject, type JsonObject, type Value } from './value.ts'

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
  if (value instanceof SetLike) return value.cachedKey?.slice(1) ?? `<${[...value.unordered()].map(encode).sort().join()}>`
  if (value instanceof ObjectLike) return value.cachedKey?.slice(1) ?? encodeEntries(value)
  if (isPlainObject(value)) return encodePlain(value)
  return `[${value.map(encode).join()}]`
}

function encodeEntries(object: ObjectLike): string {
  const parts: string[] = []
  object.forEach((value, key) => parts.push(`${encode(key)}:${encode(value)}`))
  return `{${parts.sort().join()}}`
}

function encodePlain(object: JsonObject): string {
  const parts = Object.keys(object).map((key) => `${JSON.stringify(key)}:${encode(object[key] as Value)}`)
  return `{${parts.sort().join()}}`
}
