import { sha256Hex } from '@cilock/core'
import { fileTree } from '@cilock/core/merkle'
import type { FileLeaf, FileTree } from '@cilock/core/merkle'

/** The predicate of material or product v0.3. */
export type MadeTree = Omit<FileTree, 'leaves'> & { readonly leaves?: readonly FileLeaf[] }

/**
 * The predicate of material or product v0.3 over files by path, from their contents: a Merkle tree as the attestors write
 * it. Of no files a material has `leaves: []` and a product no leaves at all.
 *
 * @example
 * ```ts
 * const made = evidenceOf(productType, treeOf('products', { 'app.js': 'console.log(42)' }))
 * ```
 */
export function treeOf(holds: 'materials' | 'products', files: Readonly<Record<string, string | Uint8Array>>): MadeTree {
  const { leaves, ...tree } = fileTree(Object.entries(files).map(([path, content]) => ({ path, sha256: sha256Hex(content) })))
  return holds === 'products' && leaves.length === 0 ? tree : { ...tree, leaves }
}
