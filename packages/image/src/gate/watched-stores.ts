import { CilockError, parseStatement, queryFilter, searchKeysOf, sha256Hex } from '@cilock/core'
import type { Envelope, SearchKeys, Source, SourceQuery, SourceResult } from '@cilock/core'
import { unlessAborted } from '../call.ts'
import type { StoreFailure } from '../fetch/found.ts'
import { incomplete } from '../fetch/fetch-evidence.ts'
import type { EvidenceStore } from '../store.ts'
import { imageIdsIn } from './attested-ids.ts'

/** What the gate wants to know of an envelope, read once. Nothing of it is verified. */
interface Known {
  readonly keys: SearchKeys
  readonly imageIds: readonly string[]
}

/**
 * All stores as one source, which remembers what it gave and what failed. What they have about digests that were loaded is asked
 * for once: every step of the policy, and every image of an index, is held against the same.
 */
export class WatchedStores implements Source {
  readonly #stores: readonly EvidenceStore[]
  /** Undefined: what holds no statement. Stores give the same envelope again as the same object. */
  readonly #known = new WeakMap<Envelope, Known | undefined>()
  /** By the digest of the payload. */
  readonly #imageIds = new Map<string, readonly string[]>()
  /** What names a digest, for those that were asked about whatever it is. */
  readonly #loaded = new Map<string, SourceResult[]>()
  readonly #failures = new Map<string, StoreFailure>()

  constructor(stores: readonly EvidenceStore[]) {
    this.#stores = stores
  }

  /** Asks for everything about some digests, and gives those that anything names. */
  async load(digests: readonly string[], signal: AbortSignal | undefined): Promise<readonly string[]> {
    const missing = digests.filter((digest) => !this.#loaded.has(digest))
    if (missing.length > 0) {
      const results = await this.#askAll({ digests: missing }, signal)
      for (const digest of missing) this.#loaded.set(digest, [])
      for (const result of results) {
        for (const digest of this.#read(result.envelope)?.keys.digests ?? []) if (missing.includes(digest)) this.#loaded.get(digest)?.push(result)
      }
    }
    return digests.filter((digest) => (this.#loaded.get(digest) ?? []).length > 0)
  }

  /** References begin with the name of the store. */
  async search(query: SourceQuery, { signal }: { readonly signal?: AbortSignal } = {}): Promise<readonly SourceResult[]> {
    const loaded = (query.digests ?? []).filter((digest) => this.#loaded.has(digest))
    const missing = query.digests?.filter((digest) => !this.#loaded.has(digest))
    const asked = missing?.length === 0 ? [] : await this.#askAll({ ...query, ...(missing !== undefined && { digests: missing }) }, signal)
    for (const { envelope } of asked) this.#read(envelope)
    const fits = queryFilter({ ...query, digests: loaded })
    const about = new Set(loaded.flatMap((digest) => this.#loaded.get(digest) ?? []))
    const known = [...about].filter(({ envelope }) => {
      const keys = this.#known.get(envelope)?.keys
      return keys !== undefined && fits(keys)
    })
    return [...known, ...asked]
  }

  /** The image ids that the payload with this digest speaks of, of what was given. */
  imageIds(payload: string): readonly string[] {
    return this.#imageIds.get(payload) ?? []
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

  #read(envelope: Envelope): Known | undefined {
    if (this.#known.has(envelope)) return this.#known.get(envelope)
    const known = read(envelope)
    this.#known.set(envelope, known)
    if (known !== undefined && known.imageIds.length > 0) this.#imageIds.set(`sha256:${sha256Hex(envelope.payload)}`, known.imageIds)
    return known
  }
}

/** A source may find too much; what holds no statement is nobody's evidence. */
function read({ payload }: Envelope): Known | undefined {
  try {
    const statement = parseStatement(payload)
    return { keys: searchKeysOf(statement), imageIds: imageIdsIn(statement) }
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}
