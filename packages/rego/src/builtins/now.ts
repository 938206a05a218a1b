import { functionType, numberType } from '../types/type.ts'
import { numberFromBigInt } from '../value/number.ts'
import type { Builtin } from './builtin.ts'
import { builtinError } from './operands.ts'

/** `time.now_ns`: the one instant that the caller gave for this evaluation. */
export const nowBuiltins: readonly Builtin[] = [
  {
    name: 'time.now_ns',
    declaration: functionType([], numberType),
    nondeterministic: true,
    call: (context) => {
      if (context.now === undefined) throw builtinError('no clock was given to this evaluation')
      return numberFromBigInt(context.now)
    },
  },
]
