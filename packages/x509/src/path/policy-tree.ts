import type { Certificate } from '../certificate/certificate.ts'
import { anyPolicy } from '../certificate/oid.ts'

/** Where policy processing begins (RFC 5280, section 6.1.1). */
export interface PolicyStart {
  /** The policies that are acceptable. Absent: any. */
  readonly initial?: readonly string[]
  /** Demand a policy that is acceptable all the way. Default: false. */
  readonly requireExplicit?: boolean
  /** Take no policy for another one. Default: false. */
  readonly inhibitMapping?: boolean
  /** Do not count `anyPolicy`. Default: false. */
  readonly inhibitAny?: boolean
}

/** A policy that is valid at one level: what it is called one level below, and by which names the root's domain knows it. */
interface PolicyNode {
  readonly expected: readonly string[]
  readonly origins: ReadonlySet<string>
}

/** One level, as a graph: equal policies are one node, so that mappings cannot multiply (RFC 9618). */
type Level = ReadonlyMap<string, PolicyNode>

/**
 * Processes the certificate policies of a chain, leaf first and root last. Gives the index of the certificate at which a
 * policy was demanded and none is left; undefined where everything holds. Without a demand nothing can fail.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1
 */
export function policyFault(chain: readonly Certificate[], start: PolicyStart = {}): number | undefined {
  const length = chain.length - 1
  let level: Level | undefined = new Map([[anyPolicy, { expected: [anyPolicy], origins: new Set([anyPolicy]) }]])
  let explicit = start.requireExplicit === true ? 0 : length + 1
  let mapping = start.inhibitMapping === true ? 0 : length + 1
  let any = start.inhibitAny === true ? 0 : length + 1
  for (const [index, certificate] of [...chain.entries()].slice(0, -1).toReversed()) {
    const { policies, policyRules, selfIssued } = certificate
    const last = index === 0
    level = policies === undefined || level === undefined ? undefined : nextLevel(level, policies, any > 0 || (!last && selfIssued))
    if (explicit === 0 && level === undefined) return index
    if (last) {
      if (explicit > 0) explicit -= 1
      if (policyRules.requireExplicitPolicy === 0) explicit = 0
      break
    }
    if (policyRules.mappings.some(({ issuer, subject }) => issuer === anyPolicy || subject === anyPolicy)) return index
    if (level !== undefined) level = mapped(level, policyRules.mappings, mapping > 0)
    if (!selfIssued) {
      explicit = Math.max(0, explicit - 1)
      mapping = Math.max(0, mapping - 1)
      any = Math.max(0, any - 1)
    }
    explicit = Math.min(explicit, policyRules.requireExplicitPolicy ?? explicit)
    mapping = Math.min(mapping, policyRules.inhibitPolicyMapping ?? mapping)
    any = Math.min(any, policyRules.inhibitAnyPolicy ?? any)
  }
  return explicit === 0 && !isAcceptable(level, start.initial) ? 0 : undefined
}

function nextLevel(above: Level, policies: readonly string[], anyAllowed: boolean): Level | undefined {
  const next = new Map<string, PolicyNode>()
  const nodes = [...above.values()]
  const inherit = (policy: string): ReadonlySet<string> | undefined => {
    const parents = nodes.filter(({ expected }) => expected.includes(policy))
    return parents.length === 0 ? undefined : new Set(parents.flatMap(({ origins }) => [...origins]))
  }
  for (const policy of policies.filter((each) => each !== anyPolicy)) {
    const origins = inherit(policy) ?? (above.has(anyPolicy) ? new Set([policy]) : undefined)
    if (origins !== undefined) next.set(policy, { expected: [policy], origins })
  }
  if (policies.includes(anyPolicy) && anyAllowed) {
    for (const policy of new Set(nodes.flatMap(({ expected }) => expected))) {
      const origins = next.has(policy) ? undefined : inherit(policy)
      if (origins !== undefined) next.set(policy, { expected: [policy], origins })
    }
  }
  return next.size === 0 ? undefined : next
}

function mapped(level: Level, mappings: readonly { readonly issuer: string; readonly subject: string }[], allowed: boolean): Level | undefined {
  const next = new Map(level)
  for (const issuer of new Set(mappings.map((each) => each.issuer))) {
    if (!allowed) {
      next.delete(issuer)
      continue
    }
    const expected = mappings.filter((each) => each.issuer === issuer).map(({ subject }) => subject)
    const origins = level.get(issuer)?.origins ?? (level.has(anyPolicy) ? new Set([issuer]) : undefined)
    if (origins !== undefined) next.set(issuer, { expected, origins })
  }
  return next.size === 0 ? undefined : next
}

function isAcceptable(level: Level | undefined, initial: readonly string[] | undefined): boolean {
  if (level === undefined) return false
  if (initial === undefined || initial.includes(anyPolicy)) return true
  return [...level.values()].some(({ origins }) => origins.has(anyPolicy) || initial.some((policy) => origins.has(policy)))
}
