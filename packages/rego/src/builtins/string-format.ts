import { goArgument } from '../gofmt/argument.ts'
import { sprintf } from '../gofmt/sprintf.ts'
import { anyType, arrayType, functionType, numberType, setType, stringType, unionType } from '../types/type.ts'
import { truncate } from '../value/arithmetic.ts'
import { numberText } from '../value/number.ts'
import { RegoSet } from '../value/set.ts'
import { isArray } from '../value/value.ts'
import type { Builtin } from './builtin.ts'
import { arrayOperand, numberOperand, operandError, operandTypeError, stringOperand, stringsOperand } from './operands.ts'

const bases: Readonly<Record<string, number>> = { '2': 2, '8': 8, '10': 10, '16': 16 }

/** Joining, splitting and printing. */
export const stringFormatBuiltins: readonly Builtin[] = [
  {
    name: 'concat',
    declaration: functionType([stringType, unionType(arrayType(stringType), setType(stringType))], stringType),
    call: (context, separator, collection) => {
      const between = stringOperand(separator, 1)
      if (!isArray(collection) && !(collection instanceof RegoSet)) throw operandTypeError(2, collection, 'set', 'array')
      const parts = stringsOperand(collection, 2)
      context.spend(1 + parts.length)
      context.checkLength(parts.reduce((length, part) => length + part.length + between.length, 0))
      return parts.join(between)
    },
  },
  {
    name: 'split',
    declaration: functionType([stringType, stringType], arrayType(stringType)),
    call: (context, value, separator) => {
      const text = stringOperand(value, 1)
      const between = stringOperand(separator, 2)
      context.spend(1 + (text.length >> 4))
      const parts = between === '' ? Array.from(text) : text.split(between)
      context.spend(parts.length)
      context.checkSize(parts.length)
      return parts
    },
  },
  {
    name: 'sprintf',
    declaration: functionType([stringType, arrayType(anyType)], stringType),
    call: (context, format, values) => {
      const pattern = stringOperand(format, 1)
      const members = arrayOperand(values, 2)
      context.spend(1 + (pattern.length >> 2) + members.length)
      const text = sprintf(pattern, members.map(goArgument), context.checkLength)
      context.spend(text.length >> 4)
      return text
    },
  },
  {
    name: 'format_int',
    declaration: functionType([numberType, numberType], stringType),
    call: (context, value, radix) => {
      const number = numberOperand(value, 1)
      const base = bases[numberText(numberOperand(radix, 2))]
      if (base === undefined) throw operandError(2, 'must be one of {2, 8, 10, 16}')
      const integer = truncate(number)
      if (integer === undefined) throw operandError(1, 'is too large to be written out')
      const text = integer.toString(base)
      context.spend(1 + text.length)
      context.checkLength(text.length)
      return text
    },
  },
]
