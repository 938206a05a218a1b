/** Bounds on what a verification looks at. What lies beyond one is refused, never cut off. */
export interface VerifyLimits {
  /** Bytes of the signed policy. Default: 16 MiB. */
  readonly policyBytes?: number
  /** Nesting of the policy's JSON. Default: 256. */
  readonly policyDepth?: number
  /** Signatures on one envelope. Default: 100. */
  readonly signatures?: number
  /** Bytes of one statement. Default: 256 MiB. */
  readonly statementBytes?: number
  /** Nesting of a statement's JSON. Default: 1,000. */
  readonly statementDepth?: number
  /** Distinct envelopes in one answer of the source. Default: 10,000. */
  readonly envelopes?: number
  /** Bytes of all distinct payloads that the source gives in one verification. Default: 4 GiB. */
  readonly evidenceBytes?: number
  /**
   * Signatures of all envelopes times the keys that each is held against, and those of timestamps and between certificates that
   * vouch for them, in one verification; as many again for the signatures of the policy. Default: 1,000,000.
   */
  readonly signatureChecks?: number
  /** Hops along back-references, from the artifacts on. Default: 256; 3 with the preset `compat`, as in CI/lock. */
  readonly searchDepth?: number
  /** Choices of accepted evidence in view of which a candidate's rules are asked, where they look at other steps. Default: 1,000. */
  readonly contexts?: number
  /** UTF-16 units of the Rego modules of one attestation. Default: 4 Mi. */
  readonly regoSourceSize?: number
  /** Work of the Rego compiler for one attestation. Default: 20,000,000. */
  readonly regoCompileSteps?: number
  /** Steps of one Rego evaluation: one package, one attestation. Default: 50,000,000. */
  readonly regoSteps?: number
  /** Steps of all Rego evaluations of one verification, each counted in parts of 4,096. Default: 2,000,000,000. */
  readonly regoTotalSteps?: number
  /** Members of a collection that a Rego rule makes. Default: 2,000,000. */
  readonly regoResultSize?: number
  /** UTF-16 units of a string that a Rego rule makes. Default: 16 Mi. */
  readonly regoStringLength?: number
}

export const defaultLimits: Required<VerifyLimits> = {
  policyBytes: 16 * 1024 * 1024,
  policyDepth: 256,
  signatures: 100,
  statementBytes: 256 * 1024 * 1024,
  statementDepth: 1000,
  envelopes: 10_000,
  evidenceBytes: 4 * 1024 ** 3,
  signatureChecks: 1_000_000,
  searchDepth: 256,
  contexts: 1000,
  regoSourceSize: 4 * 1024 * 1024,
  regoCompileSteps: 20_000_000,
  regoSteps: 50_000_000,
  regoTotalSteps: 2_000_000_000,
  regoResultSize: 2_000_000,
  regoStringLength: 16 * 1024 * 1024,
}

/** Defaults where nothing is given; anything but a positive integer, and a limit that there is none of, is a TypeError. */
export function limitsOf(limits: VerifyLimits = {}): Required<VerifyLimits> {
  if (typeof limits !== 'object' || limits === null) throw new TypeError('limits is not an object')
  const unknown = Object.keys(limits).find((name) => !Object.hasOwn(defaultLimits, name))
  if (unknown !== undefined) throw new TypeError(`limits: there is no limit ${JSON.stringify(unknown)}; there are ${Object.keys(defaultLimits).join(', ')}`)
  const all = { ...defaultLimits }
  for (const name of Object.keys(defaultLimits) as (keyof VerifyLimits)[]) {
    const value = limits[name]
    if (value === undefined) continue
    if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`limits.${name} has to be a positive integer, not ${typeof value === 'number' ? value : `a value of type ${typeof value}`}`)
    all[name] = value
  }
  return all
}
