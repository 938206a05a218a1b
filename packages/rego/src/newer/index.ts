import type { Builtin } from '../builtins/builtin.ts'
import { longDurationBuiltins } from '../builtins/long-durations.ts'
import { splitNBuiltins } from '../builtins/split-n.ts'
import { uriBuiltins } from '../builtins/uri.ts'

export type { Builtin } from '../builtins/builtin.ts'

/**
 * What versions of OPA after 1.13.1 brought: `uri.parse`, `uri.is_valid`, `strings.split_n`, and days, weeks and years in
 * `time.parse_duration_ns`. No list of built-ins of this package holds them, `allBuiltins` neither, since CI/lock and
 * OPA 1.13.1 refuse a policy that calls them.
 *
 * @example
 * ```ts
 * import { compile } from '@cilock/rego'
 * import { newerBuiltins } from '@cilock/rego/newer'
 * const program = compile([{ name: 'p.rego', source }], { builtins: newerBuiltins })
 * ```
 */
export const newerBuiltins: readonly Builtin[] = [...longDurationBuiltins, ...splitNBuiltins, ...uriBuiltins]
