import { anyType, arrayType, booleanType, functionType, setType, stringType } from '../types/type.ts'
import { formatTerm } from '../value/format.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, type Value } from '../value/value.ts'
import type { Builtin } from './builtin.ts'
import { stringOperand } from './operands.ts'

function shown(value: Value): string {
  return typeof value === 'string' ? value : formatTerm(value)
}

/** What `print` and template strings make of an operand: the set of its values, empty where it is undefined. */
function shownSet(value: Value): string {
  if (!(value instanceof RegoSet)) return shown(value)
  const [first] = value.values()
  return first === undefined ? '<undefined>' : shown(first)
}

export const reflectionBuiltins: readonly Builtin[] = [
  {
    name: 'trace',
    declaration: functionType([stringType], booleanType),
    call: (context, text) => {
      context.note?.(stringOperand(text, 1))
      return true
    },
  },
  { name: 'print', declaration: functionType([], undefined, anyType), call: () => true },
  {
    name: 'internal.print',
    declaration: functionType([arrayType(setType(anyType))], undefined),
    call: (context, operands) => {
      if (isArray(operands)) context.note?.(operands.map(shownSet).join(' '))
      return true
    },
  },
  {
    name: 'internal.template_string',
    declaration: functionType([arrayType(anyType)], stringType),
    call: (context, parts) => {
      const text = isArray(parts) ? parts.map(shownSet).join('') : ''
      context.checkLength(text.length)
      return text
    },
  },
  { name: 'internal.test_case', declaration: functionType([arrayType(anyType)], undefined), call: () => true },
]
