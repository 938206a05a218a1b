import type { Builtin } from '../builtins/builtin.ts'
import { hashBuiltins } from './hash-builtins.ts'
import { x509Builtins } from './x509-builtins.ts'

export type { Builtin } from '../builtins/builtin.ts'

/**
 * OPA's `crypto.*`: hashes, HMAC, certificates and keys.
 *
 * Nothing here looks at a clock: verifying a chain without `CurrentTime` takes the evaluation's `now`, and is an
 * error where the caller gave none.
 *
 * @example
 * ```ts
 * import { compile, coreBuiltins } from '@cilock/rego'
 * import { cryptoBuiltins } from '@cilock/rego/crypto'
 * const program = compile([{ name: 'p.rego', source }], { capabilities: { builtins: [...coreBuiltins, ...cryptoBuiltins] } })
 * ```
 */
export const cryptoBuiltins: readonly Builtin[] = [...hashBuiltins, ...x509Builtins]
