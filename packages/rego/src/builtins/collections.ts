import { anyType, arrayType, booleanType, functionType, mapType, numberType, setType, stringType, unionType } from '../types/type.ts'
import { constantArrayHas } from '../value/constant-arrays.ts'
import { productOf, sumOf } from '../value/arithmetic.ts'
import { compare } from '../value/compare.ts'
import { equal } from '../value/equal.ts'
import { objectEntries, objectSize } from '../value/members.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isNumber, isObject, type NumberValue, type Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { arrayOperand, collectionOperand, integerOperand, operandElementError, operandTypeError, setOperand } from './operands.ts'

const list = unionType(arrayType(anyType), setType(anyType))
const numberList = unionType(arrayType(numberType), setType(numberType))
const anyObject = mapType(anyType, anyType)

function codePoints(text: string): number {
  let count = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0xd800 && code <= 0xdbff && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--
      i++
    }
  }
  return count
}

const count: Builtin = {
  name: 'count',
  declaration: functionType([unionType(stringType, arrayType(anyType), anyObject, setType(anyType))], numberType),
  call: (_context, x) => {
    if (typeof x === 'string') return codePoints(x)
    if (isArray(x)) return x.length
    if (x instanceof RegoSet) return x.size
    if (x !== undefined && isObject(x)) return objectSize(x)
    throw operandTypeError(1, x, 'array', 'object', 'set', 'string')
  },
}

function fold(name: string, total: (numbers: readonly NumberValue[]) => NumberValue): Builtin {
  return {
    name,
    declaration: functionType([numberList], numberType),
    call: (context, x) => {
      const members = collectionOperand(x, 1)
      context.spend(members.length)
      const numbers: NumberValue[] = []
      for (const member of members) {
        if (!isNumber(member)) throw operandElementError(1, x, member, 'number')
        numbers.push(member)
      }
      return total(numbers)
    },
  }
}

function extreme(name: string, wins: (order: number) => boolean): Builtin {
  return {
    name,
    declaration: functionType([list], anyType),
    call: (context, x) => {
      const members = collectionOperand(x, 1)
      context.spend(members.length)
      let best: Value | undefined
      for (const member of members) if (best === undefined || wins(compare(member, best))) best = member
      return best
    },
  }
}

function flatten(context: BuiltinContext, items: readonly Value[]): Value {
  const flat: Value[] = []
  for (const item of items) {
    if (isArray(item)) for (const inner of item) flat.push(inner)
    else flat.push(item)
  }
  context.spend(flat.length)
  context.checkSize(flat.length)
  return flat
}

const anyList = arrayType(anyType)

export const arrayBuiltins: readonly Builtin[] = [
  {
    name: 'array.concat',
    declaration: functionType([anyList, anyList], anyList),
    call: (context, a, b) => {
      const joined = [...arrayOperand(a, 1), ...arrayOperand(b, 2)]
      context.spend(joined.length)
      context.checkSize(joined.length)
      return joined
    },
  },
  { name: 'array.flatten', declaration: functionType([anyList], anyList), call: (context, x) => flatten(context, arrayOperand(x, 1)) },
  { name: 'array.reverse', declaration: functionType([anyList], anyList), call: (_context, x) => arrayOperand(x, 1).toReversed() },
  {
    name: 'array.slice',
    declaration: functionType([anyList, numberType, numberType], anyList),
    call: (_context, x, from, to) => {
      const array = arrayOperand(x, 1)
      const start = Math.max(0, integerOperand(from, 2))
      const end = Math.min(array.length, integerOperand(to, 3))
      return start >= end ? [] : array.slice(start, end)
    },
  },
]

function union(name: string): Builtin {
  return {
    name,
    declaration: functionType([setType(anyType), setType(anyType)], setType(anyType)),
    call: (context, a, b) => {
      const result = new RegoSet()
      for (const set of [setOperand(a, 1), setOperand(b, 2)]) {
        context.spend(set.size)
        for (const member of set.unordered()) result.add(member)
      }
      return result
    },
  }
}

