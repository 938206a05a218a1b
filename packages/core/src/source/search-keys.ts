import type { Envelope } from '../dsse/envelope.ts'
import { collectionType, witnessCollectionType } from '../evidence/type-alias.ts'
import { matchableDigests } from '../digest/digest-set.ts'
import { isJsonObject } from '../json/schema/container.ts'
import { parseStatement } from '../statement/read-statement.ts'
import type { Statement } from '../statement/statement.ts'
import type { SourceQuery } from './source.ts'

/** What a query looks at in a statement. */
export interface SearchKeys {
  /** Of the statement. */
  readonly predicateType: string
  /** The name of its collection; undefined for what is none. */
  readonly collection: string | undefined
  /** Of all its subjects, as `algorithm:value`: those by which something may be found. */
  readonly digests: readonly string[]
}

/** By what a statement is found; read it once and keep it, where a source is asked more than once. */
export function searchKeysOf({ predicateType, predicate, subject }: Pick<Statement, 'predicateType' | 'predicate' | 'subject'>): SearchKeys {
  const isCollection = predicateType === collectionType || predicateType === witnessCollectionType
  const name = isCollection && isJsonObject(predicate) ? predicate['name'] : undefined
  return {
    predicateType,
    collection: typeof name === 'string' ? name : undefined,
    digests: [...new Set(subject.flatMap(({ digest }) => matchableDigests(digest)))],
  }
}

const known = /* @__PURE__ */ new WeakMap<Envelope, SearchKeys>()

/**
 * The same of the statement in an envelope, which nobody needs to have verified. It is read once for each object, as
 * sources hand envelopes on to others that search in them too; what is written to its bytes later is not seen.
 *
 * @throws CilockError as {@link parseStatement}
 */
export function searchKeysIn(envelope: Envelope): SearchKeys {
  const keys = known.get(envelope) ?? searchKeysOf(parseStatement(envelope.payload))
  known.set(envelope, keys)
  return keys
}

/**
 * Whether statements fit a query: all its parts hold. For those who write a source of their own.
 *
 * @example
 * const fits = queryFilter(query)
 * const results = all.filter(({ envelope }) => fits(searchKeysIn(envelope)))
 */
export function queryFilter({ collection, predicateTypes, digests }: SourceQuery): (keys: SearchKeys) => boolean {
  const types = predicateTypes === undefined ? undefined : new Set(predicateTypes)
  const wanted = digests === undefined ? undefined : new Set(digests)
  return (keys) => {
    if (collection !== undefined && keys.collection !== collection) return false
    if (types !== undefined && !types.has(keys.predicateType)) return false
    return wanted === undefined || keys.digests.some((digest) => wanted.has(digest))
  }
}
