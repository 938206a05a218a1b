import type { AttestationsEvaluation, VerifiedAttestations, VerifyAttestationsOptions } from '../options.ts'
import { evaluate } from './evaluate.ts'
import { judgeAttestation } from './judge-attestation.ts'
import { noneAccepted } from './none-accepted.ts'

/**
 * Verifies the attestations of an image, as `cosign verify-attestation` does: every statement that is about the image, of the
 * wanted type, and signed by somebody for whom a verifier vouches. What is said in them is the caller's to judge.
 *
 * @throws CosignError `ERR_COSIGN_NONE`, `ERR_COSIGN_UNVERIFIED`, `ERR_COSIGN_INCOMPLETE`, each with the report
 * @throws RegistryError where the image itself cannot be had
 * @example
 * const { attestations } = await verifyAttestations({ store, image: 'v1', verifiers, predicateType: 'https://slsa.dev/provenance/v1' })
 */
export async function verifyAttestations(options: VerifyAttestationsOptions): Promise<VerifiedAttestations> {
  const { manifest, attestations, report } = await evaluateAttestations(options)
  if (!report.accepted) throw noneAccepted(report, 'attestation')
  return { digest: manifest.digest, manifest, attestations, report }
}

/** The same without throwing where nothing is accepted: look at `report.accepted`. */
export async function evaluateAttestations(options: VerifyAttestationsOptions): Promise<AttestationsEvaluation> {
  const { verifiers, predicateType } = options
  const { manifest, accepted, report } = await evaluate(options, 'attestation', async (entry, { artifact }) => judgeAttestation(entry, { artifact, verifiers, predicateType }))
  return { manifest, attestations: accepted, report }
}
