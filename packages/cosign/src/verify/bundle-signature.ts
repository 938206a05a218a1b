import { encodePem, encodeUtf8 } from '@cilock/core'
import type { EnvelopeSignature, Verifier } from '@cilock/core'
import { CilockError } from '@cilock/core'
import { parseTimestampResponse } from '@cilock/x509'
import type { SigstoreBundle } from '../bundle/bundle.ts'
import { CosignError } from '../error.ts'

/** A signature of a bundle with all that stands in the bundle beside it, as verifiers take it. */
export function bundleSignature({ material, timestamps }: SigstoreBundle, sig: Uint8Array): EnvelopeSignature {
  if (sig.length === 0) throw new CosignError('ERR_SIGNATURE_MISSING', 'the bundle has an empty signature')
  const [leaf, ...issuers] = material.kind === 'certificate' ? material.certificates.map((der) => encodeUtf8(encodePem('CERTIFICATE', der))) : []
  return {
    keyid: '',
    sig,
    ...(leaf !== undefined && { certificate: leaf }),
    ...(issuers.length > 0 && { intermediates: issuers }),
    ...(timestamps.length > 0 && { timestamps: timestamps.map((response) => ({ type: 'tsp', data: tokenOf(response) })) }),
  }
}

/** In a bundle with a certificate no bare key decides, though it be the certificate's, and the other way round. */
export function verifiersFor({ material }: SigstoreBundle, verifiers: readonly Verifier[]): readonly Verifier[] {
  return material.kind === 'certificate' ? verifiers.filter(({ keyid }) => keyid === undefined) : verifiers
}

/** A response that cannot be read vouches for no time: it stays what it is, and is refused by whoever wants a time. */
function tokenOf(response: Uint8Array): Uint8Array {
  try {
    return parseTimestampResponse(response).der
  } catch (error) {
    if (CilockError.is(error)) return response
    throw error
  }
}
