import { digestSet, map, string, struct } from '@cilock/core/schema'
import type { Evidence, PredicateType, Product } from '@cilock/core'
import { readTree, treeSchema, treeSubject } from './tree-predicate.ts'
import type { TreePredicate } from './tree-predicate.ts'

const v03 = 'https://aflock.ai/attestations/product/v0.3'
/** What witness writes and reads. */
export const witnessProductV01 = 'https://witness.dev/attestations/product/v0.1'
const older: readonly string[] = [
  'https://aflock.ai/attestations/product/v0.2',
  'https://aflock.ai/attestations/product/v0.1',
  witnessProductV01,
]

/** Product v0.1 and v0.2: MIME type and digests by path. Read only. */
export type ProductV01 = Readonly<Record<string, Product>>

/** The files that a step made: v0.3, a Merkle tree over them. */
export type ProductPredicate = TreePredicate | ProductV01

const olderSchema = map(struct({ mime_type: string(), digest: digestSet() }))

/**
 * Reads product v0.3, v0.2, and v0.1 of CI/lock and witness. v0.3 says no MIME types, so they are read as `''`;
 * `products` of the evidence is absent where a v0.3 tree that is not empty has no leaves to tell them by.
 *
 * @throws CilockError `ERR_MALFORMED`, `ERR_EVIDENCE_INVALID` when a tree is not what its leaves make it.
 * @throws TypeError for a type that is none of these.
 */
export const productType: PredicateType<ProductPredicate> = {
  name: 'product',
  predicateType: v03,
  aliases: older,
  schemaOf: (type) => (type === v03 ? treeSchema : olderSchema),
  read(predicate, type) {
    if (type === v03) return productEvidence(readTree(predicate))
    if (older.includes(type)) return readOlder(predicate)
    throw new TypeError(`product reads ${[v03, ...older].join(', ')}, not ${type}`)
  },
}

/** Evidence of a v0.3 tree; `products` where more is known of them than the leaves say. */
export function productEvidence(predicate: TreePredicate, products: ProductV01 | undefined = leafProducts(predicate)): Evidence<TreePredicate> {
  const subject = treeSubject('products', predicate)
  return { predicate, subjects: subject, backRefs: subject, ...(products !== undefined && { products }) }
}

function leafProducts({ leaves, treeSize }: TreePredicate): ProductV01 | undefined {
  if (leaves === undefined) return treeSize === 0 ? {} : undefined
  return Object.fromEntries(leaves.map(({ path, fileDigest }) => [path, { mime_type: '', digest: { sha256: fileDigest } }]))
}

function readOlder(value: unknown): Evidence<ProductV01> {
  const predicate = olderSchema.read(value)
  const subjects = Object.fromEntries(Object.entries(predicate).map(([path, { digest }]) => [`file:${path}`, digest]))
  return { predicate, subjects, backRefs: {}, products: predicate }
}
