import type { Envelope, Signer, Timestamper } from '@cilock/core'
import type { People } from './people.ts'
import type { Plan } from './plan.ts'

/** A world about to be signed: faults change it in place, and what they need changed later stands here as functions. */
export interface Draft {
  readonly plan: Plan
  readonly people: People
  readonly policy: PolicyDraft
  policySigners: Signer[]
  policyPayloadType: string
  /** Changes the policy's text before it is signed. */
  readonly policyTexts: ((text: string) => string)[]
  readonly policyEnvelopes: ((envelope: Envelope) => Envelope)[]
  /** Changes the file that the policy's envelope is written to. */
  readonly policyFiles: ((text: string) => string)[]
  evidence: EvidenceDraft[]
  /** What is asked about. */
  subject: string
}

/** A policy's JSON. */
export interface PolicyDraft {
  expires: string
  publickeys: Record<string, { keyid: string; key: string }>
  roots: Record<string, { certificate: string }>
  timestampauthorities: Record<string, { certificate: string }>
  steps: Record<string, StepDraft>
  externalAttestations?: Record<string, ExternalDraft>
}

export interface StepDraft {
  name: string
  functionaries: FunctionaryDraft[]
  attestations: AttestationDraft[]
  artifactsFrom?: string[]
  attestationsFrom?: string[]
  externalFrom?: string[]
}

export interface FunctionaryDraft {
  type: string
  publickeyid?: string
  certConstraint?: Record<string, unknown>
}

export interface AttestationDraft {
  type: string
  regopolicies?: { name: string; module: string }[]
}

export interface ExternalDraft {
  name: string
  predicateType: string
  functionaries: FunctionaryDraft[]
  required: boolean
  regopolicies?: { name: string; module: string }[]
}

/** A statement that somebody will sign. */
export interface EvidenceDraft {
  /** What its file is called. */
  name: string
  /** The step or the external attestation that it is meant for; nothing for what nobody asked for. */
  readonly of: string
  readonly statement: StatementDraft
  signers: Signer[]
  timestampers: Timestamper[]
  payloadType: string
  readonly texts: ((text: string) => string)[]
  readonly envelopes: ((envelope: Envelope) => Envelope)[]
  readonly files: ((text: string) => string)[]
}

export interface StatementDraft {
  _type: string
  subject: { name: string; digest: Record<string, string> }[]
  predicateType: string
  predicate: Record<string, unknown>
}

/** The predicate of a collection. */
export interface CollectionDraft extends Record<string, unknown> {
  name: string
  attestations: { type: string; attestation: Record<string, unknown>; starttime: string; endtime: string }[]
  backrefs: Record<string, Record<string, string>>
}

/** The predicate of a statement as a collection; undefined for one that is none. */
export function collectionIn({ predicate }: StatementDraft): CollectionDraft | undefined {
  // a fault before may have left something else there
  if (typeof predicate !== 'object' || predicate === null) return undefined
  return Array.isArray(predicate['attestations']) ? (predicate as CollectionDraft) : undefined
}
