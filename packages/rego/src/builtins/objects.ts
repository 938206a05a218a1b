import { anyType, arrayType, functionType, mapType, setType, unionType } from '../types/type.ts'
import { equal } from '../value/equal.ts'
import { keyOf, type Key } from '../value/key.ts'
import { objectGet, objectHas, objectKeys, objectSize } from '../value/members.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isObject, type ObjectValue, type Value } from '../value/value.ts'
import { lookup } from '../evaluate/lookup.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { arrayOperand, objectOperand, operandElementError, operandError, operandTypeError } from './operands.ts'

const anyObject = mapType(anyType, anyType)
const collection = unionType(arrayType(anyType), setType(anyType), anyObject)

/** The keys that a list, a set or an object stands for. */
function keySet(value: Value, position: number): ReadonlySet<Key> {
  if (isArray(value)) return new Set(value.map(keyOf))
  if (value instanceof RegoSet) return new Set([...value.unordered()].map(keyOf))
  if (isObject(value)) return new Set(objectKeys(value).map(keyOf))
  throw operandTypeError(position, value, 'object', 'set', 'array')
}

function pick(object: ObjectValue, keep: (key: Value) => boolean): RegoObject {
  const result = new RegoObject()
  for (const key of objectKeys(object)) {
    const value = keep(key) ? objectGet(object, key) : undefined
    if (value !== undefined) result.set(key, value)
  }
  return result
}

/** Objects are merged at every level; elsewhere the right one wins. */
function merge(context: BuiltinContext, left: Value, right: Value): Value {
  if (!isObject(left) || !isObject(right)) return right
  context.spend(objectSize(left) + objectSize(right))
  const result = new RegoObject()
  for (const key of objectKeys(left)) {
    const value = objectGet(left, key) as Value
    const over = objectGet(right, key)
    result.set(key, over === undefined ? value : merge(context, value, over))
  }
  for (const key of objectKeys(right)) if (!objectHas(left, key)) result.set(key, objectGet(right, key) as Value)
  return result
}

function isSubset(context: BuiltinContext, super_: Value, sub: Value): boolean {
  if (isObject(super_) && isObject(sub)) {
    context.spend(objectSize(sub))
    return objectKeys(sub).every((key) => {
      const wanted = objectGet(sub, key) as Value
      const found = objectGet(super_, key)
      if (found === undefined) return false
      const sameKind = (isObject(wanted) && isObject(found)) || (isArray(wanted) && isArray(found)) || (wanted instanceof RegoSet && found instanceof RegoSet)
      return sameKind ? isSubset(context, found, wanted) : equal(found, wanted)
    })
  }
  if (isArray(super_) && isArray(sub)) return containsRun(context, super_, sub)
  if ((isArray(super_) || super_ instanceof RegoSet) && sub instanceof RegoSet) {
    context.spend(sub.size + (isArray(super_) ? super_.length : 0))
    const members = isArray(super_) ? RegoSet.of(super_) : super_
    return [...sub.unordered()].every((member) => members.has(member))
  }
  throw operandError(1, 'and 2 must be of the same type, or array and set')
}

function containsRun(context: BuiltinContext, array: readonly Value[], run: readonly Value[]): boolean {
  for (let start = 0; start + run.length <= array.length; start++) {
    let matched = 0
    while (matched < run.length && equal(run[matched] as Value, array[start + matched] as Value)) matched++
    context.spend(1 + matched)
    if (matched === run.length) return true
  }
  return false
}

export const objectBuiltins: readonly Builtin[] = [
  {
    name: 'object.get',
    declaration: functionType([anyObject, anyType, anyType], anyType),
    call: (_context, object, key, fallback) => {
      const start = objectOperand(object, 1)
      if (!isArray(key)) {
        const found = objectGet(start, key)
        return found === undefined ? fallback : found
      }
      let value: Value | undefined = start
      for (const part of key) {
        if (value === undefined) break
        value = lookup(value, part)
      }
      return value === undefined ? fallback : value
    },
  },
  {
    name: 'object.keys',
    declaration: functionType([anyObject], setType(anyType)),
    call: (context, object) => {
      const keys = objectKeys(objectOperand(object, 1))
      context.spend(keys.length)
      return RegoSet.of(keys)
    },
  },
  {
    name: 'object.remove',
    declaration: functionType([anyObject, collection], anyType),
    call: (context, object, keys) => {
      const from = objectOperand(object, 1)
      context.spend(objectSize(from))
      const gone = keySet(keys, 2)
      return pick(from, (key) => !gone.has(keyOf(key)))
    },
  },
  {
    name: 'object.filter',
    declaration: functionType([anyObject, collection], anyType),
    call: (context, object, keys) => {
      const from = objectOperand(object, 1)
      context.spend(objectSize(from))
      const kept = keySet(keys, 2)
      return pick(from, (key) => kept.has(keyOf(key)))
    },
  },
  {
    name: 'object.union',
    declaration: functionType([anyObject, anyObject], anyType),
    call: (context, left, right) => {
      const a = objectOperand(left, 1)
      const b = objectOperand(right, 2)
      return merge(context, a, b)
    },
  },
  {
    name: 'object.union_n',
    declaration: functionType([arrayType(anyObject)], anyType),
    call: (context, objects) => {
      let result: Value = new RegoObject()
      for (const object of arrayOperand(objects, 1)) {
        if (!isObject(object)) throw operandElementError(1, objects, object, 'object')
        result = merge(context, result, object)
      }
      return result
    },
  },
  { name: 'object.subset', declaration: functionType([collection, collection], anyType), call: (context, super_, sub) => isSubset(context, super_, sub) },
]
