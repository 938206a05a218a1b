import { queryFilter } from '@cilock/core'
import type { Source, SourceQuery, SourceResult } from '@cilock/core'
import { unlessAborted } from '../call.ts'
import type { StoreFailure } from '../fetch/found.ts'
import { incomplete } from '../fetch/fetch-evidence.ts'
import { keysOf } from '../keys-of.ts'
import type { EvidenceStore } from '../store.ts'

/**
 * All stores as one source, which remembers what it gave and what failed. What they have about digests that were loaded is asked
 * for once: every step of the policy, and every image of an index, is held against the same.
 */
export class WatchedStores implements Source {
  readonly #stores: readonly EvidenceStore[]
  /** What names a digest, for those that were asked about whatever it is. */
  readonly #loaded = new Map<string, readonly SourceResult[]>()
  readonly #failures = new Map<string, StoreFailure>()

  constructor(stores: readonly EvidenceStore[]) {
    this.#stores = stores
  }

  /** Asks for everything about some digests, and gives those that anything names. */
  async load(digests: readonly string[], signal: AbortSignal | undefined): Promise<readonly string[]> {
    const missing = digests.filter((digest) => !this.#loaded.has(digest))
    if (missing.length > 0) {
      const results = await this.#askAll({ digests: missing }, signal)
      const loaded = new Map(missing.map((digest): [string, SourceResult[]] => [digest, []]))
      for (const result of results) for (const digest of keysOf(result.envelope)?.digests ?? []) loaded.get(digest)?.push(result)
      for (const [digest, about] of loaded) this.#loaded.set(digest, about)
    }
    return digests.filter((digest) => (this.#loaded.get(digest) ?? []).length > 0)
  }

  /** References begin with the name of the store. */
  async search(query: SourceQuery, { signal }: { readonly signal?: AbortSignal } = {}): Promise<readonly SourceResult[]> {
    const loaded = (query.digests ?? []).filter((digest) => this.#loaded.has(digest))
    const missing = query.digests?.filter((digest) => !this.#loaded.has(digest))
    const asked = missing?.length === 0 ? [] : await this.#askAll({ ...query, ...(missing !== undefined && { digests: missing }) }, signal)
    const fits = queryFilter({ ...query, digests: loaded })
    const about = new Set(loaded.flatMap((digest) => this.#loaded.get(digest) ?? []))
    const known = [...about].filter(({ envelope }) => {
      const keys = keysOf(envelope)
      return keys !== undefined && fits(keys)
    })
    return [...known, ...asked]
  }

  get failures(): readonly StoreFailure[] {
    return this.#stores.flatMap(({ name }) => this.#failures.get(name) ?? [])
  }

  async #askAll(query: SourceQuery, signal: AbortSignal | undefined): Promise<readonly SourceResult[]> {
    const answers = await Promise.all(this.#stores.map(async (store) => this.#ask(store, query, signal)))
    const fatal = this.#stores.flatMap(({ name, allowUnavailable }) => (allowUnavailable === true ? [] : (this.#failures.get(name) ?? [])))
    if (fatal.length > 0) throw incomplete(fatal)
    return answers.flat()
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
