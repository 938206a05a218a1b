import { CilockError } from '@cilock/core'
import type { Report } from './report/report.ts'

/**
 * Why a verification was refused: the code of the first cause. Stable: match on these, never on messages. Every failed
 * check of a report maps to one of them through `errorCodeOf`.
 */
export type PolicyErrorCode =
  // no signature of the policy verifies by the keys handed in, or another payload type was signed
  | 'ERR_POLICY_SIGNATURE'
  | 'ERR_POLICY_PAYLOAD_TYPE'
  // the signed document is no policy: malformed, unknown keys, references to nothing, cycles
  | 'ERR_POLICY_DOCUMENT'
  // it asks for nothing
  | 'ERR_POLICY_EMPTY'
  // a public key in it cannot be used, or is not the one that its id names
  | 'ERR_POLICY_KEY'
  // a certificate in it cannot be read
  | 'ERR_POLICY_ROOT'
  // a Rego module does not compile, could never deny, or reads what can never be there
  | 'ERR_POLICY_REGO'
  // it wants a language model to judge
  | 'ERR_POLICY_AI'
  | 'ERR_POLICY_EXPIRED'
  // more evidence than the limits of the call allow to look at
  | 'ERR_LIMIT_EXCEEDED'
  // no source has a collection of the step's name
  | 'ERR_NO_COLLECTION'
  // no source has an external attestation that the policy wants
  | 'ERR_NO_EXTERNAL'
  // what an envelope holds is not what it should be
  | 'ERR_EVIDENCE_SIGNATURE'
  | 'ERR_EVIDENCE_PAYLOAD_TYPE'
  | 'ERR_EVIDENCE_STATEMENT'
  | 'ERR_EVIDENCE_PREDICATE_TYPE'
  | 'ERR_EVIDENCE_INVALID'
  // signed well, but not about the artifact, not by a functionary, or not saying what the step must show
  | 'ERR_SUBJECT_MISMATCH'
  | 'ERR_FUNCTIONARY_MISMATCH'
  // signed at another time than the step allows, or nobody trusted says when
  | 'ERR_TIMESTAMP'
  | 'ERR_ATTESTATION_MISSING'
  // a Rego rule denied it, or gave no answer
  | 'ERR_REGO_DENIED'
  | 'ERR_REGO_FAILED'
  // what the caller adds to the input of Rego is there already
  | 'ERR_INPUT_CLASH'
  // the evidence that its rules look at is not there
  | 'ERR_CONTEXT_MISSING'
  // what a step used is not what the step before it left
  | 'ERR_ARTIFACTS_MISMATCH'
  // every step passed, but none of them made the artifact or spoke about it
  | 'ERR_SUBJECT_UNBOUND'

/** A verification that was refused. `code` and message tell the first cause, `report` everything. */
export class PolicyError extends CilockError<PolicyErrorCode> {
  override readonly name: string = 'PolicyError'
  /** Every step, envelope and check. */
  readonly report: Report

  constructor(code: PolicyErrorCode, message: string, report: Report) {
    super(code, message)
    this.report = report
  }
}
