import { envelopeText } from '../dsse/encode.ts'
import type { Envelope } from '../dsse/envelope.ts'
import { sha256Hex } from '../digest/hash-bytes.ts'
import { CilockError } from '../error.ts'
import { parseStatement } from '../statement/read-statement.ts'
import { queryFilter, searchKeysOf } from './search-keys.ts'
import type { SearchKeys } from './search-keys.ts'
import type { Source, SourceQuery, SourceResult } from './source.ts'

/** What a query looks at, read from the payload once. */
interface Indexed extends SourceResult {
  /** Place among the envelopes, in which results come. */
  readonly order: number
  readonly keys: SearchKeys
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
  const byReference = new Map<string, Indexed>()
  checkGiven(envelopes)
  for (const given of envelopes) {
    const envelope = 'envelope' in given ? given.envelope : given
    const reference = 'reference' in given ? given.reference : `sha256:${digestOf(envelope)}`
    const known = byReference.get(reference)
    if (known === undefined) byReference.set(reference, index({ envelope, reference }, byReference.size))
    // writing an envelope out costs as much as reading it: it is done only where a name comes twice
    else if (known.envelope !== envelope && digestOf(known.envelope) !== digestOf(envelope)) {
      throw new CilockError('ERR_DUPLICATE_REFERENCE', `two different envelopes are named ${JSON.stringify(reference)}`)
    }
  }
  const all = [...byReference.values()]
  const byCollection = grouped(all, ({ keys: { collection } }) => (collection === undefined ? [] : [collection]))
  const byDigest = grouped(all, ({ keys: { digests } }) => digests)
  return {
    search: async (query) => {
      const fits = queryFilter(query)
      return narrowed(query, all, byCollection, byDigest)
        .filter(({ keys }) => fits(keys))
        .map(({ envelope, reference }) => ({ envelope, reference }))
    },
  }
}

function digestOf(envelope: Envelope): string {
  return sha256Hex(envelopeText(envelope))
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
    // anew each time: whoever makes a source may have changed the bytes, and is told of what is wrong with them
    return { envelope, reference, order, keys: searchKeysOf(parseStatement(envelope.payload)) }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    throw new CilockError(error.code, `the envelope ${JSON.stringify(reference)}: ${error.message}`, { cause: error })
  }
}
