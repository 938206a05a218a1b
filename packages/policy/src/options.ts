import type { DigestSet, Envelope, JsonValue, PredicateType, Source, Statement, Verifier } from '@cilock/core'
import type { VerifyLimits } from './limits.ts'
import type { VerifyRulesOption } from './verify-rules.ts'

/** What a policy is opened with, once for any number of verifications. */
export interface PolicyOptions {
  /** The signed policy. */
  readonly policy: Envelope
  /** Who may sign a policy; one of them is enough. */
  readonly policyVerifiers: readonly Verifier[]
  /** The readers of the attestations that policies speak about; entries of other types are kept as they are. */
  readonly types: readonly PredicateType[]
  /** Bounds on what is looked at. Default: those of {@link VerifyLimits}. */
  readonly limits?: VerifyLimits
  /** What is asked beyond CI/lock's own rules. Default: `strict`, all of it. */
  readonly rules?: VerifyRulesOption
}

/** What one verification is about. */
export interface EvidenceOptions {
  /**
   * The artifacts that the evidence has to be about: digests as `algorithm:value` (`sha256:<hex>`, `dirHash:<hex>`), or
   * the digests of one file or directory as a set. Each of them has to be bound to accepted evidence. A text may name the
   * root of a tree of files too; a set is of the artifact itself, so a file whose digest happens to be such a root is not
   * taken for the tree.
   */
  readonly subjects: readonly (string | DigestSet)[]
  /** Where evidence is found. What it says is checked again on the signed bytes. */
  readonly source: Source
  /** The time at which the policy must not have expired, and Rego's. */
  readonly now: Date
  /** Seconds for which a policy still counts after it has expired, for clocks that are not the same; a day at most. Default: 0. */
  readonly clockSkew?: number
  /**
   * What the caller adds to the `input` of Rego rules, by the type of the attestation that they judge: further keys beside
   * those that were signed. A key that is there already is refused. The report repeats what was added: values as `callerInput`,
   * and what was computed of an attestation in the checks of its rules.
   */
  readonly input?: CallerInput
  /**
   * Told of each collection that somebody vouches for whom the policy names, by the digest of its payload (`sha256:<hex>`),
   * once and before it is judged: for what a caller wants to say of evidence beside the report. The report does not depend
   * on it; what it throws ends the verification. Default: nobody is told.
   */
  readonly onStatement?: (digest: string, statement: Statement) => void
  /** Stops the verification, and is handed on to the source. */
  readonly signal?: AbortSignal
}

/** Keys and their values, by attestation type; a value may be computed of each attestation. */
export type CallerInput = Readonly<Record<string, Readonly<Record<string, JsonValue | ComputedInput>>>>

/**
 * Gives a value of an attestation as it was signed, such as an id in another spelling. It may be asked more than once, so it
 * has to give the same for the same; what it throws is a failed check of that attestation.
 */
export type ComputedInput = (attestation: JsonValue) => JsonValue

/** Everything that a verification may use. There is no other input: no clock, network, environment or file. */
export interface VerifyOptions extends PolicyOptions, EvidenceOptions {}
