import type { PolicyErrorCode } from '../error.ts'

/** The checks of a report, in the order in which their failures are told, and the errors that they lead to. */
const errorCodes = {
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
  'policy-glob': 'ERR_POLICY_DOCUMENT',
  'policy-public-key': 'ERR_POLICY_KEY',
  'policy-root': 'ERR_POLICY_ROOT',
  'policy-rego': 'ERR_POLICY_REGO',
  'policy-rego-deny': 'ERR_POLICY_REGO',
  'policy-rego-package': 'ERR_POLICY_REGO',
  'policy-rego-input': 'ERR_POLICY_REGO',
  'policy-ai': 'ERR_POLICY_AI',
  'policy-empty': 'ERR_POLICY_EMPTY',
  'policy-document': 'ERR_POLICY_DOCUMENT',
  'policy-expiry': 'ERR_POLICY_EXPIRED',
  limit: 'ERR_LIMIT_EXCEEDED',
  collection: 'ERR_NO_COLLECTION',
  external: 'ERR_NO_EXTERNAL',
  'evidence-payload-type': 'ERR_EVIDENCE_PAYLOAD_TYPE',
  'evidence-signature': 'ERR_EVIDENCE_SIGNATURE',
  'evidence-statement': 'ERR_EVIDENCE_STATEMENT',
  'evidence-predicate-type': 'ERR_EVIDENCE_PREDICATE_TYPE',
  'evidence-collection': 'ERR_EVIDENCE_INVALID',
  'collection-name': 'ERR_NO_COLLECTION',
  subject: 'ERR_SUBJECT_MISMATCH',
  functionary: 'ERR_FUNCTIONARY_MISMATCH',
  timestamp: 'ERR_TIMESTAMP',
  attestation: 'ERR_ATTESTATION_MISSING',
  'rego-error': 'ERR_REGO_FAILED',
  'rego-limit': 'ERR_LIMIT_EXCEEDED',
  rego: 'ERR_REGO_DENIED',
  'input-clash': 'ERR_INPUT_CLASH',
  'artifact-conflict': 'ERR_ARTIFACTS_MISMATCH',
  artifacts: 'ERR_ARTIFACTS_MISMATCH',
  'artifacts-untracked': 'ERR_ARTIFACTS_MISMATCH',
  context: 'ERR_CONTEXT_MISSING',
  binding: 'ERR_SUBJECT_UNBOUND',
} as const

/** What a check looks at: `policy-expiry`, `functionary`, `artifacts` … Stable, as error codes are. */
export type CheckCode = keyof typeof errorCodes

/** In the order in which their failures are told. */
export const checkCodes: readonly CheckCode[] = Object.keys(errorCodes) as readonly CheckCode[]

/**
 * The code of the error that a failed check leads to.
 *
 * @throws TypeError for what is no code of a check.
 */
export function errorCodeOf(check: CheckCode): PolicyErrorCode {
  if (typeof check !== 'string' || !Object.hasOwn(errorCodes, check)) throw new TypeError('errorCodeOf: `check` is not the code of a check')
  return errorCodes[check]
}

/** Where a check stands among the others: what is told first is lower. */
export function checkRank(code: CheckCode): number {
  return checkCodes.indexOf(code)
}
