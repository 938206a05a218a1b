import { globsIntersect } from '../regex/glob-intersection.ts'
import { booleanType, functionType, stringType } from '../types/type.ts'
import type { Builtin } from './builtin.ts'
import { builtinError, stringOperand } from './operands.ts'
import { compiledRegex } from './regex.ts'
import { regexTemplate } from './regex-template.ts'

/** Expressions inside of other texts, and patterns held against each other. */
export const regexPatternBuiltins: readonly Builtin[] = [
  {
    name: 'regex.template_match',
    declaration: functionType([stringType, stringType, stringType, stringType], booleanType),
    call: (context, template, value, start, end) => {
      const source = stringOperand(template, 1)
      const text = stringOperand(value, 2)
      const { pattern, variables } = regexTemplate(source, stringOperand(start, 3), stringOperand(end, 4))
      for (const variable of variables) compiledRegex(context, variable)
      return compiledRegex(context, pattern).test(text, context.spend)
    },
  },
  {
    name: 'regex.globs_match',
    declaration: functionType([stringType, stringType], booleanType),
    call: (context, first, second) => {
      const left = stringOperand(first, 1)
      const right = stringOperand(second, 2)
      return globsIntersect(left, right, context.spend, builtinError)
    },
  },
]
