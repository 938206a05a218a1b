import { CilockError } from '@cilock/core'
import { integer, nullableArray, optional, string, struct } from '@cilock/core/schema'
import { checkFileTree, fileTree } from '@cilock/core/merkle'
import type { Artifacts, DigestSet, Schema } from '@cilock/core'
import type { FileLeaf } from '@cilock/core/merkle'
import type { FilesErrorCode } from './error.ts'
import { leafKind } from './leaf-kind.ts'

/** A file of a v0.3 tree. */
export interface TreeLeaf extends FileLeaf {
  /** Products only: what the name says it is (`spdx`, `cyclonedx`, `sarif`, `vex`, `intoto` …). */
  readonly kind?: string
}

/** Material and product v0.3: a Merkle tree over the contents of files. */
export interface TreePredicate {
  /** 64 lower-case hexadecimal digits; of no files the SHA-256 of nothing. */
  readonly merkleRoot: string
  /** How many leaves the tree has. */
  readonly treeSize: number
  /** Always `sha256`. */
  readonly hashAlgorithm: string
  /** Always `RFC6962`. */
  readonly construction: string
  /**
   * One leaf for each content, with the smallest path that has it. A material without the key leaves open what the step
   * found, one with `[]` found nothing; a product that made nothing has no key.
   */
  readonly leaves?: readonly TreeLeaf[]
}

const schema = struct({
  merkleRoot: string(),
  treeSize: integer({ min: 0 }),
  hashAlgorithm: string(),
  construction: string(),
  leaves: nullableArray(struct({ path: string(), fileDigest: string(), leafHash: string(), kind: optional(string()) })),
})

/** How a tree stands in JSON. */
export const treeSchema: Schema<unknown> = schema

/** Which of the two attestors a tree is of. They differ in what is written for no files at all. */
export type TreeName = 'materials' | 'products'

/**
 * Builds the v0.3 predicate over files by their SHA-256.
 *
 * @throws CilockError `ERR_SHA256_REQUIRED` when a file has none, `ERR_EVIDENCE_INVALID` when two files with different
 * contents have one path once it is written with `/`, `ERR_LIMIT_EXCEEDED` past 2^20 contents.
 */
export function writeTree(name: TreeName, files: Iterable<readonly [path: string, digests: DigestSet]>): TreePredicate {
  let isRewritten = false
  const written = (path: string): string => {
    if (!path.includes('\\')) return path
    isRewritten = true
    return path.replaceAll('\\', '/')
  }
  const { leaves, ...tree } = fileTree(Array.from(files, ([path, digests]) => ({ path: written(path), sha256: sha256Of(digests) })))
  // Each file has a path of its own until paths are written in another way.
  if (isRewritten) refuseDoublePaths(leaves)
  if (name === 'materials') return { ...tree, leaves }
  return leaves.length === 0 ? tree : { ...tree, leaves: leaves.map(withKind) }
}

function withKind(leaf: FileLeaf): TreeLeaf {
  const kind = leafKind(leaf.path)
  return kind === undefined ? leaf : { ...leaf, kind }
}

function refuseDoublePaths(leaves: readonly FileLeaf[]): void {
  const paths = new Set<string>()
  for (const { path } of leaves) {
    if (paths.has(path)) throw new CilockError('ERR_EVIDENCE_INVALID', `expected each path once, found two files that are written as ${JSON.stringify(path)}`)
    paths.add(path)
  }
}

function sha256Of(digests: DigestSet): string {
  const { sha256 } = digests
  if (sha256 === undefined) throw sha256Required()
  return sha256
}

export function sha256Required(): CilockError<FilesErrorCode> {
  return new CilockError('ERR_SHA256_REQUIRED', 'expected sha256 among the hash algorithms, since material and product v0.3 are made of it; found others only')
}

/** Every tree says one thing: its root. */
export function treeSubject(name: TreeName, { merkleRoot }: TreePredicate): Artifacts {
  return { [`tree:${name}`]: { sha256: merkleRoot } }
}

const emptyTree = fileTree([])

/**
 * Reads a v0.3 predicate and checks that it does not contradict itself.
 *
 * @throws CilockError `ERR_MALFORMED` when it has another shape, `ERR_EVIDENCE_INVALID` when constants, size, leaves and
 * root do not belong together, `ERR_LIMIT_EXCEEDED` past 2^20 leaves.
 */
export function readTree(value: unknown): TreePredicate {
  const read = schema.read(value)
  const { leaves, ...tree } = read
  if (leaves !== null) {
    // Assigned again where it stands, so that keys that are not known stay behind it.
    const predicate = { ...read, leaves }
    checkFileTree(predicate)
    return predicate
  }
  checkEnds(tree)
  // An empty tree lends its root where there is nothing to build one from, so that the constants are checked all the same.
  checkFileTree({ ...emptyTree, hashAlgorithm: tree.hashAlgorithm, construction: tree.construction })
  return tree
}

/** Without leaves only the ends can be held against each other: a tree is empty by its size and by its root, or by neither. */
function checkEnds({ merkleRoot, treeSize }: { readonly merkleRoot: string; readonly treeSize: number }): void {
  if (!/^[0-9a-f]{64}$/.test(merkleRoot)) throw new CilockError('ERR_EVIDENCE_INVALID', 'Merkle tree: expected a sha256 as merkleRoot, found another value')
  if ((treeSize === 0) === (merkleRoot === emptyTree.merkleRoot)) return
  const expected = treeSize === 0 ? 'the root of the empty tree' : 'another root than that of the empty tree'
  throw new CilockError('ERR_EVIDENCE_INVALID', `Merkle tree: expected ${expected} with a treeSize of ${treeSize}`)
}
