import { commandRunType } from '@cilock/attestor-command-run/type'
import { dockerType } from '@cilock/attestor-docker/type'
import { environmentType } from '@cilock/attestor-environment/type'
import { inclusionProofType, materialType, productType } from '@cilock/attestor-files/type'
import { gitType } from '@cilock/attestor-git/type'
import { githubActionType, githubType } from '@cilock/attestor-github/type'
import { ociType } from '@cilock/attestor-oci/type'
import { sbomType } from '@cilock/attestor-sbom/type'
import type { PredicateType } from '@cilock/core'

/**
 * The reader of every predicate that an attestor of this package makes, for `verify({ types: knownTypes })` and
 * `readCollection(statement, knownTypes)`. Entries of other types are kept as raw JSON. Add one's own with
 * `[...knownTypes, ownType]`; a bundle that wants to be small names those that it needs instead.
 */
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
