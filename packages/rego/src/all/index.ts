import type { Builtin } from '../builtins/builtin.ts'
import { coreBuiltins } from '../builtins/registry.ts'
import { cryptoBuiltins } from '../crypto/index.ts'
import { furtherBuiltins } from '../further/index.ts'
import { jsonSchemaBuiltins } from '../json-schema/index.ts'
import { jwtBuiltins } from '../jwt/index.ts'
import { yamlBuiltins } from '../yaml/index.ts'

export type { Builtin } from '../builtins/builtin.ts'

/**
 * Every built-in there is: the everyday ones of the core and those that stand in an entry point of their own. That is
 * all of OPA 1.13.1 but what needs a network, the environment, or GraphQL.
 *
 * @example
 * ```ts
 * import { compile } from '@cilock/rego'
 * import { allBuiltins } from '@cilock/rego/all'
 * const program = compile([{ name: 'p.rego', source }], { capabilities: { builtins: allBuiltins } })
 * ```
 */
export const allBuiltins: readonly Builtin[] = [
  ...coreBuiltins,
  ...cryptoBuiltins,
  ...furtherBuiltins,
  ...jsonSchemaBuiltins,
  ...jwtBuiltins,
  ...yamlBuiltins,
]
