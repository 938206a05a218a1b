import { CilockError, verifyEnvelope } from '@cilock/core'
import type { Envelope, Verifier } from '@cilock/core'
import { Budget, BudgetSpent } from '../evidence/budget.ts'
import type { VerifyLimits } from '../limits.ts'
import { failed, inEnvelope, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check } from '../report/report.ts'
import type { PolicySigner } from '../trust/policy-signer.ts'

const signature: CheckSubject = { code: 'policy-signature', place: inEnvelope('/signatures'), expected: 'a signature by one of the policy verifiers' }

/** What came of the signatures of a policy. */
export interface SignedPolicy {
  readonly check: Check
  /** The bytes that were verified. */
  readonly payload?: Uint8Array
  readonly signers: readonly string[]
}

/**
 * Whether a policy verifier vouches for it, at no more cost than the limits allow. What it takes is counted apart from evidence, as a
 * policy is opened once for many verifications.
 */
export async function checkSignature(envelope: Envelope, verifiers: readonly Verifier[], limits: Required<VerifyLimits>): Promise<SignedPolicy> {
  const budget = new Budget(limits, 'policy')
  const onSignatureCheck = (): void => budget.spend('signatureChecks', 1)
  const counted = verifiers.map((verifier) => (isPolicySigner(verifier) ? countedSigner(verifier, onSignatureCheck) : verifier))
  try {
    budget.spend('signatureChecks', Math.min(envelope.signatures.length, limits.signatures) * verifiers.length)
    const signed = await verifySignature(envelope, counted, limits)
    // a verifier that was stopped counts there as one that does not vouch
    budget.spend('signatureChecks', 0)
    return signed
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error
    return { check: failed({ ...signature, code: 'limit', expected: error.most }, error.message, error.limit), signers: [] }
  }
}

function countedSigner(signer: PolicySigner, onSignatureCheck: () => void): PolicySigner {
  return {
    warnings: signer.warnings,
    verify: async (message, each, how) => signer.verify(message, each, { ...how, onSignatureCheck }),
    reasons: async (envelope) => signer.reasons(envelope, { onSignatureCheck }),
  }
}

async function verifySignature(envelope: Envelope, verifiers: readonly Verifier[], limits: Required<VerifyLimits>): Promise<SignedPolicy> {
  try {
    // the type that was signed is a check of its own
    const options = { payloadTypes: [envelope.payloadType], limits: { maxSignatures: limits.signatures } }
    const verified = await verifyEnvelope(envelope, verifiers, options)
    const signers = verified.signers.map(({ keyid }) => keyid).sort()
    const notes = [...new Set(verifiers.filter(isPolicySigner).flatMap(({ warnings }) => warnings))].sort()
    const message = ['the policy is signed by a policy verifier', ...notes].join('; but ')
    return { check: passed(signature, message, notes.length === 0 ? signers : { signers, notes }), payload: verified.payload, signers }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    const reasons = await certificateReasons(envelope, verifiers, error)
    const message = [error.message, ...reasons].join('; ')
    return { check: failed(signature, `the policy's signature does not verify: ${message}`, reasons.length > 0 ? [error.code, ...reasons] : error.code), signers: [] }
  }
}

/** What verifiers of certificates saw: who signed, and what of it is not as it should be. */
async function certificateReasons(envelope: Envelope, verifiers: readonly Verifier[], error: CilockError): Promise<readonly string[]> {
  // an envelope with too many signatures is not looked at a second time
  if (error.code === 'ERR_LIMIT_EXCEEDED') return []
  const reasons: string[] = []
  for (const verifier of verifiers) if (isPolicySigner(verifier)) reasons.push(...(await verifier.reasons(envelope)))
  return [...new Set(reasons)].sort()
}

/** Whether a verifier looks at certificates, and can say what it saw. */
export function isPolicySigner(verifier: Verifier): verifier is PolicySigner {
  return 'reasons' in verifier && typeof verifier.reasons === 'function' && 'warnings' in verifier && Array.isArray(verifier.warnings)
}
