import type { Builtin } from '../builtins/builtin.ts'
import { cryptoBuiltins } from '../crypto/index.ts'
import { jsonSchemaBuiltins } from '../json-schema/index.ts'
import { jwtBuiltins } from '../jwt/index.ts'
import { yamlBuiltins } from '../yaml/index.ts'

export type { Builtin } from '../builtins/builtin.ts'

/**
 * Every built-in that stands in an entry point of its own: `crypto.*`, `io.jwt.*`, `json.match_schema`,
 * `json.verify_schema` and `yaml.*`. Together with the everyday ones, which are always there, that is all of OPA
 * 1.13.1 but what needs a network, the environment, or GraphQL.
 *
 * @example
 * ```ts
 * import { compile } from '@cilock/rego'
 * import { allBuiltins } from '@cilock/rego/all'
 * const program = compile([{ name: 'p.rego', source }], { builtins: allBuiltins })
 * ```
 */
export const allBuiltins: readonly Builtin[] = [...cryptoBuiltins, ...jsonSchemaBuiltins, ...jwtBuiltins, ...yamlBuiltins]
