import type { Builtin } from '../builtins/builtin.ts'
import { builtinError, objectOperand, stringOperand } from '../builtins/operands.ts'
import { anyType, functionType, mapType, stringType } from '../types/type.ts'
import { executeTemplate } from './execute.ts'
import { functionNames } from './functions.ts'
import { parseTemplate } from './parse.ts'
import { toGo } from './value.ts'

/** `strings.render_template`: Go's `text/template`, where a missing value is written as `<undefined>`. */
export const templateBuiltins: readonly Builtin[] = [
  {
    name: 'strings.render_template',
    declaration: functionType([stringType, mapType(stringType, anyType)], stringType),
    call: ({ spend, checkLength }, template, variables) => {
      const source = stringOperand(template, 1)
      const data = toGo(objectOperand(variables, 2))
      const name = 'template'
      spend(1 + source.length)
      const templates = parseTemplate(source, { name, functions: functionNames, fail: builtinError })
      return executeTemplate(templates, data, { name, source, fail: builtinError, spend, checkLength }).replaceAll('<no value>', '<undefined>')
    },
  },
]
