import { emptyRoot, hashLeaf, hashLeafInto, hashLength, hashNode, rootAbove } from './hash.ts'

/** A tree of RFC 6962 with SHA-256, all its nodes in memory. */
export interface MerkleTree {
  /** How many leaves it has. */
  readonly size: number
  /** Its root. */
  readonly root: Uint8Array
  /** The siblings from the leaf up, which prove that the leaf at `index` is part of the tree. */
  readonly inclusionPath: (index: number) => readonly Uint8Array[]
  /** What proves that the tree of the first `size` leaves is the beginning of this one. */
  readonly consistencyPath: (size: number) => readonly Uint8Array[]
  /** The root of the leaves from `start` to before `end`, as a tree of their own. */
  readonly subtreeRoot: (start: number, end: number) => Uint8Array
  /** What proves that {@link subtreeRoot} is part of this tree; `start` is a multiple of the subtree's rounded size. */
  readonly subtreePath: (start: number, end: number) => readonly Uint8Array[]
}

/**
 * Builds the tree over the data of its leaves, in the order given.
 *
 * @example
 * ```ts
 * const tree = merkleTree([sha256(a), sha256(b)])
 * verifyInclusion({ index: 1, size: tree.size, root: tree.root, leafHash: hashLeaf(sha256(b)), path: tree.inclusionPath(1) })
 * ```
 */
export function merkleTree(leaves: readonly Uint8Array[]): MerkleTree {
  const levels = buildLevels(leaves.map((leaf) => hashLeaf(leaf)))
  const size = leaves.length
  const rootOf = (start: number, end: number): Uint8Array => rangeRoot(levels, start, end)
  return {
    size,
    root: rootOf(0, size),
    inclusionPath(index) {
      checkRange(index, index + 1, size)
      return inclusionPath(rootOf, index, 0, size)
    },
    consistencyPath(first) {
      checkRange(0, first, size)
      return subtreePath(rootOf, { start: 0, end: first }, { start: 0, end: size }, true)
    },
    subtreeRoot(start, end) {
      checkRange(start, end, size)
      return rootOf(start, end)
    },
    subtreePath(start, end) {
      checkRange(start, end, size)
      if (!isSubtree(start, end)) throw new TypeError(`subtreePath: ${start} is no multiple of the rounded size of a subtree that ends at ${end}`)
      return subtreePath(rootOf, { start, end }, { start: 0, end: size }, true)
    },
  }
}

/** The root of the tree over the data of its leaves; of no leaves it is the SHA-256 of nothing. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const level = new Uint8Array(leaves.length * hashLength)
  for (const [index, leaf] of leaves.entries()) hashLeafInto(leaf, level, index)
  return rootAbove(level)
}

/** Whether a range can be a subtree: it begins at a multiple of the power of two that is at least its size. */
export function isSubtree(start: number, end: number): boolean {
  if (start >= end) return false
  let rounded = 1
  while (rounded < end - start) rounded *= 2
  return start % rounded === 0
}

/** Level 0 are the hashes of the leaves; in each level stand only the nodes whose leaves are complete. */
function buildLevels(hashes: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const levels: (readonly Uint8Array[])[] = [hashes]
  for (let level = hashes; level.length > 1; ) {
    const next: Uint8Array[] = []
    for (let index = 0; index + 1 < level.length; index += 2) {
      const left = level[index]
      const right = level[index + 1]
      if (left !== undefined && right !== undefined) next.push(hashNode(left, right))
    }
    levels.push(next)
    level = next
  }
  return levels
}

/** Of a range whose start is aligned to its size, as all ranges of the recursions below are. */
function rangeRoot(levels: readonly (readonly Uint8Array[])[], start: number, end: number): Uint8Array {
  const size = end - start
  if (size === 0) return emptyRoot()
  const height = Math.log2(size)
  const whole = Number.isInteger(height) ? levels[height]?.[start / size] : undefined
  if (whole !== undefined) return whole
  const split = start + largestPowerBelow(size)
  return hashNode(rangeRoot(levels, start, split), rangeRoot(levels, split, end))
}

/** The largest power of two below `size`. */
function largestPowerBelow(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}

type RootOf = (start: number, end: number) => Uint8Array

function inclusionPath(rootOf: RootOf, index: number, start: number, end: number): readonly Uint8Array[] {
  if (end - start === 1) return []
  const split = start + largestPowerBelow(end - start)
  return index < split ? [...inclusionPath(rootOf, index, start, split), rootOf(split, end)] : [...inclusionPath(rootOf, index, split, end), rootOf(start, split)]
}

interface Range {
  readonly start: number
  readonly end: number
}

/** `isKnown` says that the verifier has the root of `part`; where a part is cut it has to be told those of its pieces. */
function subtreePath(rootOf: RootOf, part: Range, whole: Range, isKnown: boolean): readonly Uint8Array[] {
  const { start, end } = whole
  if (part.start === start && part.end === end) return isKnown ? [] : [rootOf(start, end)]
  const split = start + largestPowerBelow(end - start)
  if (part.end <= split) return [...subtreePath(rootOf, part, { start, end: split }, isKnown), rootOf(split, end)]
  if (part.start >= split) return [...subtreePath(rootOf, part, { start: split, end }, isKnown), rootOf(start, split)]
  return [...subtreePath(rootOf, { start: split, end: part.end }, { start: split, end }, false), rootOf(start, split)]
}

function checkRange(start: number, end: number, size: number): void {
  const isRange = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start < end && end <= size
  if (!isRange) throw new TypeError(`expected leaves within a tree of ${size}, not ${start} to ${end}`)
}
