import { createHash, hashHex, hashOnce } from '#crypto'
import { decodeHex, decodeHexInto, encodeHex } from '../bytes/hex.ts'
import { CilockError } from '../error.ts'
import { compareUtf8 } from '../json/order.ts'
import { hashLeafInto, hashLength, rootAbove } from './hash.ts'
import { merkleTree, type MerkleTree } from './tree.ts'

/** A file of a v0.3 tree; key for key as in the leaves of material and product v0.3. */
export interface FileLeaf {
  /** The file's path, with `/`. */
  readonly path: string
  /** SHA-256 of the content, 64 lower-case hexadecimal digits. */
  readonly fileDigest: string
  /** SHA-256 of the 32 bytes of `fileDigest`: the data of the tree's leaf. */
  readonly leafHash: string
}

/** The tree of material and product v0.3. */
export interface FileTree {
  /** Hexadecimal. */
  readonly merkleRoot: string
  /** How many leaves there are. */
  readonly treeSize: number
  /** `sha256`. */
  readonly hashAlgorithm: typeof fileTreeHashAlgorithm
  /** `RFC6962`. */
  readonly construction: typeof fileTreeConstruction
  /** One for each content: of several files with the same bytes the one with the smallest path stands for all. */
  readonly leaves: readonly FileLeaf[]
}

export const fileTreeHashAlgorithm = 'sha256'
export const fileTreeConstruction = 'RFC6962'

/** How many leaves CI/lock reads. */
export const maxTreeLeaves: number = 2 ** 20

/** A file to be put into a tree. */
export interface TreeFile {
  /** Written with `/` on every system. */
  readonly path: string
  /** SHA-256 of the content, hexadecimal in either case. */
  readonly sha256: string
}

/**
 * Builds the tree of material and product v0.3: sorted by digest and path, one leaf for each content, RFC 6962 over the
 * SHA-256 of each raw digest. The root binds contents, not paths.
 *
 * @throws CilockError `ERR_DIGEST_INVALID` when a digest is no SHA-256, `ERR_LIMIT_EXCEEDED` past 2^20 leaves.
 */
