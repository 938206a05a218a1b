import { functionType, numberType, setType, anyType, unionType } from '../types/type.ts'
import { absolute, add, divide, multiply, remainder, roundNumber, subtract, type Rounding } from '../value/arithmetic.ts'
import { numberFromBigInt, toBigInt } from '../value/number.ts'
import { isNumber, RegoSet, type NumberValue, type Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { builtinError, numberOperand, operandError, operandTypeError } from './operands.ts'

const binary = functionType([numberType, numberType], numberType)
const unary = functionType([numberType], numberType)

function operation(name: string, compute: (a: NumberValue, b: NumberValue) => NumberValue): Builtin {
  return { name, declaration: binary, call: (_context, a, b) => compute(numberOperand(a as Value, 1), numberOperand(b as Value, 2)) }
}

function rounding(name: string, mode: Rounding): Builtin {
  return { name, declaration: unary, call: (_context, x) => roundNumber(numberOperand(x as Value, 1), mode) }
}

const numberOrSet = unionType(numberType, setType(anyType))

/** Numbers are subtracted, sets lose the members of others. */
const minus: Builtin = {
  name: 'minus',
  declaration: functionType([numberOrSet, numberOrSet], numberOrSet),
  call: (_context, a, b) => {
    if (isNumber(a as Value) && isNumber(b as Value)) return subtract(a as NumberValue, b as NumberValue)
    if (a instanceof RegoSet && b instanceof RegoSet) return difference(a, b)
    if (!isNumber(a as Value) && !(a instanceof RegoSet)) throw operandTypeError(1, a as Value, 'number', 'set')
    if (a instanceof RegoSet) throw operandTypeError(2, b as Value, 'set')
    throw operandTypeError(2, b as Value, 'number')
  },
}

export function difference(a: RegoSet, b: RegoSet): RegoSet {
  const result = new RegoSet()
  for (const member of a.unordered()) if (!b.has(member)) result.add(member)
  return result
}

const div = operation('div', (a, b) => {
  const quotient = divide(a, b)
  if (quotient === undefined) throw builtinError('divide by zero')
  return quotient
})

const rem = operation('rem', (a, b) => {
  const x = toBigInt(a)
  const y = toBigInt(b)
  if (x === undefined || y === undefined) throw builtinError('modulo on floating-point number')
  if (y === 0n) throw builtinError('modulo by zero')
  return remainder(x, y)
})

function range(context: BuiltinContext, from: Value, to: Value, step: Value | undefined): Value {
  const start = integer(from, 1)
  const end = integer(to, 2)
  const by = step === undefined ? 1n : integer(step, 3)
  if (by < 1n) throw builtinError('step must be a positive integer')
  const distance = start <= end ? end - start : start - end
  const count = Number(distance / by) + 1
  context.checkSize(count)
  context.spend(count)
  const direction = start <= end ? by : -by
  return Array.from({ length: count }, (_, index) => numberFromBigInt(start + BigInt(index) * direction))
}

function integer(value: Value, position: number): bigint {
  const found = toBigInt(numberOperand(value, position))
  if (found === undefined) throw operandError(position, 'must be integer number but got floating-point number')
  return found
}

const numbers = { kind: 'array', elements: [], dynamic: numberType } as const

export const arithmeticBuiltins: readonly Builtin[] = [
  operation('plus', add),
  minus,
  operation('mul', multiply),
  div,
  rem,
  rounding('round', 'round'),
  rounding('ceil', 'ceil'),
  rounding('floor', 'floor'),
  { name: 'abs', declaration: unary, call: (_context, x) => absolute(numberOperand(x as Value, 1)) },
  { name: 'numbers.range', declaration: functionType([numberType, numberType], numbers), call: (context, a, b) => range(context, a as Value, b as Value, undefined) },
  { name: 'numbers.range_step', declaration: functionType([numberType, numberType, numberType], numbers), call: (context, a, b, step) => range(context, a as Value, b as Value, step) },
]
