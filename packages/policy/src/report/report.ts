import type { CheckCode } from './check-code.ts'

/** `not-evaluated` never counts as passed: the message says what stood in the way. */
export type CheckState = 'passed' | 'failed' | 'not-evaluated'

/** Data of a check: plain JSON. */
export type CheckValue = null | boolean | number | string | readonly CheckValue[] | { readonly [key: string]: CheckValue }

/** What a check looked at: a place in the policy's payload, in a candidate's envelope, or in its signed statement. */
export interface CheckPlace {
  /** Which document the pointer points into. */
  readonly document: 'policy' | 'envelope' | 'statement'
  /** JSON pointer (RFC 6901); the empty one is the whole document. */
  readonly pointer: string
}

/** One thing that was held against what should be. */
export interface Check {
  /** What was checked. */
  readonly code: CheckCode
  /** What came of it. */
  readonly state: CheckState
  /** One sentence for people; it may change between versions. */
  readonly message: string
  /** What should have been. */
  readonly expected: CheckValue
  /** What was. */
  readonly found: CheckValue
  /** Where it was looked at. */
  readonly place: CheckPlace
}

/** Everything that a verification looked at and what came of it, as plain JSON: a pure function of the inputs. */
export interface Report {
  /** Whether the policy is satisfied for every subject. */
  readonly verdict: 'passed' | 'failed'
  /** The time that was handed in, RFC 3339. */
  readonly now: string
  /** What came of the policy itself. */
  readonly policy: PolicyReport
  /** One for each subject handed in, in that order. */
  readonly subjects: readonly SubjectReport[]
  /** By name. */
  readonly steps: readonly StepReport[]
  /** By name; what a policy wants beside its steps. */
  readonly externals: readonly ExternalReport[]
  /** What the caller added to the input of Rego rules, by attestation type. Absent when nothing was. */
  readonly callerInput?: Readonly<Record<string, CheckValue>>
}

/** What came of the policy itself, before any evidence was looked for. */
export interface PolicyReport {
  /** `sha256:<hex>` of the signed payload. */
  readonly digest: string
  /** What the envelope says it holds. */
  readonly payloadType: string
  /** Key ids of the policy verifiers that vouch for it. */
  readonly signers: readonly string[]
  /** Everything that the policy was held against. */
  readonly checks: readonly Check[]
}

/** An artifact that was handed in, and what binds it to accepted evidence. */
export interface SubjectReport {
  /** As `algorithm:value`, sorted. */
  readonly digests: readonly string[]
  /** What vouches for the artifact. */
  readonly boundBy: readonly Binding[]
  /** What the artifact was held against. */
  readonly checks: readonly Check[]
}

/** How accepted evidence speaks about an artifact: the collection of a step, or an external attestation. */
export interface Binding {
  /** The step that vouches. */
  readonly step?: string
  /** The external attestation that vouches, by its name in the policy. */
  readonly external?: string
  /** The candidate's digest. */
  readonly candidate: string
  /** Named as a subject; a leaf of a product tree; or proven to be one by an inclusion proof. */
  readonly by: 'subject' | 'leaf' | 'inclusion-proof'
  /** The subject's name, or the leaf's path. By a proof it is the path that the proof claims: a tree of contents vouches for no path. */
  readonly name: string
}

/** What came of one step: it passes when one of its candidates does. */
export interface StepReport {
  /** The step's name. */
  readonly step: string
  /** Whether one of its candidates passed. */
  readonly verdict: 'passed' | 'failed' | 'not-evaluated'
  /** Checks of the step as a whole. */
  readonly checks: readonly Check[]
  /** Every envelope that was found for the step, by digest. */
  readonly candidates: readonly CandidateReport[]
}

/** What came of one external attestation: it passes when one statement does, and an optional one also when there is none. */
export interface ExternalReport {
  /** Its name in the policy. */
  readonly external: string
  /** The type of statement that is meant. */
  readonly predicateType: string
  /** Whether it has to be there. */
  readonly required: boolean
  /** What came of it. */
  readonly verdict: 'passed' | 'failed' | 'skipped' | 'not-evaluated'
  /** Checks of the external attestation as a whole. */
  readonly checks: readonly Check[]
  /** Every envelope that was found for it, by digest. */
  readonly candidates: readonly CandidateReport[]
}

/** One payload that was found for a step, or for an external attestation. Copies of it, and further signatures over it, are one candidate. */
export interface CandidateReport {
  /** `sha256:<hex>` of the signed payload. */
  readonly digest: string
  /** What the envelope says it holds. */
  readonly payloadType: string
  /** Where it was found, sorted. */
  readonly references: readonly string[]
  /** Whether all of its checks passed. */
  readonly verdict: 'passed' | 'failed'
  /** Key ids of the policy's keys that vouch for it. */
  readonly signers: readonly string[]
  /** Everything that it was held against. */
  readonly checks: readonly Check[]
}
