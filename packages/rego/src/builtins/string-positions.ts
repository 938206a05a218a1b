import { arrayType, functionType, numberType, stringType } from '../types/type.ts'
import type { Value } from '../value/value.ts'
import type { Builtin } from './builtin.ts'
import { builtinError, integerOperand, stringOperand } from './operands.ts'

const wide = /[\ud800-\udfff]/

/** Positions count code points; without surrogates those are JavaScript's own. */
const codePoints = (text: string, end: number): number => (wide.test(text) ? Array.from(text.slice(0, end)).length : end)

function searched(value: Value): string {
  const part = stringOperand(value, 2)
  if (part === '') throw builtinError('empty search character')
  return part
}

/** Searching and cutting by position. */
export const stringPositionBuiltins: readonly Builtin[] = [
  {
    name: 'indexof',
    declaration: functionType([stringType, stringType], numberType),
    call: (context, base, search) => {
      const text = stringOperand(base, 1)
      const at = text.indexOf(searched(search))
      context.spend(1 + (text.length >> 4))
      return at < 0 ? -1 : codePoints(text, at)
    },
  },
  {
    name: 'indexof_n',
    declaration: functionType([stringType, stringType], arrayType(numberType)),
    call: (context, base, search) => {
      const text = stringOperand(base, 1)
      const part = searched(search)
      const found: number[] = []
      let position = 0
      let counted = 0
      context.spend(1 + text.length)
      for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
        const between = text.slice(counted, at)
        position += codePoints(between, between.length)
        counted = at
        found.push(position)
        context.checkSize(found.length)
      }
      return found
    },
  },
  {
    name: 'substring',
    declaration: functionType([stringType, numberType, numberType], stringType),
    call: (context, base, offset, length) => {
      const text = stringOperand(base, 1)
      const start = integerOperand(offset, 2)
      const wanted = integerOperand(length, 3)
      if (start < 0) throw builtinError('negative offset')
      const end = wanted < 0 ? Infinity : start + wanted
      context.spend(1 + (text.length >> 4))
      return wide.test(text) ? Array.from(text).slice(start, end).join('') : text.slice(start, end)
    },
  },
]
