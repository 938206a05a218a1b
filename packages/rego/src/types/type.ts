import type { Value } from '../value/value.ts'

/** The static types of OPA's checker. Build them with the functions below. */
export type Type = ScalarType | ArrayType | ObjectType | SetType | AnyType | FunctionType

export interface ScalarType {
  readonly kind: 'null' | 'boolean' | 'number' | 'string'
}

/** `[string, number]`, `array[string]`, or both: fixed elements first, then any number of `dynamic`. */
export interface ArrayType {
  readonly kind: 'array'
  readonly elements: readonly Type[]
  readonly dynamic?: Type
}

export interface ObjectType {
  readonly kind: 'object'
  readonly properties: readonly { readonly key: Value; readonly value: Type }[]
  readonly dynamic?: { readonly key: Type; readonly value: Type }
}

export interface SetType {
  readonly kind: 'set'
  readonly of: Type
}

/** A union; without members, any value at all. */
export interface AnyType {
  readonly kind: 'any'
  readonly of: readonly Type[]
}

/** The type of a function: of its operands and its result. */
export interface FunctionType {
  /** Tells it from the types of values. */
  readonly kind: 'function'
  /** The types of the operands. */
  readonly args: readonly Type[]
  /** The type of every further argument. */
  readonly variadic?: Type
  /** Undefined for a function without a result (`print`). */
  readonly result: Type | undefined
}

/** `null`. */
export const nullType: ScalarType = { kind: 'null' }
/** `true` and `false`. */
export const booleanType: ScalarType = { kind: 'boolean' }
/** Numbers. */
export const numberType: ScalarType = { kind: 'number' }
/** Strings. */
export const stringType: ScalarType = { kind: 'string' }
/** Every value. */
export const anyType: AnyType = { kind: 'any', of: [] }

/** `array[of]`. */
export function arrayType(of: Type): ArrayType {
  return { kind: 'array', elements: [], dynamic: of }
}

/** `array<a, b>`: exactly these elements. */
export function tupleType(...elements: readonly Type[]): ArrayType {
  return { kind: 'array', elements }
}

/** Sets of one type of member. */
export function setType(of: Type): SetType {
  return { kind: 'set', of }
}

/** `object[key: value]`. */
export function mapType(key: Type, value: Type): ObjectType {
  return { kind: 'object', properties: [], dynamic: { key, value } }
}

/** `object<name: type>`, open when `dynamic` is given. */
export function objectType(properties: Readonly<Record<string, Type>>, dynamic?: { readonly key: Type; readonly value: Type }): ObjectType {
  const list = Object.entries(properties).map(([key, value]) => ({ key, value }))
  return dynamic === undefined ? { kind: 'object', properties: list } : { kind: 'object', properties: list, dynamic }
}

/** One of several types. */
export function unionType(...of: readonly Type[]): AnyType {
  return { kind: 'any', of }
}

/** The signature of a function: `functionType([stringType], booleanType)`. */
export function functionType(args: readonly Type[], result: Type | undefined, variadic?: Type): FunctionType {
  return variadic === undefined ? { kind: 'function', args, result } : { kind: 'function', args, result, variadic }
}
