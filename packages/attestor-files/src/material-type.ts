import { digestSet, map } from '@cilock/core/schema'
import type { Artifacts, DigestSet, Evidence, PredicateType } from '@cilock/core'
import { readTree, treeSchema, treeSubject } from './tree-predicate.ts'
import type { TreePredicate } from './tree-predicate.ts'

const v03 = 'https://aflock.ai/attestations/material/v0.3'
/** What witness writes and reads. */
export const witnessMaterialV01 = 'https://witness.dev/attestations/material/v0.1'
const v01: readonly string[] = ['https://aflock.ai/attestations/material/v0.1', witnessMaterialV01]

/** Material v0.1: digests by path. Read only. */
export type MaterialV01 = Readonly<Record<string, DigestSet>>

/** The files that a step found: v0.3, a Merkle tree over them. */
export type MaterialPredicate = TreePredicate | MaterialV01

const v01Schema = map(digestSet())

/**
 * Reads material v0.3, and v0.1 of CI/lock and witness. `materials` of the evidence is absent where a v0.3 tree has no
 * leaves to tell them by, and `{}` where the step authoritatively found nothing.
 *
 * @throws CilockError `ERR_MALFORMED`, `ERR_EVIDENCE_INVALID` when a tree is not what its leaves make it.
 * @throws TypeError for a type that is none of these.
 */
export const materialType: PredicateType<MaterialPredicate> = {
  name: 'material',
  predicateType: v03,
  aliases: v01,
  schemaOf: (type) => (type === v03 ? treeSchema : v01Schema),
  read(predicate, type) {
    if (type === v03) return materialEvidence(readTree(predicate))
    if (v01.includes(type)) return readV01(predicate)
    throw new TypeError(`material reads ${[v03, ...v01].join(', ')}, not ${type}`)
  },
}

/** Evidence of a v0.3 tree; `materials` where more is known of them than the leaves say. */
export function materialEvidence(predicate: TreePredicate, materials: Artifacts | undefined = leafDigests(predicate)): Evidence<TreePredicate> {
  const subject = treeSubject('materials', predicate)
  return { predicate, subjects: subject, backRefs: subject, ...(materials !== undefined && { materials }) }
}

function leafDigests({ leaves }: TreePredicate): Artifacts | undefined {
  return leaves && Object.fromEntries(leaves.map(({ path, fileDigest }) => [path, { sha256: fileDigest }]))
}

function readV01(value: unknown): Evidence<MaterialV01> {
  const predicate = v01Schema.read(value)
  const subjects = Object.fromEntries(Object.entries(predicate).map(([path, digests]) => [`file:${path}`, digests]))
  return { predicate, subjects, backRefs: {}, materials: predicate }
}
