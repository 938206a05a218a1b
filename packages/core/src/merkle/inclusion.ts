import { checkPosition, hashNode, refuseProof, sameHash } from './hash.ts'
import { isSubtree } from './tree.ts'

/** A claim that a leaf stands in a tree. `size` and `root` come from what is signed, never from the proof itself. */
export interface InclusionProof {
  /** The leaf's place in the tree. */
  readonly index: number
  /** How many leaves the tree has. */
  readonly size: number
  /** The tree's root. */
  readonly root: Uint8Array
  /** The hash of the leaf, as `hashLeaf()` gives it. */
  readonly leafHash: Uint8Array
  /** The hashes beside the way to the root, from below. */
  readonly path: readonly Uint8Array[]
}

/**
 * Checks an inclusion proof (RFC 9162 §2.1.3.2): the path has exactly the length that the position asks for, and leads
 * to the root. Returns nothing; what returns holds.
 *
 * @throws CilockError `ERR_EVIDENCE_INVALID`.
 */
export function verifyInclusion({ index, size, root, leafHash, path }: InclusionProof): void {
  verifySubtreeInclusion({ index, start: 0, end: size, root, leafHash, path })
}

/** A claim that a leaf stands in the subtree of the leaves from `start` to before `end`. */
export interface SubtreeInclusionProof {
  /** The leaf's place in the whole tree. */
  readonly index: number
  /** Index of the subtree's first leaf. */
  readonly start: number
  /** Index behind its last leaf. */
  readonly end: number
  /** The subtree's root. */
  readonly root: Uint8Array
  /** The hash of the leaf. */
  readonly leafHash: Uint8Array
  /** The hashes beside the way to the root, from below. */
  readonly path: readonly Uint8Array[]
}

/**
 * Checks an inclusion proof within a subtree, as Merkle tree certificates define it.
 *
 * @throws CilockError `ERR_EVIDENCE_INVALID`.
 */
export function verifySubtreeInclusion({ index, start, end, root, leafHash, path }: SubtreeInclusionProof): void {
  checkPosition('the index', index)
  checkPosition('the start', start)
  checkPosition('the end', end)
  if (!isSubtree(start, end)) refuseProof(`expected a tree with leaves, found a range from ${start} to ${end} that is none`)
  if (index < start || index >= end) refuseProof(`expected an index from ${start} to ${end - 1}, found ${index}`)
  for (const hash of [root, leafHash, ...path]) if (hash.length !== 32) refuseProof(`expected hashes of 32 bytes, found ${hash.length}`)
  let node = index - start
  let last = end - start - 1
  let hash = leafHash
  for (const sibling of path) {
    if (last === 0) refuseProof('expected a shorter path')
    if (node % 2 === 1 || node === last) {
      hash = hashNode(sibling, hash)
      // a last node without a sibling is passed up as it is
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)]
    } else hash = hashNode(hash, sibling)
    ;[node, last] = [half(node), half(last)]
  }
  if (last !== 0) refuseProof('expected a longer path')
  if (!sameHash(hash, root)) refuseProof('the leaf and the path lead to another root')
}

function half(value: number): number {
  return Math.floor(value / 2)
}
