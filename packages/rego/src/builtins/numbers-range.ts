import { arrayType, functionType, numberType } from '../types/type.ts'
import { numberFromBigInt } from '../value/number.ts'
import type { Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { bigIntOperand, builtinError } from './operands.ts'

/** From one to the other, both included, upwards or downwards. */
function range(context: BuiltinContext, from: bigint, to: bigint, step: bigint): readonly Value[] {
  const down = from > to
  const count = (down ? from - to : to - from) / step + 1n
  const size = Number(count)
  context.checkSize(size)
  context.spend(size)
  return Array.from({ length: size }, (_, i) => numberFromBigInt(from + (down ? -step : step) * BigInt(i)))
}

/** `numbers.range` and `numbers.range_step`. */
export const numbersRangeBuiltins: readonly Builtin[] = [
  {
    name: 'numbers.range',
    declaration: functionType([numberType, numberType], arrayType(numberType)),
    call: (context, from, to) => range(context, bigIntOperand(from, 1), bigIntOperand(to, 2), 1n),
  },
  {
    name: 'numbers.range_step',
    declaration: functionType([numberType, numberType, numberType], arrayType(numberType)),
    call: (context, from, to, step) => {
      const [first, last, by] = [bigIntOperand(from, 1), bigIntOperand(to, 2), bigIntOperand(step, 3)]
      if (by <= 0n) throw builtinError('numbers.range_step: step must be a positive integer')
      return range(context, first, last, by)
    },
  },
]
