import { countParts } from '../value/parts.ts'
import { compare } from '../value/compare.ts'
import { equal } from '../value/equal.ts'
import { objectEntries } from '../value/members.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isNumber, isObject, type Value } from '../value/value.ts'
import { formatTerm } from '../value/format.ts'
import { toInteger } from '../value/number.ts'
import { anyType, booleanType, nullType, numberType, stringType, type AnyType, type ArrayType, type FunctionType, type ObjectType, type Type } from './type.ts'

/** A type that may be unknown. */
export type Known = Type | undefined

const order: Readonly<Record<Type['kind'], number>> = { null: 0, boolean: 1, number: 2, string: 3, array: 4, object: 5, set: 6, any: 7, function: 8 }

/** A total order over types; what is unknown comes first. */
export function compareTypes(a: Known, b: Known): number {
  if (a === b) return 0
  countParts(1)
  if (a === undefined) return -1
  if (b === undefined) return 1
  if (a.kind === 'array' && b.kind === 'array') return compareTypes(a.dynamic, b.dynamic) || compareLists(a.elements, b.elements, compareTypes)
  if (a.kind === 'object' && b.kind === 'object') return compareObjects(a, b)
  if (a.kind === 'set' && b.kind === 'set') return compareTypes(a.of, b.of)
  if (a.kind === 'any' && b.kind === 'any') return compareLists(a.of, b.of, compareTypes)
  if (a.kind === 'function' && b.kind === 'function') {
    return a.args.length - b.args.length || compareLists(a.args, b.args, compareTypes) || compareTypes(a.result, b.result) || compareTypes(a.variadic, b.variadic)
  }
  return order[a.kind] - order[b.kind]
}

function compareLists<T>(a: readonly T[], b: readonly T[], compareItems: (a: T, b: T) => number): number {
  for (const [index, left] of a.entries()) {
    const right = b[index]
    const result = right === undefined ? 1 : compareItems(left, right)
    if (result !== 0) return result
  }
  return a.length - b.length
}

function compareObjects(a: ObjectType, b: ObjectType): number {
  return (
    compareTypes(a.dynamic?.key, b.dynamic?.key) ||
    compareTypes(a.dynamic?.value, b.dynamic?.value) ||
    compareLists(a.properties, b.properties, (left, right) => compare(left.key, right.key) || compareTypes(left.value, right.value))
  )
}

export function isAny(type: Known): boolean {
  return type?.kind === 'any' && type.of.length === 0
}

function anyContains(any: AnyType, type: Type): boolean {
  return type.kind !== 'function' && (any.of.length === 0 || any.of.some((member) => compareTypes(member, type) === 0))
}

function merge(any: AnyType, type: Type): AnyType {
  if (type.kind === 'any') {
    if (any.of.length === 0) return any
    if (type.of.length === 0) return type
    return sortedUnion([...any.of, ...type.of])
  }
  return anyContains(any, type) ? any : sortedUnion([...any.of, type])
}

function sortedUnion(types: readonly Type[]): AnyType {
  const sorted = [...types].sort(compareTypes)
  return { kind: 'any', of: sorted.filter((type, index) => index === 0 || compareTypes(sorted[index - 1], type) !== 0) }
}

/** The union of two types. */
export function or(a: Known, b: Known): Known {
  if (a === undefined) return b
  if (b === undefined) return a
  if (a.kind === 'function' && b.kind === 'function') return unionFunction(a, b)
  if (a.kind === 'function' || b.kind === 'function') return undefined
  if (a.kind === 'any') return merge(a, b)
  if (b.kind === 'any') return merge(b, a)
  return compareTypes(a, b) === 0 ? a : sortedUnion([a, b])
}

/** The union of all of them; unknown where there is none. */
export function orAll(types: readonly Known[]): Known {
  let found: Known
  for (const type of types) found = or(found, type)
  return found
}

