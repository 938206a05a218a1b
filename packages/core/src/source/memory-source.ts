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
  /** Place among the envelopes, in which results come. */
  readonly order: number
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
 * @throws TypeError for what is no list of envelopes.
 *
 * @example
 * ```ts
 * const source = memorySource([envelope])
 * ```
 */
export function memorySource(envelopes: readonly (Envelope | SourceResult)[]): Source {
  const byReference = new Map<string, { readonly indexed: Indexed; readonly bytes: string }>()
  checkGiven(envelopes)
  for (const given of envelopes) {
    const envelope = 'envelope' in given ? given.envelope : given
    const bytes = sha256Hex(encodeEnvelope(envelope))
    const reference = 'reference' in given ? given.reference : `sha256:${bytes}`
    const known = byReference.get(reference)
    if (known === undefined) byReference.set(reference, { indexed: index({ envelope, reference }, byReference.size), bytes })
    else if (known.bytes !== bytes) {
      throw new CilockError('ERR_DUPLICATE_REFERENCE', `two different envelopes are named ${JSON.stringify(reference)}`)
    }
  }
  const all = [...byReference.values()].map(({ indexed }) => indexed)
  const byCollection = grouped(all, ({ collection }) => (collection === undefined ? [] : [collection]))
  const byDigest = grouped(all, ({ digests }) => digests)
  return {
    search: async (query) =>
      narrowed(query, all, byCollection, byDigest)
        .filter((each) => matches(each, query))
        .map(({ envelope, reference }) => ({ envelope, reference })),
  }
}

function checkGiven(envelopes: unknown): void {
  if (!Array.isArray(envelopes)) throw new TypeError('memorySource: expected a list of envelopes')
  for (const [index, given] of (envelopes as readonly unknown[]).entries()) {
    const isNamed = isRecord(given) && 'envelope' in given
    if (isNamed && 'reference' in given && typeof given['reference'] !== 'string') throw new TypeError(`memorySource: expected the reference at ${index} to be a text`)
    const envelope = isNamed ? given['envelope'] : given
    if (isRecord(envelope) && envelope['payload'] instanceof Uint8Array && typeof envelope['payloadType'] === 'string' && Array.isArray(envelope['signatures'])) continue
    throw new TypeError(`memorySource: expected an envelope at ${index}, as \`parseEnvelope\` gives it`)
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

type Groups = ReadonlyMap<string, readonly Indexed[]>

function grouped(all: readonly Indexed[], keysOf: (indexed: Indexed) => readonly string[]): Groups {
  const groups = new Map<string, Indexed[]>()
  for (const indexed of all) {
    for (const key of new Set(keysOf(indexed))) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [indexed])
      else group.push(indexed)
    }
  }
  return groups
}

/** The envelopes that can match, in their order: by whichever of the indexes leaves fewer. */
function narrowed({ collection, digests }: SourceQuery, all: readonly Indexed[], byCollection: Groups, byDigest: Groups): readonly Indexed[] {
  const named = collection === undefined ? all : (byCollection.get(collection) ?? [])
  if (digests === undefined) return named
  const found = new Set(digests.flatMap((digest) => byDigest.get(digest) ?? []))
  return found.size < named.length ? [...found].toSorted((a, b) => a.order - b.order) : named
}

function index({ envelope, reference }: SourceResult, order: number): Indexed {
  try {
    const { predicateType, predicate, subject } = parseStatement(envelope.payload)
    const isCollection = predicateType === collectionType || predicateType === witnessCollectionType
    const name = isCollection && isJsonObject(predicate) ? predicate['name'] : undefined
    return {
      envelope,
      reference,
      order,
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
  if (digests === undefined) return true
  const wanted = new Set(digests)
  return indexed.digests.some((digest) => wanted.has(digest))
}
