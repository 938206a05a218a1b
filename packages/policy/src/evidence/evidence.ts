import type { Candidate } from './candidate.ts'
import type { ExternalCandidate } from './read-external.ts'
import type { FileProof } from '@cilock/core/merkle'

/** What was found for one step. */
export interface StepEvidence {
  /** By id. */
  readonly candidates: readonly Candidate[]
  /** Set when an answer of the source held more envelopes than may be looked at, and was not used. */
  readonly overLimit: boolean
}

/** What was found for one external attestation. */
export interface ExternalEvidence {
  /** By id. */
  readonly candidates: readonly ExternalCandidate[]
  readonly overLimit: boolean
}

/** All that was collected: a set, whatever the order in which it came. */
export interface Evidence {
  readonly steps: ReadonlyMap<string, StepEvidence>
  readonly externals: ReadonlyMap<string, ExternalEvidence>
  readonly proofs: readonly FileProof[]
}
