import { BuiltinError, type Builtin } from '../builtins/builtin.ts'
import { stringOperand } from '../builtins/operands.ts'
import { metadataBuiltins } from './annotations.ts'
import { anyType, booleanType, functionType, stringType } from '../types/type.ts'
import { toPlain } from '../value/format.ts'
import { readYaml } from './read.ts'
import { writeYaml } from './write.ts'

export type { Builtin } from '../builtins/builtin.ts'

/**
 * OPA's `yaml.*`: YAML 1.1 as go-yaml v2 reads and writes it; and `rego.metadata.*`, which reads annotations in YAML.
 *
 * @example
 * ```ts
 * import { compile, coreBuiltins } from '@cilock/rego'
 * import { yamlBuiltins } from '@cilock/rego/yaml'
 * const program = compile([{ name: 'p.rego', source }], { capabilities: { builtins: [...coreBuiltins, ...yamlBuiltins] } })
 * ```
 */
export const yamlBuiltins: readonly Builtin[] = [
  {
    name: 'yaml.marshal',
    declaration: functionType([anyType], stringType),
    call: (context, value) => writeYaml(toPlain(value ?? null), context),
  },
  {
    name: 'yaml.unmarshal',
    declaration: functionType([stringType], anyType),
    call: (context, text) => readYaml(stringOperand(text ?? null, 1), context),
  },
  {
    name: 'yaml.is_valid',
    declaration: functionType([stringType], booleanType),
    call: (context, text) => {
      if (typeof text !== 'string') return false
      try {
        readYaml(text, context)
        return true
      } catch (error) {
        if (error instanceof BuiltinError) return false
        throw error
      }
    },
  },
  ...metadataBuiltins,
]
