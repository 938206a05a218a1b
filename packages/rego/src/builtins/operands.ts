import { toBigInt, toInt64 } from '../value/number.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isNumber, isObject, typeName, type NumberValue, type ObjectValue, type TypeName, type Value } from '../value/value.ts'
import { BuiltinError } from './builtin.ts'

/** `operand 1 must be string but got number`. Positions count from 1. */
export function operandTypeError(position: number, got: Value, ...expected: readonly (TypeName | 'integer')[]): BuiltinError {
  const wanted = expected.length === 1 ? expected[0] : `one of {${expected.join(', ')}}`
  return new BuiltinError('eval_type_error', `operand ${position} must be ${wanted} but got ${typeName(got)}`)
}

/** `operand 2 must be array of strings but got array containing number`. */
export function operandElementError(position: number, composite: Value, got: Value, ...expected: readonly (TypeName | 'integer' | 'rune')[]): BuiltinError {
  const kind = typeName(composite)
  const wanted = expected.length === 1 ? `${kind} of ${expected[0]}s` : `${kind} of (any of) {${expected.join(', ')}}`
  return new BuiltinError('eval_type_error', `operand ${position} must be ${wanted} but got ${kind} containing ${typeName(got)}`)
}

/** `operand 2 <text>`, for what is more particular than a type. */
export function operandError(position: number, text: string): BuiltinError {
  return new BuiltinError('eval_type_error', `operand ${position} ${text}`)
}

/** Any other failure of a built-in. */
export function builtinError(text: string, options?: ErrorOptions): BuiltinError {
  return new BuiltinError('eval_builtin_error', text, options)
}

export function stringOperand(value: Value, position: number): string {
  if (typeof value !== 'string') throw operandTypeError(position, value, 'string')
  return value
}

export function numberOperand(value: Value, position: number): NumberValue {
  if (!isNumber(value)) throw operandTypeError(position, value, 'number')
  return value
}

const notInteger = 'must be integer number but got floating-point number'

/** A number written with digits only (`1.0` is none, as in Go). Beyond 53 bits it comes rounded: compare, don't count with it. */
export function integerOperand(value: Value, position: number): number {
  const integer = toInt64(numberOperand(value, position))
  if (integer === undefined) throw operandError(position, notInteger)
  return Number(integer)
}

/** An integer of any size, however it is written. */
export function bigIntOperand(value: Value, position: number): bigint {
  if (!isNumber(value)) throw operandTypeError(position, value, 'integer')
  const integer = toBigInt(value)
  if (integer === undefined) throw operandError(position, notInteger)
  return integer
}

export function arrayOperand(value: Value, position: number): readonly Value[] {
  if (!isArray(value)) throw operandTypeError(position, value, 'array')
  return value
}

export function setOperand(value: Value, position: number): RegoSet {
  if (!(value instanceof RegoSet)) throw operandTypeError(position, value, 'set')
  return value
}

export function objectOperand(value: Value, position: number): ObjectValue {
  if (!isObject(value)) throw operandTypeError(position, value, 'object')
  return value
}

/** The members of an array or set, in order. */
export function collectionOperand(value: Value, position: number): readonly Value[] {
  if (isArray(value)) return value
  if (value instanceof RegoSet) return value.values()
  throw operandTypeError(position, value, 'array', 'set')
}

/** The members of an array or set of strings, in order. */
export function stringsOperand(value: Value, position: number): readonly string[] {
  return collectionOperand(value, position).map((member) => {
    if (typeof member !== 'string') throw operandElementError(position, value, member, 'string')
    return member
  })
}
