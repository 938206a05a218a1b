import { compareDecimals } from './decimal.ts'
import { objectGet, objectKeys } from './members.ts'
import { toDecimal } from './number.ts'
import { countParts } from './parts.ts'
import { compareStrings } from './strings.ts'
import { typeName, type NumberValue, type ObjectValue, type TypeName, type Value } from './value.ts'
import type { SetLike } from './collection.ts'

const rank: Readonly<Record<TypeName, number>> = { null: 0, boolean: 1, number: 2, string: 3, array: 4, object: 5, set: 6 }

export function compareNumbers(a: NumberValue, b: NumberValue): -1 | 0 | 1 {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0
  return compareDecimals(toDecimal(a), toDecimal(b))
}

/** Rego's total order over all values: null, booleans, numbers, strings, arrays, objects, sets. */
export function compare(a: Value, b: Value): -1 | 0 | 1 {
  if (a === b) return 0
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b)
  const typeA = typeName(a)
  const typeB = typeName(b)
  if (typeA !== typeB) return rank[typeA] < rank[typeB] ? -1 : 1
  switch (typeA) {
    case 'null':
      return 0
    case 'boolean':
      return a === false ? -1 : 1
    case 'number':
      return compareNumbers(a as NumberValue, b as NumberValue)
    case 'string':
      return compareStrings(a as string, b as string)
    case 'array':
      return compareLists(a as readonly Value[], b as readonly Value[])
    case 'set':
      return compareLists((a as SetLike).values(), (b as SetLike).values())
    case 'object':
      return compareObjects(a as ObjectValue, b as ObjectValue)
  }
}

function compareLists(a: readonly Value[], b: readonly Value[]): -1 | 0 | 1 {
  const length = Math.min(a.length, b.length)
  countParts(length)
  for (let i = 0; i < length; i++) {
    const order = compare(a[i] as Value, b[i] as Value)
    if (order !== 0) return order
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1
}

function compareObjects(a: ObjectValue, b: ObjectValue): -1 | 0 | 1 {
  const keysA = objectKeys(a)
  const keysB = objectKeys(b)
  const length = Math.min(keysA.length, keysB.length)
  countParts(length)
  for (let i = 0; i < length; i++) {
    const keyA = keysA[i] as Value
    const keyB = keysB[i] as Value
    const order = compare(keyA, keyB) || compare(objectGet(a, keyA) as Value, objectGet(b, keyB) as Value)
    if (order !== 0) return order
  }
  return keysA.length === keysB.length ? 0 : keysA.length < keysB.length ? -1 : 1
}
