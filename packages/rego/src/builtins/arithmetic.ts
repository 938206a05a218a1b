import { functionType, numberType, setType, anyType, unionType } from '../types/type.ts'
import { absolute, add, divide, multiply, remainder, roundNumber, subtract, type Rounding } from '../value/arithmetic.ts'
import { toBigInt } from '../value/number.ts'
import { RegoSet } from '../value/set.ts'
import { isNumber, type NumberValue } from '../value/value.ts'
import type { Builtin } from './builtin.ts'
import { builtinError, numberOperand, operandTypeError } from './operands.ts'

const binary = functionType([numberType, numberType], numberType)
const unary = functionType([numberType], numberType)

function operation(name: string, compute: (a: NumberValue, b: NumberValue) => NumberValue): Builtin {
  return { name, declaration: binary, call: (_context, a, b) => compute(numberOperand(a, 1), numberOperand(b, 2)) }
}

function rounding(name: string, mode: Rounding): Builtin {
  return { name, declaration: unary, call: (_context, x) => roundNumber(numberOperand(x, 1), mode) }
}

const numberOrSet = unionType(numberType, setType(anyType))

/** Numbers are subtracted, sets lose the members of others. */
const minus: Builtin = {
  name: 'minus',
  declaration: functionType([numberOrSet, numberOrSet], numberOrSet),
  call: (_context, a, b) => {
    if (isNumber(a) && isNumber(b)) return subtract(a, b)
    if (a instanceof RegoSet && b instanceof RegoSet) return difference(a, b)
    if (!isNumber(a) && !(a instanceof RegoSet)) throw operandTypeError(1, a, 'number', 'set')
    if (a instanceof RegoSet) throw operandTypeError(2, b, 'set')
    throw operandTypeError(2, b, 'number')
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

export const arithmeticBuiltins: readonly Builtin[] = [
  operation('plus', add),
  minus,
  operation('mul', multiply),
  div,
  rem,
  rounding('round', 'round'),
  rounding('ceil', 'ceil'),
  rounding('floor', 'floor'),
  { name: 'abs', declaration: unary, call: (_context, x) => absolute(numberOperand(x, 1)) },
]
