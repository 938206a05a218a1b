import type { Builtin } from './builtins/builtin.ts'
import { coreBuiltins } from './builtins/registry.ts'

/** What policies may use. */
export interface Capabilities {
  /** The functions that policies may call. */
  readonly builtins: readonly Builtin[]
  /** Names that are known but refused, as CI/lock's list of unsafe built-ins does. Default: none. */
  readonly unsafeBuiltins?: ReadonlySet<string>
  /** Whether `$"…{x}…"` may be used. Default: only in v1. */
  readonly templateStrings?: boolean
}

/** The names CI/lock takes away or calls unsafe: network, host, environment, and four of the CIDR functions. */
export const policyDeniedBuiltins: ReadonlySet<string> = new Set([
  'http.send',
  'opa.runtime',
  'net.lookup_ip_addr',
  'net.cidr_contains',
  'net.cidr_intersects',
  'net.cidr_merge',
  'net.cidr_expand',
])

const removed: ReadonlySet<string> = new Set(['http.send', 'opa.runtime', 'net.lookup_ip_addr'])

/**
 * What a signed policy may use in CI/lock: everything pure, nothing of the host. The seven names it denies are
 * compile errors, as calls and as targets and values of `with`; template strings are refused.
 *
 * @param extra More built-ins, such as those of `@cilock/rego/all`.
 */
export function policyCapabilities(extra: readonly Builtin[] = []): Capabilities {
  return {
    builtins: [...coreBuiltins, ...extra].filter(({ name }) => !removed.has(name)),
    unsafeBuiltins: policyDeniedBuiltins,
    templateStrings: false,
  }
}
