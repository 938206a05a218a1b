import { base64Builtins } from '../builtins/base64.ts'
import { bitsBuiltins } from '../builtins/bits.ts'
import type { Builtin } from '../builtins/builtin.ts'
import { graphBuiltins } from '../builtins/graphs.ts'
import { hexBuiltins } from '../builtins/hex.ts'
import { jsonLayoutBuiltins } from '../builtins/json-layout.ts'
import { jsonPatchBuiltins } from '../builtins/json-patch.ts'
import { jsonPathBuiltins } from '../builtins/json-paths.ts'
import { netCidrBuiltins } from '../builtins/net-cidr.ts'
import { parseModuleBuiltins } from '../builtins/parse-module.ts'
import { randBuiltins } from '../builtins/rand.ts'
import { regexPatternBuiltins } from '../builtins/regex-patterns.ts'
import { semverBuiltins } from '../builtins/semver.ts'
import { timeBuiltins } from '../builtins/time.ts'
import { unitsBuiltins } from '../builtins/units.ts'
import { urlQueryBuiltins } from '../builtins/url-query.ts'
import { uuidBuiltins } from '../builtins/uuid.ts'
import { templateBuiltins } from '../template/index.ts'

export type { Builtin } from '../builtins/builtin.ts'
export { hostBuiltins } from '../builtins/host.ts'

/**
 * Built-ins that not every policy needs: `base64.*`, `base64url.*`, `bits.*`, `graph.*`, `hex.*`, `json.filter`,
 * `json.marshal_with_options`, `json.patch`, `json.remove`, `net.cidr_*`, `rand.intn`, `regex.globs_match`, `regex.template_match`,
 * `rego.parse_module`, `semver.*`, `strings.render_template`, `units.*`, `urlquery.*`, `uuid.*`, and all of `time.*` but
 * `time.now_ns`. They stand apart so that the core stays small.
 *
 * @example
 * ```ts
 * import { compile } from '@cilock/rego'
 * import { furtherBuiltins } from '@cilock/rego/further'
 * const program = compile([{ name: 'p.rego', source }], { builtins: furtherBuiltins })
 * ```
 */
export const furtherBuiltins: readonly Builtin[] = [
  ...base64Builtins,
  ...bitsBuiltins,
  ...graphBuiltins,
  ...hexBuiltins,
  ...jsonLayoutBuiltins,
  ...jsonPatchBuiltins,
  ...jsonPathBuiltins,
  ...netCidrBuiltins,
  ...parseModuleBuiltins,
  ...randBuiltins,
  ...regexPatternBuiltins,
  ...semverBuiltins,
  ...templateBuiltins,
  ...timeBuiltins,
  ...unitsBuiltins,
  ...urlQueryBuiltins,
  ...uuidBuiltins,
]
