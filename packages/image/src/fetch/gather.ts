import { CilockError, collectionType, encodeEnvelope, isJsonObject, matchableDigests, parseStatement, sha256Hex, witnessCollectionType } from '@cilock/core'
import type { Envelope, SourceResult, Statement } from '@cilock/core'
import { ImageError } from '../error.ts'
import type { EvidencePlace, FoundEvidence } from './found.ts'

interface Entry {
  readonly found: Omit<FoundEvidence, 'places'>
  readonly subjects: readonly string[]
  readonly places: Map<string, EvidencePlace>
}

/** Collects envelopes from several stores, each once, within bounds. */
export class Gathering {
  readonly #entries = new Map<string, Entry>()
  readonly #image: ReadonlySet<string>
  readonly #limits: { readonly envelopes: number; readonly bytes: number }
  #bytes = 0

  constructor(image: ReadonlySet<string>, limits: { readonly envelopes: number; readonly bytes: number }) {
    this.#image = image
    this.#limits = limits
  }

  /** The digests of subjects that were not known before. */
  add(store: string, results: readonly SourceResult[]): readonly string[] {
    return results.flatMap(({ envelope, reference }) => this.#addOne(store, envelope, reference))
  }

  #addOne(store: string, envelope: Envelope, reference: string): readonly string[] {
    const bytes = encodeEnvelope(envelope)
    const digest = `sha256:${sha256Hex(bytes)}`
    const place = { store, reference }
    const known = this.#entries.get(digest)
    if (known !== undefined) {
      known.places.set(`${store}\n${reference}`, place)
      return []
    }
    const statement = statementIn(envelope)
    if (statement === undefined) return []
    this.#bytes += bytes.length
    if (this.#entries.size >= this.#limits.envelopes) throw new ImageError('ERR_LIMIT_EXCEEDED', `expected at most ${this.#limits.envelopes} envelopes (limits.envelopes), found more`)
    if (this.#bytes > this.#limits.bytes) throw new ImageError('ERR_LIMIT_EXCEEDED', `expected at most ${this.#limits.bytes} bytes of envelopes (limits.bytes), found more`)
    const subjects = [...new Set(statement.subject.flatMap((subject) => matchableDigests(subject.digest)))]
    const collection = nameOf(statement)
    const names = subjects.filter((each) => this.#image.has(each)).toSorted()
    const found = { envelope, digest, predicateType: statement.predicateType, ...(collection !== undefined && { collection }), names }
    this.#entries.set(digest, { found, subjects, places: new Map([[`${store}\n${reference}`, place]]) })
    return subjects
  }

  get envelopes(): readonly FoundEvidence[] {
    return [...this.#entries.values()]
      .map(({ found, places }) => ({ ...found, places: [...places.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place) }))
      .toSorted((a, b) => (a.digest < b.digest ? -1 : 1))
  }
}

/** A source may find too much; what holds no statement is nobody's evidence. */
function statementIn({ payload }: Envelope): Statement | undefined {
  try {
    return parseStatement(payload)
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}

function nameOf({ predicateType, predicate }: Statement): string | undefined {
  const name = (predicateType === collectionType || predicateType === witnessCollectionType) && isJsonObject(predicate) ? predicate['name'] : undefined
  return typeof name === 'string' ? name : undefined
}
