import { bitsBuiltins } from '../builtins/bits.ts'
import type { Builtin } from '../builtins/builtin.ts'
import { hexBuiltins } from '../builtins/hex.ts'
import { netCidrBuiltins } from '../builtins/net-cidr.ts'
import { parseModuleBuiltins } from '../builtins/parse-module.ts'
import { randBuiltins } from '../builtins/rand.ts'
import { regexPatternBuiltins } from '../builtins/regex-patterns.ts'
import { unitsBuiltins } from '../builtins/units.ts'
import { urlQueryBuiltins } from '../builtins/url-query.ts'
import { uuidBuiltins } from '../builtins/uuid.ts'
import { templateBuiltins } from '../template/index.ts'

export type { Builtin } from '../builtins/builtin.ts'

/**
 * Built-ins that few policies call: `bits.*`, `hex.*`, `net.cidr_*`, `rand.intn`, `regex.globs_match`,
 * `regex.template_match`, `rego.parse_module`, `strings.render_template`, `units.*`, `urlquery.*` and `uuid.*`. They stand apart so that the
 * core stays small.
 *
 * @example
 * ```ts
 * import { compile } from '@cilock/rego'
 * import { furtherBuiltins } from '@cilock/rego/further'
 * const program = compile([{ name: 'p.rego', source }], { builtins: furtherBuiltins })
 * ```
 */
export const furtherBuiltins: readonly Builtin[] = [
  ...bitsBuiltins,
  ...hexBuiltins,
  ...netCidrBuiltins,
  ...parseModuleBuiltins,
  ...randBuiltins,
  ...regexPatternBuiltins,
  ...templateBuiltins,
  ...unitsBuiltins,
  ...urlQueryBuiltins,
  ...uuidBuiltins,
]
