import { SetLike } from './collection.ts'
import { compareNumbers } from './compare.ts'
import { objectGet, objectHas, objectKeys, objectSize } from './members.ts'
import { RegoNumber } from './number.ts'
import { countParts } from './parts.ts'
import { isArray, isNumber, isObject, type ObjectValue, type Value } from './value.ts'

/** The same value, however its numbers are spelled and its objects are represented. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a === 'string' || typeof b === 'string' || a === null || b === null || typeof a === 'boolean' || typeof b === 'boolean') return false
  if (typeof a === 'number') return b instanceof RegoNumber && b.key === (a === 0 ? 0 : a)
  if (a instanceof RegoNumber) return isNumber(b) && compareNumbers(a, b) === 0
  if (typeof b === 'number' || b instanceof RegoNumber) return false
  if (isArray(a)) return isArray(b) && equalLists(a, b)
  if (isArray(b)) return false
  if (a instanceof SetLike) return b instanceof SetLike && equalSets(a, b)
  return isObject(b) && isObject(a) && equalObjects(a, b)
}

function equalLists(a: readonly Value[], b: readonly Value[]): boolean {
  if (a.length !== b.length) return false
  countParts(a.length)
  for (let i = 0; i < a.length; i++) if (!equal(a[i] as Value, b[i] as Value)) return false
  return true
}

function equalSets(a: SetLike, b: SetLike): boolean {
  if (a.size !== b.size) return false
  countParts(a.size)
  // Looked at in place, as looking it up takes more of the stack: sets may be nested for long.
  if (a.size === 1) return equal(a.values()[0] as Value, b.values()[0] as Value)
  for (const member of a.unordered()) if (!b.has(member)) return false
  return true
}

function equalObjects(a: ObjectValue, b: ObjectValue): boolean {
  const size = objectSize(a)
  if (size !== objectSize(b)) return false
  countParts(size)
  for (const key of objectKeys(a)) {
    if (!objectHas(b, key) || !equal(objectGet(a, key) as Value, objectGet(b, key) as Value)) return false
  }
  return true
}
