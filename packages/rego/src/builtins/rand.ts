import { functionType, numberType, stringType } from '../types/type.ts'
import { numberFromBigInt, toInt64 } from '../value/number.ts'
import type { Builtin } from './builtin.ts'
import { integerOperand, numberOperand, stringOperand } from './operands.ts'
import { seededBytes } from './seeded.ts'

/** `rand.intn`: the same number for the same operands within an evaluation, drawn from the caller's seed. */
export const randBuiltins: readonly Builtin[] = [
  {
    name: 'rand.intn',
    declaration: functionType([stringType, numberType], numberType),
    nondeterministic: true,
    call: (context, name, bound) => {
      const key = stringOperand(name, 1)
      integerOperand(bound, 2)
      const signed = toInt64(numberOperand(bound, 2)) ?? 0n
      const size = signed < 0n ? -signed : signed
      context.spend(1 + key.length)
      if (size === 0n) return 0
      // Twice the bits that are asked for: the bias of the remainder is beyond noticing.
      const drawn = seededBytes(context, `rand.intn\0${key}\0${size}`, 16).reduce<bigint>((sum, byte) => sum * 256n + BigInt(byte), 0n)
      return numberFromBigInt(drawn % size)
    },
  },
]