function unionFunction(a: FunctionType, b: FunctionType): Known {
  if (a.args.length !== b.args.length || (a.variadic === undefined) !== (b.variadic === undefined)) return undefined
  return { kind: 'function', args: a.args.map((arg, index) => or(arg, b.args[index]) ?? anyType), result: or(a.result, b.result) }
}

/** The type of a constant. */
export function typeOfValue(value: Value): Type {
  if (value === null) return nullType
  if (typeof value === 'boolean') return booleanType
  if (typeof value === 'string') return stringType
  if (isNumber(value)) return numberType
  // Go's JSON form of a set is a list, so that is what OPA's checker sees.
  const items = value instanceof RegoSet ? value.values() : value
  if (isArray(items)) return { kind: 'array', elements: items.map(typeOfValue) }
  return { kind: 'object', properties: isObject(value) ? objectEntries(value).map(([key, item]) => ({ key, value: typeOfValue(item) })) : [] }
}

export function arrayElement(type: ArrayType, index: number): Known {
  return index >= 0 && index < type.elements.length ? type.elements[index] : index < 0 ? undefined : type.dynamic
}

export function objectProperty(type: ObjectType, key: Value): Known {
  const found = type.properties.find((property) => equal(property.key, key))
  if (found !== undefined) return found.value
  if (type.dynamic === undefined) return undefined
  const { key: wanted } = type.dynamic
  const actual = typeOfValue(key)
  const contains = wanted.kind === 'any' ? anyContains(wanted, actual) : compareTypes(wanted, actual) === 0
  return contains ? type.dynamic.value : undefined
}

/** What holds for some member of a union. */
function ofMembers({ of }: AnyType, look: (member: Type) => Known): Known {
  if (of.length === 0) return anyType
  let found: Known
  for (const member of of) found = or(look(member), found)
  return found
}

/** What stands under a constant key. */
export function select(type: Known, key: Value): Known {
  switch (type?.kind) {
    case 'array': {
      const index = isNumber(key) ? toInteger(key) : undefined
      return index === undefined ? undefined : arrayElement(type, index)
    }
    case 'object':
      return objectProperty(type, key)
    case 'set': {
      const actual = typeOfValue(key)
      if (compareTypes(type.of, actual) === 0) return type.of
      return type.of.kind === 'any' && anyContains(type.of, actual) ? actual : undefined
    }
    case 'any':
      return ofMembers(type, (member) => select(member, key))
    default:
      return undefined
  }
}

/** The type of what can stand in brackets; undefined for types that cannot be looked into. */
export function keys(type: Known): Known {
  switch (type?.kind) {
    case 'array':
      return numberType
    case 'object':
      return orAll([...type.properties.map(({ key }) => typeOfValue(key)), type.dynamic?.key])
    case 'set':
      return type.of
    case 'any':
      return ofMembers(type, keys)
    default:
      return undefined
  }
}

/** The type of the members. */
export function values(type: Known): Known {
  switch (type?.kind) {
    case 'array':
      return orAll([...type.elements, type.dynamic])
    case 'object':
      return orAll([...type.properties.map(({ value }) => value), type.dynamic?.value])
    case 'set':
      return type.of
    case 'any':
      return ofMembers(type, values)
    default:
      return undefined
  }
}

/** Stands inside composite types for what is not known yet. */
export const unknownType: AnyType = { kind: 'any', of: [{ kind: 'function', args: [], result: undefined }] }

/** Types are made of types that are shared, so that each is looked at once. */
const known: WeakMap<Type, boolean> = new WeakMap()

/** True where part of the type is unknown. */
export function isNil(type: Known): boolean {
  if (type === undefined || type === unknownType) return true
  let found = known.get(type)
  if (found === undefined) {
    found = hasNil(type)
    known.set(type, found)
  }
  return found
}

function hasNil(type: Type): boolean {
  switch (type.kind) {
    case 'function':
      return type.args.some(isNil) || isNil(type.result)
    case 'array':
      return type.elements.some(isNil) || (type.dynamic !== undefined && isNil(type.dynamic))
    case 'object':
      return type.properties.some((property) => isNil(property.value)) || (type.dynamic !== undefined && (isNil(type.dynamic.key) || isNil(type.dynamic.value)))
    case 'set':
      return isNil(type.of)
    default:
      return false
  }
}

