import { coreBuiltins, type Builtin, type Capabilities } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { hostBuiltins } from '@cilock/rego/further'
import { newerBuiltins } from '@cilock/rego/newer'

/** Every built-in there is; those for the host are in no preset. */
export const everyBuiltin: readonly Builtin[] = [...new Map([...coreBuiltins, ...allBuiltins, ...hostBuiltins].map((builtin) => [builtin.name, builtin])).values()]

/** What OPA's own harness adds. */
const sleep: Builtin = {
  name: 'test.sleep',
  declaration: { kind: 'function', args: [{ kind: 'string' }], result: { kind: 'null' } },
  call: () => null,
}

export const suiteCapabilities: Capabilities = { builtins: [...everyBuiltin, sleep] }

/** For cases of versions after 1.13.1. */
export const newerCapabilities: Capabilities = { builtins: [...suiteCapabilities.builtins, ...newerBuiltins] }

/** All built-ins but these. */
export function without(names: readonly string[]): readonly Builtin[] {
  return [...coreBuiltins, ...allBuiltins].filter(({ name }) => !names.includes(name))
}
