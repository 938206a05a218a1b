import type { Attestor, Evidence, PredicateType } from '@cilock/core'
import { fileProofType, readFileProof } from '@cilock/core/merkle'
import type { FileProof } from '@cilock/core/merkle'

/**
 * Reads `https://aflock.ai/attestations/inclusion-proof/v0.1`: a claim that a file is a leaf of a step's tree. Subject and
 * back-reference is the file; the empty proof that Go writes for nothing has none. To hold a proof against a signed tree is
 * `verifyFileProof` of `@cilock/core/merkle`.
 *
 * @throws CilockError `ERR_MALFORMED`, `ERR_EVIDENCE_INVALID` when it is of another kind of tree or a hash in it is none.
 */
export const inclusionProofType: PredicateType<FileProof> = {
  name: 'inclusion-proof',
  predicateType: fileProofType,
  read: (predicate) => evidenceOf(readFileProof(predicate)),
}

function evidenceOf(predicate: FileProof): Evidence<FileProof> {
  const { leafPath, fileDigest } = predicate
  const file = fileDigest === '' ? {} : { [`file:${leafPath}`]: { sha256: fileDigest } }
  return { predicate, subjects: file, backRefs: file }
}

/** The proof to attest: `proveFile` of `@cilock/core/merkle` makes one. */
export interface InclusionProofOptions {
  /** The proof, as `proveFile()` of `@cilock/core/merkle` makes it. */
  readonly proof: FileProof
}

/**
 * Puts a proof that was made elsewhere into the collection.
 *
 * @throws CilockError at once: `ERR_MALFORMED`, `ERR_EVIDENCE_INVALID` for a proof that is none.
 *
 * @example
 * ```ts
 * import { proveFile } from '@cilock/core/merkle'
 * import { inclusionProof } from '@cilock/attestor-files'
 *
 * const prove = inclusionProof({ proof: proveFile(predicate.leaves, digest) })
 * ```
 */
export function inclusionProof({ proof }: InclusionProofOptions): Attestor<FileProof> {
  const evidence = inclusionProofType.read(proof, fileProofType)
  return { ...inclusionProofType, runType: 'postproduct', attest: () => Promise.resolve(evidence) }
}
