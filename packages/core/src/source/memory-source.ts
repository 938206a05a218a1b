import { collectionType, witnessCollectionType } from '../evidence/type-alias.ts'
import { encodeEnvelope } from '../dsse/encode.ts'
import type { Envelope } from '../dsse/envelope.ts'
import { matchableDigests } from '../digest/digest-set.ts'
import { sha256Hex } from '../digest/hash-bytes.ts'
import { CilockError } from '../error.ts'
import { isJsonObject } from '../json/schema/container.ts'
import { parseStatement } from '../statement/read-statement.ts'
import type { Source, SourceQuery, SourceResult } from './source.ts'

/** What a query looks at, read from the payload once. */
interface Indexed extends SourceResult {
  readonly predicateType: string
  readonly collection: string | undefined
  readonly digests: readonly string[]
}

/**
 * A source over envelopes in memory. Give references to have them in reports; without one an envelope is named by the
 * SHA-256 of its bytes, so that the order in which envelopes are given leaves no trace.
 *
 * @throws CilockError `ERR_DUPLICATE_REFERENCE` when two different envelopes share a reference; `ERR_MALFORMED`,
 * `ERR_STATEMENT_TYPE` or `ERR_LIMIT_EXCEEDED` when a payload is no statement that a policy could read.
 *
 * @example
 * ```ts
 * const source = memorySource([envelope])
 * ```
 */
export function memorySource(envelopes: readonly (Envelope | SourceResult)[]): Source {
  const byReference = new Map<string, { readonly indexed: Indexed; readonly bytes: string }>()
  for (const given of envelopes) {
    const envelope = 'envelope' in given ? given.envelope : given
    const bytes = sha256Hex(encodeEnvelope(envelope))
    const reference = 'reference' in given ? given.reference : `sha256:${bytes}`
    const known = byReference.get(reference)
    if (known !== undefined) {
      if (known.bytes === bytes) continue
      throw new CilockError('ERR_DUPLICATE_REFERENCE', `two different envelopes are named ${JSON.stringify(reference)}`)
    }
    byReference.set(reference, { indexed: index({ envelope, reference }), bytes })
  }
  const all = [...byReference.values()].map(({ indexed }) => indexed)
  return {
    search: async (query) => all.filter((each) => matches(each, query)).map(({ envelope, reference }) => ({ envelope, reference })),
  }
}

function index({ envelope, reference }: SourceResult): Indexed {
  try {
    const { predicateType, predicate, subject } = parseStatement(envelope.payload)
    const isCollection = predicateType === collectionType || predicateType === witnessCollectionType
    const name = isCollection && isJsonObject(predicate) ? predicate['name'] : undefined
    return {
      envelope,
      reference,
      predicateType,
      collection: typeof name === 'string' ? name : undefined,
      digests: subject.flatMap(({ digest }) => matchableDigests(digest)),
    }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    throw new CilockError(error.code, `the envelope ${JSON.stringify(reference)}: ${error.message}`, { cause: error })
  }
}

function matches(indexed: Indexed, { collection, predicateTypes, digests }: SourceQuery): boolean {
  if (collection !== undefined && indexed.collection !== collection) return false
  if (predicateTypes !== undefined && !predicateTypes.includes(indexed.predicateType)) return false
  return digests === undefined || indexed.digests.some((digest) => digests.includes(digest))
}
