import { ObjectLike, SetLike } from './collection.ts'
import { RegoNumber } from './number.ts'
import { countParts } from './parts.ts'
import type { JsonObject, Value } from './value.ts'

/** A number that equal values share. It looks at texts here and there, and not below `depth`. */
export function hashValue(value: Value, depth: number): number {
  if (typeof value === 'string') return hashString(value)
  if (typeof value === 'number') return (value | 0) ^ 0x5bd1
  if (value === null) return 17
  if (typeof value === 'boolean') return value ? 19 : 23
  if (value instanceof RegoNumber) return typeof value.key === 'number' ? (value.key | 0) ^ 0x5bd1 : hashString(value.key)
  if (Array.isArray(value)) return hashList(value as readonly Value[], depth)
  if (value instanceof SetLike) {
    let sum = value.size
    countParts(sum)
    if (depth > 0) for (const member of value.unordered()) sum = (sum + hashValue(member, depth - 1)) | 0
    return Math.imul(sum, 31) ^ 0x77
  }
  let sum = 3
  if (value instanceof ObjectLike) {
    sum += value.size
    countParts(sum)
    value.forEach((item, key) => {
      sum = (sum + Math.imul(hashValue(key, depth), 31) + (depth > 0 ? hashValue(item, depth - 1) : 0)) | 0
    })
    return sum
  }
  const object = value as JsonObject
  const keys = Object.keys(object)
  sum += keys.length
  countParts(sum)
  for (const key of keys) sum = (sum + Math.imul(hashString(key), 31) + (depth > 0 ? hashValue(object[key] as Value, depth - 1) : 0)) | 0
  return sum
}

function hashList(items: readonly Value[], depth: number): number {
  let hash = items.length
  if (depth === 0) return hash
  const step = items.length > 8 ? Math.floor(items.length / 8) : 1
  for (let i = 0; i < items.length; i += step) hash = (Math.imul(hash, 31) + hashValue(items[i] as Value, depth - 1)) | 0
  return hash
}

function hashString(text: string): number {
  const { length } = text
  let hash = length
  const step = length > 16 ? Math.floor(length / 8) : 1
  for (let i = 0; i < length; i += step) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  // Names that are counted differ at their ends.
  if (length > 16) for (let i = length - 4; i < length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}
