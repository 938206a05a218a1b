import { parseModule } from '../syntax/module.ts'
import { moduleToJson } from '../syntax/to-json.ts'
import { anyType, functionType, mapType, stringType } from '../types/type.ts'
import type { Builtin } from './builtin.ts'
import { isBuiltinName } from './names.ts'
import { builtinError, stringOperand } from './operands.ts'

/** `rego.parse_module`: the syntax tree of a policy, read as v1 whatever the calling policy is, as OPA does. */
export const parseModuleBuiltins: readonly Builtin[] = [
  {
    name: 'rego.parse_module',
    declaration: functionType([stringType, stringType], mapType(stringType, anyType)),
    call: (context, name, text) => {
      const file = stringOperand(name, 1)
      const source = stringOperand(text, 1)
      context.spend(1 + source.length * 8)
      const { module, errors } = parseModule(source, { file, version: 'v1', templateStrings: true, maxDepth: context.limits.depth, isBuiltin: isBuiltinName })
      if (module !== undefined) return moduleToJson(module)
      const lines = errors.map(({ code, message, location }) => `${location === undefined ? '' : `${location.file}:${location.row}: `}${code}: ${message}`)
      // What holds for the whole module is no list.
      if (errors[0]?.location?.row === 0) throw builtinError(lines.join(''))
      throw builtinError(lines.length === 1 ? `1 error occurred: ${lines.join('')}` : `${lines.length} errors occurred:\n${lines.join('\n')}`)
    },
  },
]