function intersect(a: RegoSet, b: RegoSet): RegoSet {
  const result = new RegoSet()
  for (const member of a.unordered()) if (b.has(member)) result.add(member)
  return result
}

function setsOf(value: Value): readonly RegoSet[] {
  return setOperand(value, 1)
    .values()
    .map((member) => {
      if (!(member instanceof RegoSet)) throw operandElementError(1, value, member, 'set')
      return member
    })
}

const setOfSets = setType(setType(anyType))

export const setBuiltins: readonly Builtin[] = [
  union('or'),
  {
    name: 'and',
    declaration: functionType([setType(anyType), setType(anyType)], setType(anyType)),
    call: (_context, a, b) => intersect(setOperand(a, 1), setOperand(b, 2)),
  },
  {
    name: 'union',
    declaration: functionType([setOfSets], setType(anyType)),
    call: (context, x) => {
      const result = new RegoSet()
      for (const set of setsOf(x)) {
        context.spend(set.size)
        for (const member of set.unordered()) result.add(member)
      }
      return result
    },
  },
  {
    name: 'intersection',
    declaration: functionType([setOfSets], setType(anyType)),
    call: (_context, x) => {
      const [first, ...rest] = setsOf(x)
      return first === undefined ? new RegoSet() : rest.reduce(intersect, first)
    },
  },
  {
    name: 'set_diff',
    deprecated: true,
    declaration: functionType([setType(anyType), setType(anyType)], setType(anyType)),
    call: (_context, a, b) => {
      const taken = setOperand(b, 2)
      return RegoSet.of([...setOperand(a, 1).unordered()].filter((member) => !taken.has(member)))
    },
  },
]

function contains(value: Value, collection: Value): boolean {
  if (collection instanceof RegoSet) return collection.has(value)
  if (isArray(collection)) {
    const known = collection.length >= 16 ? constantArrayHas(collection, value) : undefined
    if (known !== undefined) return known
    // Texts and truth values have one form only.
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return collection.includes(value)
    for (const item of collection) if (equal(item, value)) return true
    return false
  }
  if (isObject(collection)) return objectEntries(collection).some(([, item]) => equal(item, value))
  return false
}

export const aggregateBuiltins: readonly Builtin[] = [
  count,
  fold('sum', sumOf),
  fold('product', productOf),
  extreme('max', (order) => order >= 0),
  extreme('min', (order) => order <= 0),
  {
    name: 'sort',
    declaration: functionType([list], anyList),
    call: (context, x) => {
      const members = collectionOperand(x, 1)
      context.spend(members.length * 4)
      return isArray(x) ? [...members].sort(compare) : members
    },
  },
  {
    name: 'all',
    deprecated: true,
    declaration: functionType([list], booleanType),
    call: (_context, x) => collectionOperand(x, 1).every((member) => member === true),
  },
  {
    name: 'any',
    deprecated: true,
    declaration: functionType([list], booleanType),
    call: (_context, x) => collectionOperand(x, 1).some((member) => member === true),
  },
  {
    name: 'internal.member_2',
    declaration: functionType([anyType, anyType], booleanType),
    call: (context, value, collection) => {
      if (isArray(collection)) context.spend(collection.length >> 4)
      return contains(value, collection)
    },
  },
  {
    name: 'internal.member_3',
    declaration: functionType([anyType, anyType, anyType], booleanType),
    call: (_context, key, value, collection) => {
      const found = memberAt(collection, key)
      return found !== undefined && equal(found, value)
    },
  },
]

function memberAt(collection: Value, key: Value): Value | undefined {
  if (isArray(collection)) return typeof key === 'number' ? collection[key] : undefined
  if (collection instanceof RegoSet) return collection.get(key)
  if (!isObject(collection)) return undefined
  return objectEntries(collection).find(([name]) => equal(name, key))?.[1]
}
