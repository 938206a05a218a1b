import { objectGet, objectKeys } from '../value/members.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isObject, type Value } from '../value/value.ts'
import { RegoNumber } from '../value/number.ts'


/** What stands under a key: an element, a member of an object, or the set's own member. */
export function lookup(value: Value, key: Value): Value | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (isArray(value)) return typeof key === 'number' ? value[key] : undefined
  if (value instanceof RegoSet) return value.get(key)
  if (value instanceof RegoNumber) return undefined
  return objectGet(value, key)
}

/** A key is plain when no object inherits something under it. */
export function isPlainKey(key: string): boolean {
  return !(key in Object.prototype)
}

/** {@link lookup} for a string that {@link isPlainKey}. */
export function member(value: Value, key: string): Value | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (isArray(value)) return undefined
  if (value instanceof RegoObject || value instanceof RegoSet) return value.get(key)
  if (value instanceof RegoNumber) return undefined
  return value[key]
}

export function memberOf(key: string): (value: Value) => Value | undefined {
  if (isPlainKey(key)) return (value) => member(value, key)
  return (value) => lookup(value, key)
}

/** Calls `visit` for each key and value, in order, until one returns true. */
export function enumerate(value: Value, visit: (key: Value, item: Value) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (isArray(value)) {
    for (let i = 0; i < value.length; i++) if (visit(i, value[i] as Value)) return true
    return false
  }
  if (value instanceof RegoSet) {
    for (const item of value.values()) if (visit(item, item)) return true
    return false
  }
  if (!isObject(value)) return false
  for (const key of objectKeys(value)) if (visit(key, objectGet(value, key) as Value)) return true
  return false
}

/** A copy of a document with something else at a path; what is no object on the way becomes one. */
export function withPath(document: Value | undefined, path: readonly Value[], value: Value): Value {
  const [key, ...rest] = path
  if (key === undefined) return value
  const inner = document === undefined ? undefined : lookup(document, key)
  const replaced = withPath(inner, rest, value)
  if (document !== undefined && isArray(document) && typeof key === 'number' && key >= 0 && key < document.length) {
    return document.map((item, index) => (index === key ? replaced : item))
  }
  const copy = new RegoObject()
  if (document !== undefined && isObject(document)) for (const name of objectKeys(document)) copy.set(name, objectGet(document, name) as Value)
  copy.set(key, replaced)
  return copy
}

/** {@link lookup} in a base document, which OPA reads by paths of text: `[2]` is also `["2"]`, and the other way round. */
export function lookupBase(value: Value, key: Value): Value | undefined {
  const found = lookup(value, key)
  if (found !== undefined) return found
  if (typeof key === 'number') return isObject(value) ? objectGet(value, String(key)) : undefined
  return typeof key === 'string' && isArray(value) && /^(?:0|[1-9]\d*)$/.test(key) ? value[Number(key)] : undefined
}

/** Two documents in one. Where something other than objects stands at the same place, the base document stays. */
export function mergeDocuments(base: Value, over: Value): Value {
  if (!isObject(base) || !isObject(over)) return base
  const merged = new RegoObject()
  for (const key of objectKeys(base)) merged.set(key, objectGet(base, key) as Value)
  for (const key of objectKeys(over)) {
    const value = objectGet(over, key) as Value
    const below = merged.get(key)
    merged.set(key, below === undefined ? value : mergeDocuments(below, value))
  }
  return merged
}

