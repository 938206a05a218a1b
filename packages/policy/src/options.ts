import type { DigestSet, Envelope, PredicateType, Source, Verifier } from '@cilock/core'
import type { VerifyLimits } from './limits.ts'

/** Everything that a verification may use. There is no other input: no clock, network, environment or file. */
export interface VerifyOptions {
  /** The signed policy. */
  readonly policy: Envelope
  /** Who may sign a policy; one of them is enough. */
  readonly policyVerifiers: readonly Verifier[]
  /**
   * The artifacts that the evidence has to be about: digests as `algorithm:value` (`sha256:<hex>`, `dirHash:<hex>`), or
   * the digests of one artifact as a set. Each of them has to be bound to accepted evidence.
   */
  readonly subjects: readonly (string | DigestSet)[]
  /** Where evidence is found. What it says is checked again on the signed bytes. */
  readonly source: Source
  /** The readers of the attestations that policies speak about; entries of other types are kept as they are. */
  readonly types: readonly PredicateType[]
  /** The time at which the policy must not have expired. */
  readonly now: Date
  readonly limits?: VerifyLimits
  readonly signal?: AbortSignal
}
