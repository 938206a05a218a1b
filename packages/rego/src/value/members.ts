import { ObjectLike } from './collection.ts'
import { compareStrings } from './strings.ts'
import type { JsonObject, ObjectValue, Value } from './value.ts'

const { hasOwn } = Object

/** The value under a key. Inherited properties (`constructor`) are not there. */
export function objectGet(object: ObjectValue, key: Value): Value | undefined {
  if (object instanceof ObjectLike) return object.get(key)
  return typeof key === 'string' && hasOwn(object, key) ? object[key] : undefined
}

export function objectHas(object: ObjectValue, key: Value): boolean {
  return object instanceof ObjectLike ? object.has(key) : typeof key === 'string' && hasOwn(object, key)
}

export function objectSize(object: ObjectValue): number {
  return object instanceof ObjectLike ? object.size : Object.keys(object).length
}

/** Sorted keys of plain objects, while something runs in which they cannot change. */
let knownKeys: Map<JsonObject, readonly string[]> | undefined

/** Runs something that changes no plain object, so that the order of an object's keys is worked out once. */
export function withStableObjects<T>(run: () => T): T {
  const outer = knownKeys
  knownKeys = new Map()
  try {
    return run()
  } finally {
    knownKeys = outer
  }
}

/** The keys in Rego's order; not to be changed. */
export function objectKeys(object: ObjectValue): readonly Value[] {
  if (object instanceof ObjectLike) return object.keys()
  if (knownKeys === undefined) return sortedKeys(object)
  let keys = knownKeys.get(object)
  if (keys === undefined) {
    keys = sortedKeys(object)
    knownKeys.set(object, keys)
  }
  return keys
}

function sortedKeys(object: JsonObject): readonly string[] {
  const keys = Object.keys(object)
  for (let i = 1; i < keys.length; i++) {
    if (compareStrings(keys[i - 1] as string, keys[i] as string) > 0) return keys.sort(compareStrings)
  }
  return keys
}

/** Key and value pairs in Rego's order. */
export function objectEntries(object: ObjectValue): [Value, Value][] {
  return objectKeys(object).map((key) => [key, objectGet(object, key) as Value])
}
