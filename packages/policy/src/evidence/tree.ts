import { singleFileRoot } from '@cilock/core/merkle'
import type { ReadAttestation } from '@cilock/core'

const productTree = 'https://aflock.ai/attestations/product/v0.3'
const materialTree = 'https://aflock.ai/attestations/material/v0.3'
const materialPrefixes = ['https://aflock.ai/attestations/material/', 'https://witness.dev/attestations/material/']

/** The files of an attestation that a statement names by the root of their tree alone. */
export interface Tree {
  /** Whether the step made the files, or only found them. */
  readonly holds: 'products' | 'materials'
  /** `sha256:<hex>` */
  readonly root: string
  readonly size: number
  /** Paths by `sha256:<hex>` of the content; undefined when the leaves were left out. */
  readonly leaves: ReadonlyMap<string, string> | undefined
}

/** The root of the tree that holds one file alone, from the file's `sha256:<hex>`. */
export function oneLeafRoot(digest: string): string {
  return `sha256:${singleFileRoot(digest.slice('sha256:'.length))}`
}

/** Whether a type, or a subject named after one, says what a step found before it began. */
export function isMaterial(name: string): boolean {
  return materialPrefixes.some((prefix) => name.startsWith(prefix))
}

/**
 * Whether a subject is named after a tree of files. A file can be made whose digest is the root of a tree (its two
 * halves' hashes behind a byte), so a file's own digest never matches such a subject.
 */
export function isTreeSubject(name: string): boolean {
  return /(?:^|\/)tree:/.test(name)
}

/** Whether attestations of a type hold files in a tree. */
export function isTreeType(type: string): boolean {
  return type === productTree || type === materialTree
}

/** The tree of a product or material v0.3 attestation, whose reader has held the leaves against the root. */
export function treeOf({ type, evidence }: ReadAttestation): Tree | undefined {
  if (evidence === undefined || !isTreeType(type)) return undefined
  const { merkleRoot, treeSize } = evidence.predicate as { readonly merkleRoot?: unknown; readonly treeSize?: unknown }
  if (typeof merkleRoot !== 'string' || typeof treeSize !== 'number') return undefined
  const tree = { root: `sha256:${merkleRoot}`, size: treeSize }
  if (type === productTree) {
    const files = Object.entries(evidence.products ?? {}).map(([path, { digest }]) => [path, digest] as const)
    return { ...tree, holds: 'products', leaves: evidence.products === undefined ? undefined : leavesOf(files) }
  }
  return { ...tree, holds: 'materials', leaves: evidence.materials === undefined ? undefined : leavesOf(Object.entries(evidence.materials)) }
}

function leavesOf(files: readonly (readonly [string, Readonly<Record<string, string>>])[]): ReadonlyMap<string, string> {
  return new Map(files.flatMap(([path, { sha256 }]) => (sha256 === undefined ? [] : [[`sha256:${sha256}`, path] as const])))
}
