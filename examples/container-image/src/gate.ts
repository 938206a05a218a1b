import { commandRunType } from '@cilock/attestor-command-run/type'
import { dockerType } from '@cilock/attestor-docker/type'
import { environmentType } from '@cilock/attestor-environment/type'
import { materialType, productType } from '@cilock/attestor-files/type'
import { gitType } from '@cilock/attestor-git/type'
import { githubActionType, githubType } from '@cilock/attestor-github/type'
import { ociType } from '@cilock/attestor-oci/type'
import { sbomType } from '@cilock/attestor-sbom/type'
import { CilockError, memorySource } from '@cilock/core'
import type { Envelope, Verifier } from '@cilock/core'
import { verify } from '@cilock/policy'

/** The readers of what the steps attest. */
export const types = [commandRunType, dockerType, environmentType, gitType, githubActionType, githubType, materialType, ociType, productType, sbomType]

/** What is brought to the gate. */
export interface Request {
  /** The config digest of the image: `sha256:<hex>`, which docker shows as its id. */
  readonly imageId: string
  readonly policy: Envelope
  readonly evidence: readonly Envelope[]
}

/** Lets exactly the image through that the evidence speaks about, or says why not: one line. */
export async function gate({ imageId, policy, evidence }: Request, policyVerifier: Verifier, now: Date): Promise<string> {
  try {
    const report = await verify({ policy, policyVerifiers: [policyVerifier], subjects: [imageId], source: memorySource(evidence), types, now })
    const [binding] = report.subjects.flatMap(({ boundBy }) => boundBy)
    return `passed: ${imageId} is ${binding?.name ?? ''} of step ${binding?.step ?? ''}`
  } catch (error) {
    if (CilockError.is(error)) return `refused: ${error.code} ${error.message}`
    throw error
  }
}