/** Whether some value belongs to both types. */
export function unifies(a: Known, b: Known): boolean {
  countParts(1)
  if (a === undefined || b === undefined || a === unknownType || b === unknownType) return false
  // Equal ones are not looked into: both ways at each level, types that are nested for long would never be through.
  if (!isNil(a) && compareTypes(a, b) === 0) return true
  if (a.kind === 'any' && unifiesAny(a, b)) return true
  if (b.kind === 'any' && unifiesAny(b, a)) return true
  if (a.kind === 'any' || b.kind === 'any' || a.kind !== b.kind) return false
  if (a.kind === 'array' && b.kind === 'array') {
    return unifiesElements(a, b) && unifiesElements(b, a) && (a.dynamic === undefined || b.dynamic === undefined || unifies(a.dynamic, b.dynamic))
  }
  if (a.kind === 'object' && b.kind === 'object') {
    return unifiesProperties(a, b) && unifiesProperties(b, a) && (a.dynamic === undefined || b.dynamic === undefined || unifies(a.dynamic.value, b.dynamic.value))
  }
  if (a.kind === 'set' && b.kind === 'set') return unifies(a.of, b.of)
  if (a.kind === 'function' && b.kind === 'function') return a.args.length === b.args.length && a.args.every((arg, index) => unifies(arg, b.args[index]))
  return true
}

function unifiesAny(any: AnyType, type: Type): boolean {
  return type.kind !== 'function' && (any.of.length === 0 || any.of.some((member) => unifies(member, type)))
}

function unifiesElements(a: ArrayType, b: ArrayType): boolean {
  for (const [index, element] of a.elements.entries()) if (!unifies(element, arrayElement(b, index))) return false
  return true
}

function unifiesProperties(a: ObjectType, b: ObjectType): boolean {
  for (const { key, value } of a.properties) if (!unifies(value, objectProperty(b, key))) return false
  return true
}

/** The type as messages show it: `array[string]`, `any<number, set[any]>`, `object<a: string>[any: any]`. */
export function printType(type: Known): string {
  countParts(4)
  if (type === undefined || type === unknownType) return '???'
  switch (type.kind) {
    case 'array': {
      const fixed = type.elements.length > 0 ? `<${type.elements.map(printType).join(', ')}>` : ''
      return `array${fixed}${type.dynamic === undefined ? '' : `[${printType(type.dynamic)}]`}`
    }
    case 'object': {
      const fixed = type.properties.length > 0 ? `<${type.properties.map(({ key, value }) => `${typeof key === 'string' ? key : formatTerm(key)}: ${printType(value)}`).join(', ')}>` : ''
      return `object${fixed}${type.dynamic === undefined ? '' : `[${printType(type.dynamic.key)}: ${printType(type.dynamic.value)}]`}`
    }
    case 'set':
      return `set[${printType(type.of)}]`
    case 'any':
      return type.of.length === 0 ? 'any' : `any<${type.of.map(printType).join(', ')}>`
    case 'function':
      return `${printArgs(type.args, type.variadic)} => ${printType(type.result)}`
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return type.kind
  }
}

export function printArgs(args: readonly Known[], variadic?: Type): string {
  const shown = args.map(printType)
  if (variadic !== undefined) shown.push(`${printType(variadic)}...`)
  return `(${shown.join(', ')})`
}

/** Object properties in the order of their keys, as types are compared and printed. */
export function sortedObject(properties: readonly { readonly key: Value; readonly value: Type }[], dynamic?: ObjectType['dynamic']): ObjectType {
  const list = [...properties].sort((a, b) => compare(a.key, b.key))
  return dynamic === undefined ? { kind: 'object', properties: list } : { kind: 'object', properties: list, dynamic }
}
