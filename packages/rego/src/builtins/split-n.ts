import { arrayType, functionType, numberType, stringType } from '../types/type.ts'
import type { Builtin } from './builtin.ts'
import { integerOperand, stringOperand } from './operands.ts'

/** `strings.split_n` of OPA after 1.13.1: the first parts of a text, or with a negative number the last ones. */
export const splitNBuiltins: readonly Builtin[] = [
  {
    name: 'strings.split_n',
    declaration: functionType([stringType, stringType, numberType], arrayType(stringType)),
    call: (context, value, separator, count) => {
      const text = stringOperand(value, 1)
      const between = stringOperand(separator, 2)
      const wanted = integerOperand(count, 3)
      context.spend(1 + (text.length >> 4))
      const parts = between === '' ? Array.from(text) : text.split(between)
      context.spend(parts.length)
      const kept = wanted < 0 ? parts.slice(wanted) : parts.slice(0, wanted)
      context.checkSize(kept.length)
      return kept
    },
  },
]
