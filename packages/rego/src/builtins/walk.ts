import { anyType, arrayType, functionType, tupleType } from '../types/type.ts'
import { objectGet, objectKeys } from '../value/members.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isObject, type Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'

/** Every value inside a value with the path to it, the value itself first. */
function walkValue(context: BuiltinContext, value: Value, path: readonly Value[], emit: (solution: Value) => boolean, depth: number): boolean {
  context.spend(1)
  if (emit([path, value])) return true
  if (typeof value !== 'object' || value === null) return false
  if (isArray(value)) {
    for (let i = 0; i < value.length; i++) if (walkValue(context, value[i] as Value, [...path, i], emit, depth + 1)) return true
    return false
  }
  if (value instanceof RegoSet) {
    for (const member of value.values()) if (walkValue(context, member, [...path, member], emit, depth + 1)) return true
    return false
  }
  if (!isObject(value)) return false
  for (const key of objectKeys(value)) if (walkValue(context, objectGet(value, key) as Value, [...path, key], emit, depth + 1)) return true
  return false
}

export const walkBuiltins: readonly Builtin[] = [
  {
    name: 'walk',
    relation: true,
    declaration: functionType([anyType], tupleType(arrayType(anyType), anyType)),
    call: (context, value) => {
      const found: Value[] = []
      walkValue(context, value, [], (solution) => found.push(solution) < 0, 0)
      return found
    },
    each: (context, emit, value) => walkValue(context, value, [], emit, 0),
  },
]
