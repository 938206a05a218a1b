import { commandRunType } from '@cilock/attestor-command-run/type'
import { dockerType } from '@cilock/attestor-docker/type'
import { environmentType } from '@cilock/attestor-environment/type'
import { inclusionProofType, materialType, productType } from '@cilock/attestor-files/type'
import { gitType } from '@cilock/attestor-git/type'
import { githubActionType, githubType } from '@cilock/attestor-github/type'
import { ociType } from '@cilock/attestor-oci/type'
import { sbomType } from '@cilock/attestor-sbom/type'
import type { PredicateType } from '@cilock/core'

/** The readers of every attestation that this tool can make; other types stay as they are in the evidence. */
export const knownTypes: readonly PredicateType[] = [
  commandRunType,
  dockerType,
  environmentType,
  gitType,
  githubActionType,
  githubType,
  inclusionProofType,
  materialType,
  ociType,
  productType,
  sbomType,
]
