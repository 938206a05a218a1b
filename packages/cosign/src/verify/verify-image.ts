import type { ImageEvaluation, VerifiedImage, VerifyImageOptions } from '../options.ts'
import { evaluate } from './evaluate.ts'
import { judgeSignature } from './judge-signature.ts'
import { noneAccepted } from './none-accepted.ts'

/**
 * Verifies that an image is signed, as `cosign verify` does: what returns is signed by somebody for whom a verifier vouches.
 * Bundles and the `.sig` tag are all looked at; one that is not accepted hides none that is.
 *
 * Nothing here knows a transparency log or Fulcio: signatures count by key or by certificates of one's own, and keyless ones
 * are refused by name.
 *
 * @throws CosignError `ERR_COSIGN_NONE`, `ERR_COSIGN_UNVERIFIED`, `ERR_COSIGN_INCOMPLETE`, each with the report
 * @throws RegistryError where the image itself cannot be had
 * @example
 * const { digest } = await verifyImage({ store, image: 'v1', verifiers: [await cosignVerifier(publicKeyPem)] })
 */
export async function verifyImage(options: VerifyImageOptions): Promise<VerifiedImage> {
  const { manifest, signatures, report } = await evaluateImage(options)
  if (!report.accepted) throw noneAccepted(report, 'signature')
  return { digest: manifest.digest, manifest, signatures, report }
}

/** The same without throwing where nothing is accepted: look at `report.accepted`. */
export async function evaluateImage(options: VerifyImageOptions): Promise<ImageEvaluation> {
  const { verifiers, annotations = {}, allowAnyPredicateType = false } = options
  const { manifest, accepted, report } = await evaluate(options, 'signature', async (entry, subject) =>
    judgeSignature(entry, { ...subject, verifiers, annotations, allowAnyPredicateType }),
  )
  return { manifest, signatures: accepted, report }
}
