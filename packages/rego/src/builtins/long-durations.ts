import { parseDuration } from '../time/duration.ts'
import { functionType, numberType, stringType } from '../types/type.ts'
import { numberFromBigInt } from '../value/number.ts'
import type { Builtin } from './builtin.ts'
import { builtinError, stringOperand } from './operands.ts'

const day = 86_400_000_000_000n

/** Days of 24 hours and years of 365 days, whatever the calendar says. */
const longUnits: Readonly<Record<string, bigint>> = { d: day, w: 7n * day, y: 365n * day }

/** `time.parse_duration_ns` of OPA after 1.13.1, which also knows days, weeks and years. */
export const longDurationBuiltins: readonly Builtin[] = [
  {
    name: 'time.parse_duration_ns',
    declaration: functionType([stringType], numberType),
    call: (context, value) => {
      const text = stringOperand(value, 1)
      context.spend(1 + text.length)
      return numberFromBigInt(parseDuration(text, builtinError, longUnits))
    },
  },
]
