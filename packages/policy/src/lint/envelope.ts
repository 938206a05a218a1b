import { CilockError, verifyEnvelope } from '@cilock/core'
import type { Envelope, Verifier } from '@cilock/core'
import { isPolicySigner } from '../document/policy-signature.ts'
import { policyPayloadType, witnessPolicyPayloadType } from '../document/policy.ts'
import type { VerifyLimits } from '../limits.ts'
import { envelopeFinding } from './finding.ts'
import type { LintFinding } from './finding.ts'

/** What is to be said of the envelope, before its content is read. */
export async function envelopeFindings(envelope: Envelope | undefined, verifiers: readonly Verifier[] | undefined, limits: Required<VerifyLimits>): Promise<readonly LintFinding[]> {
  if (envelope === undefined) {
    const plain = envelopeFinding('envelope-plain', '', 'the policy is a plain document; a verifier takes a signed envelope', 'sign it')
    return verifiers === undefined ? [plain] : [envelopeFinding('envelope-unsigned', '', 'the policy is a plain document, so nobody vouches for it', 'sign it')]
  }
  return [...typeFindings(envelope), ...(await signatureFindings(envelope, verifiers, limits)), ...signerFindings(verifiers)]
}

function typeFindings({ payloadType }: Envelope): readonly LintFinding[] {
  if (payloadType === policyPayloadType || payloadType === witnessPolicyPayloadType) return []
  return [envelopeFinding('envelope-payload-type', '/payloadType', `the payload type ${JSON.stringify(payloadType)} is not that of a policy`, `sign it as ${policyPayloadType}`)]
}

/** Whom a policy is believed from stands outside of it, and opens it as wide. */
function signerFindings(verifiers: readonly Verifier[] = []): readonly LintFinding[] {
  return [...new Set(verifiers.filter(isPolicySigner).flatMap(({ warnings }) => warnings))]
    .sort()
    .map((warning) => envelopeFinding('signer-wildcard', '/signatures', warning, 'say whom you mean: a URI, an e-mail address, or the extensions Issuer and SourceRepositoryURI'))
}

async function signatureFindings(envelope: Envelope, verifiers: readonly Verifier[] | undefined, limits: Required<VerifyLimits>): Promise<readonly LintFinding[]> {
  if (envelope.signatures.length === 0) return [envelopeFinding('envelope-unsigned', '/signatures', 'the envelope has no signatures', 'sign it')]
  if (verifiers === undefined) return []
  if (verifiers.length === 0) return [envelopeFinding('envelope-signature', '/signatures', 'there is no key by which a signature could verify', 'give the key of whoever signed it')]
  try {
    await verifyEnvelope(envelope, verifiers, { payloadTypes: [envelope.payloadType], limits: { maxSignatures: limits.signatures } })
    return []
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return [envelopeFinding('envelope-signature', '/signatures', `no signature verifies by the keys given: ${error.message}`, 'sign it with one of these keys')]
  }
}
