import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { CilockError } from '../error.ts'
import { nullableArray } from '../json/schema/container.ts'
import { integer, string } from '../json/schema/scalar.ts'
import { struct } from '../json/schema/struct.ts'
import { fileTreeConstruction, fileTreeHashAlgorithm, singleFileRoot, treeOfFileDigests, type FileLeaf } from './file-tree.ts'
import { verifyInclusion } from './inclusion.ts'

/** The predicate type of a proof that a file is a leaf of a step's tree. */
export const fileProofType = 'https://aflock.ai/attestations/inclusion-proof/v0.1'

/** Inclusion-proof v0.1: a claim that a file stands in the tree of a material or product v0.3. */
export interface FileProof {
  /** 64 hexadecimal digits, or `''`: it is never what the proof is held against. */
  readonly treeRoot: string
  /** The leaf's place in the tree. */
  readonly leafIndex: number
  /** The file's path. */
  readonly leafPath: string
  /** SHA-256 of the file; 64 hexadecimal digits. `''` in the empty proof, which claims nothing. */
  readonly fileDigest: string
  /** Hashes from the leaf to the root, each 64 hexadecimal digits; `null` in a tree of one leaf as Go writes it. */
  readonly auditPath: readonly string[] | null
  /** `sha256`. */
  readonly hashAlgorithm: string
  /** `RFC6962`. */
  readonly construction: string
}

const schema = struct({
  treeRoot: string(),
  leafIndex: integer({ min: 0 }),
  leafPath: string(),
  fileDigest: string(),
  auditPath: nullableArray(string()),
  hashAlgorithm: string(),
  construction: string(),
})

/**
 * Reads a proof, without holding it against a tree: that is `verifyFileProof`.
 *
 * @throws CilockError `ERR_MALFORMED` when it has another shape, `ERR_EVIDENCE_INVALID` when it is of another kind of tree
 * or a hash in it is none.
 */
export function readFileProof(value: unknown): FileProof {
  const proof = schema.read(value)
  const { treeRoot, fileDigest, auditPath, hashAlgorithm, construction } = proof
  if (hashAlgorithm !== fileTreeHashAlgorithm || construction !== fileTreeConstruction) {
    refuse(`expected a proof of ${fileTreeConstruction} by ${fileTreeHashAlgorithm}, found ${JSON.stringify(construction.slice(0, 80))} by ${JSON.stringify(hashAlgorithm.slice(0, 80))}`)
  }
  if (isEmpty(proof)) return proof
  if (!isSha256(fileDigest)) refuse('expected a sha256 as fileDigest, found another value')
  if (treeRoot !== '' && !isSha256(treeRoot)) refuse('expected a sha256 as treeRoot, found another value')
  if (auditPath?.every(isSha256) === false) refuse('expected sha256 hashes in auditPath, found another value')
  return proof
}

/** What Go writes when it was given nothing to prove. */
function isEmpty({ treeRoot, leafIndex, leafPath, fileDigest, auditPath }: FileProof): boolean {
  return treeRoot === '' && leafIndex === 0 && leafPath === '' && fileDigest === '' && (auditPath ?? []).length === 0
}

/**
 * Holds a proof against a tree. `merkleRoot` and `treeSize` have to come from what a trusted party signed, never from the
 * proof. Returns nothing; what returns holds.
 *
 * @throws CilockError `ERR_EVIDENCE_INVALID`.
 */
export function verifyFileProof({ treeRoot, leafIndex, fileDigest, auditPath }: FileProof, tree: { readonly merkleRoot: string; readonly treeSize: number }): void {
  if (treeRoot !== '' && treeRoot !== tree.merkleRoot) refuse('expected a proof for this tree, found one that names another root')
  if (!isSha256(fileDigest)) refuse('expected a proof of a file, found one of nothing')
  verifyInclusion({
    index: leafIndex,
    size: tree.treeSize,
    root: decodeHex(tree.merkleRoot),
    // A file's hash as a leaf is the root of the tree that holds it alone.
    leafHash: decodeHex(singleFileRoot(fileDigest)),
    path: (auditPath ?? []).map(decodeHex),
  })
}

/**
 * Makes the proof that a content is in a tree, from the leaves of a material or product v0.3.
 *
 * @param sha256 - SHA-256 of the file, 64 hexadecimal digits in either case.
 * @throws CilockError `ERR_EVIDENCE_INVALID` when no leaf has this content.
 * @example
 * const proof = proveFile(predicate.leaves, sha256Hex(bytes))
 * verifyFileProof(proof, predicate)
 */
export function proveFile(leaves: readonly FileLeaf[], sha256: string): FileProof {
  const wanted = sha256.toLowerCase()
  const leafIndex = leaves.findIndex(({ fileDigest }) => fileDigest === wanted)
  const leaf = leaves[leafIndex]
  if (leaf === undefined) return refuse(`expected a leaf with the sha256 ${wanted.slice(0, 64)}, found none among ${leaves.length}`)
  const tree = treeOfFileDigests(leaves.map(({ fileDigest }) => fileDigest))
  return {
    treeRoot: encodeHex(tree.root),
    leafIndex,
    leafPath: leaf.path,
    fileDigest: wanted,
    auditPath: tree.inclusionPath(leafIndex).map(encodeHex),
    hashAlgorithm: fileTreeHashAlgorithm,
    construction: fileTreeConstruction,
  }
}

function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

function refuse(message: string): never {
  throw new CilockError('ERR_EVIDENCE_INVALID', `inclusion proof: ${message}`)
}
