import { encodeEnvelope, sha256Hex } from '@cilock/core'
import type { Envelope, SourceResult } from '@cilock/core'
import { ImageError } from '../error.ts'
import { keysOf } from '../keys-of.ts'
import type { EvidencePlace, FoundEvidence } from './found.ts'

interface Entry {
  readonly found: Omit<FoundEvidence, 'places'>
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
    const keys = keysOf(envelope)
    if (keys === undefined) return []
    this.#bytes += bytes.length
    if (this.#entries.size >= this.#limits.envelopes) throw new ImageError('ERR_LIMIT_EXCEEDED', `expected at most ${this.#limits.envelopes} envelopes (limits.envelopes), found more`)
    if (this.#bytes > this.#limits.bytes) throw new ImageError('ERR_LIMIT_EXCEEDED', `expected at most ${this.#limits.bytes} bytes of envelopes (limits.bytes), found more`)
    const { predicateType, collection, digests } = keys
    const names = digests.filter((each) => this.#image.has(each)).toSorted()
    const found = { envelope, digest, predicateType, ...(collection !== undefined && { collection }), names }
    this.#entries.set(digest, { found, places: new Map([[`${store}\n${reference}`, place]]) })
    return digests
  }

  get envelopes(): readonly FoundEvidence[] {
    return [...this.#entries.values()]
      .map(({ found, places }) => ({ ...found, places: [...places.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place) }))
      .toSorted((a, b) => (a.digest < b.digest ? -1 : 1))
  }
}
