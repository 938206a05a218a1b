import { sha256Hex } from '@cilock/core'
import type { Envelope, Source, SourceQuery, SourceResult } from '@cilock/core'
import { unlessAborted } from '../call.ts'
import type { StoreFailure } from '../fetch/found.ts'
import { incomplete } from '../fetch/fetch-evidence.ts'
import type { EvidenceStore } from '../store.ts'

/** All stores as one source, which remembers what it gave and what failed. */
export class WatchedStores implements Source {
  readonly #stores: readonly EvidenceStore[]
  readonly #envelopes = new Map<string, Envelope>()
  readonly #failures = new Map<string, StoreFailure>()

  constructor(stores: readonly EvidenceStore[]) {
    this.#stores = stores
  }

  /** References begin with the name of the store. */
  async search(query: SourceQuery, { signal }: { readonly signal?: AbortSignal } = {}): Promise<readonly SourceResult[]> {
    const answers = await Promise.all(this.#stores.map(async (store) => this.#ask(store, query, signal)))
    const fatal = this.#stores.flatMap(({ name, allowUnavailable }) => (allowUnavailable === true ? [] : (this.#failures.get(name) ?? [])))
    if (fatal.length > 0) throw incomplete(fatal)
    const results = answers.flat()
    for (const { envelope } of results) this.#envelopes.set(`sha256:${sha256Hex(envelope.payload)}`, envelope)
    return results
  }

  /** What was given with this payload. */
  payload(digest: string): Uint8Array | undefined {
    return this.#envelopes.get(digest)?.payload
  }

  get failures(): readonly StoreFailure[] {
    return this.#stores.flatMap(({ name }) => this.#failures.get(name) ?? [])
  }

  async #ask({ name, source }: EvidenceStore, query: SourceQuery, signal: AbortSignal | undefined): Promise<readonly SourceResult[]> {
    // what has failed once is not asked again: a part of its answers would be less than there is
    if (this.#failures.has(name)) return []
    try {
      const found = await source.search(query, signal === undefined ? {} : { signal })
      return found.map(({ envelope, reference }) => ({ envelope, reference: `${name}: ${reference}` }))
    } catch (error) {
      this.#failures.set(name, { store: name, error: unlessAborted(error, signal) })
      return []
    }
  }
}
