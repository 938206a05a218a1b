import type { ReadCollection, Statement } from '@cilock/core'
import type { CertificateIdentity } from '@cilock/x509'
import type { Check } from '../report/report.ts'
import type { CollectionArtifacts } from './artifacts.ts'
import type { Links } from './links.ts'

/** What a candidate says, once somebody whom the policy trusts vouches for it. */
export interface CandidateContent {
  readonly statement: Statement
  readonly collection: ReadCollection
  readonly links: Links
  readonly artifacts: CollectionArtifacts
}

/** One signed payload that a source gave, whatever step it is held against. */
export interface Candidate {
  /** Tells candidates apart, and orders them. */
  readonly id: string
  /** `sha256:<hex>` of the payload. */
  readonly digest: string
  readonly payloadType: string
  readonly references: readonly string[]
  /** Key ids of the policy's keys that vouch for it. */
  readonly signers: readonly string[]
  /** Those of the signers who have a certificate. */
  readonly identities: readonly CertificateIdentity[]
  /** What can be said without knowing the step. */
  readonly checks: readonly Check[]
  /** Absent when nobody vouches for it or it could not be read. */
  readonly content?: CandidateContent
}
