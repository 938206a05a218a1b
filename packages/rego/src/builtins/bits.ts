import { functionType, numberType } from '../types/type.ts'
import { numberFromBigInt } from '../value/number.ts'
import type { Value } from '../value/value.ts'
import { type Builtin, type BuiltinContext, limitError } from './builtin.ts'
import { bigIntOperand, operandError } from './operands.ts'

const digitsPerBit = 0.302

const binary = (name: string, combine: (context: BuiltinContext, a: bigint, b: bigint) => bigint): Builtin => ({
  name,
  declaration: functionType([numberType, numberType], numberType),
  call: (context, first, second): Value => {
    const [a, b] = [bigIntOperand(first, 1), bigIntOperand(second, 2)]
    context.spend(1)
    return numberFromBigInt(combine(context, a, b))
  },
})

function shift(by: bigint): bigint {
  if (by < 0n) throw operandError(2, 'must be an unsigned integer number but got a negative integer')
  return by
}

function shiftLeft(context: BuiltinContext, a: bigint, b: bigint): bigint {
  const by = shift(b)
  if (a === 0n) return 0n
  if (by > 1n << 24n) throw limitError('ERR_LIMIT_STRING_LENGTH', `a number shifted left by ${by} bits is too long`)
  context.checkLength(Number(by) * digitsPerBit)
  context.spend(Number(by >> 6n))
  return a << by
}

/** `bits.*`: two's complement of any width. */
export const bitsBuiltins: readonly Builtin[] = [
  binary('bits.and', (_, a, b) => a & b),
  binary('bits.or', (_, a, b) => a | b),
  binary('bits.xor', (_, a, b) => a ^ b),
  binary('bits.lsh', shiftLeft),
  binary('bits.rsh', (_, a, b) => (shift(b) > 1n << 24n ? (a < 0n ? -1n : 0n) : a >> b)),
  {
    name: 'bits.negate',
    declaration: functionType([numberType], numberType),
    call: (_, value) => numberFromBigInt(~bigIntOperand(value, 1)),
  },
]
