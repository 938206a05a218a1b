import { CilockError } from '@cilock/core'
import type { EnvelopeSignature, Verifier } from '@cilock/core'
import { parseCertificate } from '@cilock/x509'
import { CosignError } from '../error.ts'

/** Why no verifier vouches for a signature, in the words of the one that knows most. */
export async function notVouchedFor(message: Uint8Array, signatures: readonly EnvelopeSignature[], verifiers: readonly Verifier[], cause?: unknown): Promise<CosignError> {
  const options = cause === undefined ? {} : { cause }
  const certified = signatures.find(({ certificate }) => certificate !== undefined)
  if (certified === undefined) {
    return new CosignError('ERR_SIGNATURE_INVALID', `expected a signature by one of ${verifiers.length} verifiers, found one that none of them vouches for`, options)
  }
  const judges = verifiers.filter(judgesCertificates)
  for (const verifier of judges) {
    const judged = await verifier.check(message, certified)
    if (judged.refusal !== undefined) return new CosignError('ERR_SIGNATURE_INVALID', `expected a signature with a certificate that is trusted: ${judged.refusal.message}`, options)
  }
  if (judges.length === 0 && isOfFulcio(certified)) {
    return new CosignError('ERR_KEYLESS_UNSUPPORTED', 'expected a signature by a key or by a certificate of one’s own, found a keyless one, with a certificate of Fulcio: these are not verified yet', options)
  }
  return new CosignError('ERR_SIGNATURE_INVALID', 'expected a signature by a key that is trusted, found one that comes with a certificate and that no verifier vouches for', options)
}

/** A verifier of certificates that says why it does not vouch. */
interface CertificateJudge extends Verifier {
  readonly check: (message: Uint8Array, signature: EnvelopeSignature) => Promise<{ readonly state: string; readonly refusal?: { readonly message: string } }>
}

function judgesCertificates(verifier: Verifier): verifier is CertificateJudge {
  return 'check' in verifier && typeof verifier.check === 'function'
}

/** By what is written in the certificate, which nobody vouches for: it only chooses the words. */
function isOfFulcio({ certificate }: EnvelopeSignature): boolean {
  try {
    return certificate !== undefined && parseCertificate(certificate).fulcio.values.Issuer !== undefined
  } catch (error) {
    if (CilockError.is(error)) return false
    throw error
  }
}
