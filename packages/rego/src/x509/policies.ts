import type { Certificate } from './certificate.ts'
import { anyPolicyOid } from './oids.ts'

/** The valid policies of one level, each with those it expects on the next. */
type Stratum = ReadonlyMap<string, readonly string[]>

/**
 * Certificate policies (RFC 5280 6.1) of a chain, leaf first, with any policy acceptable and nothing required from
 * the start: false only where a certificate asks for an explicit policy and none is left.
 */
export function policiesValid(chain: readonly Certificate[]): boolean {
  if (chain.length === 1) return true
  const n = chain.length - 1
  let leaves: Stratum | undefined = new Map([[anyPolicyOid, [anyPolicyOid]]])
  let explicit = n + 1
  let mapping = n + 1
  let anyPolicy = n + 1
  for (let i = n - 1; i >= 0; i--) {
    const certificate = chain[i]
    if (certificate === undefined) break
    const { fields } = certificate
    const selfIssued = certificate.rawIssuer.join() === certificate.rawSubject.join()
    if ((fields.policies?.length ?? 0) === 0) leaves = undefined
    if (explicit === 0 && leaves === undefined) return false
    if (leaves !== undefined) {
      leaves = nextStratum(leaves, certificate, anyPolicy > 0 || (i > 0 && selfIssued))
      if (i > 0) {
        const mapped = applyMappings(leaves, certificate, mapping > 0)
        if (mapped === undefined) return false
        leaves = mapped
      }
    }
    if (i === 0) break
    if (!selfIssued) {
      explicit = Math.max(0, explicit - 1)
      mapping = Math.max(0, mapping - 1)
      anyPolicy = Math.max(0, anyPolicy - 1)
    }
    explicit = Math.min(explicit, fields.requireExplicitPolicy ?? explicit)
    mapping = Math.min(mapping, fields.inhibitPolicyMapping ?? mapping)
    anyPolicy = Math.min(anyPolicy, fields.inhibitAnyPolicy ?? anyPolicy)
  }
  explicit = Math.max(0, explicit - 1)
  if (chain[0]?.fields.requireExplicitPolicy === 0) explicit = 0
  return explicit > 0 || (leaves !== undefined && leaves.size > 0)
}

function nextStratum(parents: Stratum, { fields }: Certificate, anyAllowed: boolean): Stratum {
  const policies = fields.policies ?? []
  const expected = new Set([...parents.values()].flat())
  const next = new Map<string, readonly string[]>()
  for (const policy of policies) {
    if (policy !== anyPolicyOid && (expected.has(policy) || parents.has(anyPolicyOid))) next.set(policy, [policy])
  }
  if (policies.includes(anyPolicyOid) && anyAllowed) {
    for (const policy of expected) if (!next.has(policy)) next.set(policy, [policy])
  }
  return next
}

/** Undefined where a mapping names `anyPolicy`, which is forbidden. */
function applyMappings(leaves: Stratum, { fields }: Certificate, allowed: boolean): Stratum | undefined {
  const mapped = new Map(leaves)
  const targets = new Map<string, string[]>()
  for (const { issuer, subject } of fields.policyMappings) {
    if (!allowed) {
      mapped.delete(issuer)
      continue
    }
    if (issuer === anyPolicyOid || subject === anyPolicyOid) return undefined
    targets.set(issuer, [...(targets.get(issuer) ?? []), subject])
  }
  for (const [issuer, subjects] of targets) if (mapped.has(issuer) || mapped.has(anyPolicyOid)) mapped.set(issuer, subjects)
  return mapped
}
