import type { PolicyErrorCode } from '../error.ts'

/** The checks of a report, in the order in which their failures are told. */
export const checkCodes = [
  'policy-signature',
  'policy-payload-type',
  'policy-json',
  'policy-unknown-key',
  'policy-key-case',
  'policy-value',
  'policy-missing-key',
  'policy-time',
  'policy-step-name',
  'policy-functionary-type',
  'policy-reference',
  'policy-cycle',
  'policy-timestamp-constraint',
  'policy-public-key',
  'policy-empty',
  'policy-document',
  'policy-expiry',
  'policy-feature',
  'limit',
  'collection',
  'evidence-payload-type',
  'evidence-signature',
  'evidence-statement',
  'evidence-predicate-type',
  'evidence-collection',
  'collection-name',
  'subject',
  'functionary',
  'attestation',
  'artifact-conflict',
  'artifacts',
  'binding',
] as const

/** What a check looks at: `policy-expiry`, `functionary`, `artifacts` … Stable, as error codes are. */
export type CheckCode = (typeof checkCodes)[number]

const errorCodes: Readonly<Record<CheckCode, PolicyErrorCode>> = {
  'policy-signature': 'ERR_POLICY_SIGNATURE',
  'policy-payload-type': 'ERR_POLICY_PAYLOAD_TYPE',
  'policy-json': 'ERR_POLICY_DOCUMENT',
  'policy-unknown-key': 'ERR_POLICY_DOCUMENT',
  'policy-key-case': 'ERR_POLICY_DOCUMENT',
  'policy-value': 'ERR_POLICY_DOCUMENT',
  'policy-missing-key': 'ERR_POLICY_DOCUMENT',
  'policy-time': 'ERR_POLICY_DOCUMENT',
  'policy-step-name': 'ERR_POLICY_DOCUMENT',
  'policy-functionary-type': 'ERR_POLICY_DOCUMENT',
  'policy-reference': 'ERR_POLICY_DOCUMENT',
  'policy-cycle': 'ERR_POLICY_DOCUMENT',
  'policy-timestamp-constraint': 'ERR_POLICY_DOCUMENT',
  'policy-public-key': 'ERR_POLICY_KEY',
  'policy-empty': 'ERR_POLICY_EMPTY',
  'policy-document': 'ERR_POLICY_DOCUMENT',
  'policy-expiry': 'ERR_POLICY_EXPIRED',
  'policy-feature': 'ERR_POLICY_UNSUPPORTED',
  limit: 'ERR_LIMIT_EXCEEDED',
  collection: 'ERR_NO_COLLECTION',
  'evidence-payload-type': 'ERR_EVIDENCE_PAYLOAD_TYPE',
  'evidence-signature': 'ERR_EVIDENCE_SIGNATURE',
  'evidence-statement': 'ERR_EVIDENCE_STATEMENT',
  'evidence-predicate-type': 'ERR_EVIDENCE_PREDICATE_TYPE',
  'evidence-collection': 'ERR_EVIDENCE_INVALID',
  'collection-name': 'ERR_NO_COLLECTION',
  subject: 'ERR_SUBJECT_MISMATCH',
  functionary: 'ERR_FUNCTIONARY_MISMATCH',
  attestation: 'ERR_ATTESTATION_MISSING',
  'artifact-conflict': 'ERR_ARTIFACTS_MISMATCH',
  artifacts: 'ERR_ARTIFACTS_MISMATCH',
  binding: 'ERR_SUBJECT_UNBOUND',
}

/** The code of the error that a failed check leads to. */
export function errorCodeOf(check: CheckCode): PolicyErrorCode {
  return errorCodes[check]
}

/** Where a check stands among the others: what is told first is lower. */
export function checkRank(code: CheckCode): number {
  return checkCodes.indexOf(code)
}
