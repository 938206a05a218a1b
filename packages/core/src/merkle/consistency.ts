import { checkPosition, emptyRoot, hashNode, refuseProof, sameHash } from './hash.ts'
import { isSubtree } from './tree.ts'

/** A claim that a tree is the beginning of a larger one: nothing was removed or changed. */
export interface ConsistencyProof {
  /** Leaves of the earlier tree. */
  readonly firstSize: number
  /** Leaves of the later tree. */
  readonly secondSize: number
  /** Root of the earlier tree. */
  readonly firstRoot: Uint8Array
  /** Root of the later tree. */
  readonly secondRoot: Uint8Array
  /** The hashes in between, in RFC 6962's order. */
  readonly path: readonly Uint8Array[]
}

/**
 * Checks a consistency proof (RFC 9162 §2.1.4.2). The empty tree begins every tree and proves nothing, so it is refused.
 *
 * @throws CilockError `ERR_EVIDENCE_INVALID`.
 */
export function verifyConsistency({ firstSize, secondSize, firstRoot, secondRoot, path }: ConsistencyProof): void {
  if (firstSize === 0) refuseProof('expected a tree with leaves, found the empty tree')
  verifySubtreeConsistency({ start: 0, end: firstSize, size: secondSize, subtreeRoot: firstRoot, root: secondRoot, path })
}

/** A claim that the leaves from `start` to before `end` of a tree of `size` leaves have a root of their own. */
export interface SubtreeConsistencyProof {
  /** Index of the subtree's first leaf. */
  readonly start: number
  /** Index behind its last leaf. */
  readonly end: number
  /** Leaves of the whole tree. */
  readonly size: number
  /** Root of the subtree. */
  readonly subtreeRoot: Uint8Array
  /** Root of the whole tree. */
  readonly root: Uint8Array
  /** The hashes in between. */
  readonly path: readonly Uint8Array[]
}

/**
 * Checks that a subtree is part of a tree, as Merkle tree certificates define it. An empty range is the empty tree,
 * which is part of every tree.
 *
 * @throws CilockError `ERR_EVIDENCE_INVALID`.
 */
export function verifySubtreeConsistency({ start, end, size, subtreeRoot, root, path }: SubtreeConsistencyProof): void {
  checkPosition('the start', start)
  checkPosition('the end', end)
  checkPosition('the size', size)
  if (start > end || end > size) refuseProof(`expected a range within a tree of ${size}, found ${start} to ${end}`)
  if (start === end) {
    if (path.length > 0 || !sameHash(subtreeRoot, emptyRoot())) refuseProof('expected the empty tree and an empty path for an empty range')
    return
  }
  if (!isSubtree(start, end)) refuseProof(`expected the start to be a multiple of the subtree's rounded size, found ${start} to ${end}`)
  if (start === 0 && end === size) {
    // the same tree: whatever its root is, there is nothing to compute
    if (path.length > 0) refuseProof('expected a shorter path')
    if (!sameHash(subtreeRoot, root)) refuseProof('expected one root for one tree, found two')
    return
  }
  for (const hash of [subtreeRoot, root, ...path]) if (hash.length !== 32) refuseProof(`expected hashes of 32 bytes, found ${hash.length}`)
  const roots = climb({ first: start, last: end - 1, top: size - 1 }, subtreeRoot, path)
  if (!sameHash(roots.subtree, subtreeRoot)) refuseProof('the path leads to another root of the subtree')
  if (!sameHash(roots.tree, root)) refuseProof('the path leads to another root')
}

/** The first and last node of the subtree and the last one of the tree, all on one level. */
interface Edges {
  readonly first: number
  readonly last: number
  readonly top: number
}

function climb(from: Edges, subtreeRoot: Uint8Array, path: readonly Uint8Array[]): { readonly subtree: Uint8Array; readonly tree: Uint8Array } {
  let edges = from
  // up to the largest complete node at the right edge of the subtree
  while (edges.first !== edges.last && (edges.last === edges.top || edges.last % 2 === 1)) edges = up(edges)
  const [head, ...tail] = path
  const isWhole = edges.first === edges.last
  const seed = isWhole ? subtreeRoot : (head ?? refuseProof('expected a longer path'))
  let subtree = seed
  let tree = seed
  for (const hash of isWhole ? path : tail) {
    if (edges.top === 0) refuseProof('expected a shorter path')
    if (edges.last % 2 === 1 || edges.last === edges.top) {
      if (edges.first < edges.last) subtree = hashNode(hash, subtree)
      tree = hashNode(hash, tree)
      while (edges.last % 2 === 0 && edges.last !== 0) edges = up(edges)
    } else tree = hashNode(tree, hash)
    edges = up(edges)
  }
  if (edges.top !== 0) refuseProof('expected a longer path')
  return { subtree, tree }
}

function up({ first, last, top }: Edges): Edges {
  return { first: Math.floor(first / 2), last: Math.floor(last / 2), top: Math.floor(top / 2) }
}
