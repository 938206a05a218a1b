import { CilockError } from '../error.ts'
import type { Evidence, PredicateType } from '../evidence/evidence.ts'
import { collectionType, resolveType, witnessCollectionType } from '../evidence/type-alias.ts'
import type { Statement } from '../statement/statement.ts'
import { collectionSchema } from './schema.ts'
import type { Attestation, Collection } from './collection.ts'

/** An entry of a collection and what its type's reader makes of it. */
export interface ReadAttestation extends Attestation {
  /** Absent when no reader for this type was given: the raw entry is still there, and a policy can read it. */
  readonly evidence?: Evidence
}

export interface ReadCollection extends Collection {
  /** The entries, in the order of the collection. */
  readonly attestations: readonly ReadAttestation[]
}

/**
 * The collection that a statement holds, in CI/lock's or witness's form.
 *
 * @throws CilockError `ERR_PREDICATE_TYPE` when the statement holds something else, `ERR_MALFORMED` when the predicate
 * has not the shape of a collection.
 */
export function collectionOf(statement: Statement): Collection {
  const { predicateType, predicate } = statement
  if (predicateType !== collectionType && predicateType !== witnessCollectionType) {
    throw new CilockError('ERR_PREDICATE_TYPE', `expected a collection (${collectionType}), found ${JSON.stringify(predicateType)}`)
  }
  return collectionSchema.read(predicate, '/predicate')
}

/**
 * The same with every entry read by its type: entries of unknown types are kept as they are.
 *
 * @throws CilockError also what a type's reader throws: `ERR_MALFORMED`, `ERR_EVIDENCE_INVALID`
 */
export function readCollection(statement: Statement, types: readonly PredicateType[]): ReadCollection {
  const collection = collectionOf(statement)
  return { ...collection, attestations: collection.attestations.map((entry) => readAttestation(entry, types)) }
}

/** One entry read by its type, matched through the aliases of either form. */
export function readAttestation(entry: Attestation, types: readonly PredicateType[]): ReadAttestation {
  const type = findType(types, entry.type)
  return type === undefined ? entry : { ...entry, evidence: type.read(entry.attestation, entry.type) }
}

/** The reader for a URI; the first given wins. */
export function findType(types: readonly PredicateType[], uri: string): PredicateType | undefined {
  const resolved = resolveType(uri)
  return types.find(
    ({ predicateType, aliases }) =>
      resolveType(predicateType) === resolved || (aliases ?? []).some((alias) => alias === uri || resolveType(alias) === resolved),
  )
}