export function fileTree(files: Iterable<TreeFile>): FileTree {
  const sorted = Array.from(files, ({ path, sha256 }) => ({ path, fileDigest: sha256.toLowerCase(), leafHash: '' })).sort(byDigestAndPath)
  const unique = sorted.filter(({ fileDigest }, index) => fileDigest !== sorted[index - 1]?.fileDigest)
  if (unique.length > maxTreeLeaves) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${maxTreeLeaves} different files in a tree, found ${unique.length}`)
  for (const leaf of unique) leaf.leafHash = leafHashOf(leaf.fileDigest) ?? refuseDigest(leaf.path)
  return {
    merkleRoot: rootOf(unique),
    treeSize: unique.length,
    hashAlgorithm: fileTreeHashAlgorithm,
    construction: fileTreeConstruction,
    leaves: unique,
  }
}

/** Digests are ASCII, which compares as it stands. */
function byDigestAndPath(a: FileLeaf, b: FileLeaf): number {
  if (a.fileDigest < b.fileDigest) return -1
  return a.fileDigest === b.fileDigest ? compareUtf8(a.path, b.path) : 1
}

/** The root over leaves in the order given, hexadecimal. */
function rootOf(leaves: readonly Pick<FileLeaf, 'leafHash'>[]): string {
  const level = new Uint8Array(leaves.length * hashLength)
  for (let index = 0; index < leaves.length; index++) {
    decodeHexInto(leaves[index]?.leafHash ?? '', digestBytes)
    hashLeafInto(digestBytes, level, index)
  }
  return encodeHex(rootAbove(level))
}

/** The tree over files by their SHA-256 (hexadecimal), in the order given; for inclusion paths. */
export function treeOfFileDigests(digests: readonly string[]): MerkleTree {
  return merkleTree(digests.map((digest) => leafData(digest)))
}

/** The root of the tree that has this file alone, hexadecimal: what `verify FILE` looks for beside the file's digest. */
export function singleFileRoot(sha256: string): string {
  return rootOf([{ leafHash: leafHashOf(sha256.toLowerCase()) ?? refuseDigest('') }])
}

/** What a v0.3 predicate says of its tree, as read. */
export interface ClaimedFileTree {
  /** Hexadecimal root. */
  readonly merkleRoot: string
  /** How many leaves there are. */
  readonly treeSize: number
  /** `sha256`. */
  readonly hashAlgorithm: string
  /** `RFC6962`. */
  readonly construction: string
  /** The files. */
  readonly leaves: readonly FileLeaf[]
}

/**
 * Checks that a tree is what its leaves make it. Stricter than Go, which looks at the root alone and at nothing when
 * there are no leaves: the constants, the size, each `leafHash` and the uniqueness of paths and digests count. Leaves may
 * stand in any order; they are sorted before the root is built. A predicate without `leaves` says nothing that could be
 * checked here, which is for the caller to judge.
 *
 * @throws CilockError `ERR_EVIDENCE_INVALID` saying which part contradicts the leaves; `ERR_LIMIT_EXCEEDED` past 2^20.
 */
export function checkFileTree(claimed: ClaimedFileTree): void {
  const { leaves } = claimed
  if (leaves.length > maxTreeLeaves) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${maxTreeLeaves} leaves in a tree, found ${leaves.length}`)
  if (claimed.hashAlgorithm !== fileTreeHashAlgorithm) refuse(`the hash algorithm ${fileTreeHashAlgorithm}`, 'another')
  if (claimed.construction !== fileTreeConstruction) refuse(`the construction ${fileTreeConstruction}`, 'another')
  if (claimed.treeSize !== leaves.length) refuse(`a treeSize of ${leaves.length}, the number of leaves`, String(claimed.treeSize))
  const paths = new Set<string>()
  const digests = new Set<string>()
  for (const [index, leaf] of leaves.entries()) {
    const leafHash = leafHashOf(leaf.fileDigest)
    if (leafHash === undefined || leaf.fileDigest !== leaf.fileDigest.toLowerCase()) refuse(`a sha256 as fileDigest of leaf ${index}`, 'another value')
    if (leaf.leafHash !== leafHash) refuse(`the sha256 of the raw file digest as leafHash of leaf ${index}`, leafHashKind(leaf))
    if (paths.has(leaf.path)) refuse('each path once', `one twice, at leaf ${index}`)
    paths.add(leaf.path)
    if (digests.has(leaf.fileDigest)) refuse('each content once', `one twice, at leaf ${index}`)
    digests.add(leaf.fileDigest)
  }
  const root = rootOf(leaves.toSorted(byDigestAndPath))
  if (claimed.merkleRoot !== root) refuse(`the merkleRoot ${root} of the leaves`, 'another')
}

/** Evidence of older producers binds the path too, under the same type URI. */
function leafHashKind({ path, fileDigest, leafHash }: FileLeaf): string {
  const bound = createHash('sha256').update(new TextEncoder().encode(`${path}\0`)).update(decodeHex(fileDigest)).digest()
  return leafHash === encodeHex(bound) ? 'the older form that binds the path, which no current reader accepts' : 'another value'
}

/** Room for the bytes of one digest, which are hashed before the next are decoded. */
const digestBytes = new Uint8Array(hashLength)

/** Undefined for what is no SHA-256 in hexadecimal. */
function leafHashOf(fileDigest: string): string | undefined {
  const isSha256 = fileDigest.length === 2 * hashLength && decodeHexInto(fileDigest, digestBytes) === -1
  return isSha256 ? hashHex('sha256', digestBytes) : undefined
}

function leafData(fileDigest: string): Uint8Array {
  return hashOnce('sha256', decodeHex(fileDigest))
}

function refuseDigest(path: string): never {
  throw new CilockError('ERR_DIGEST_INVALID', `expected a sha256 for ${JSON.stringify(path)}, found another value`)
}

function refuse(expected: string, found: string): never {
  throw new CilockError('ERR_EVIDENCE_INVALID', `Merkle tree: expected ${expected}, found ${found}`)
}
