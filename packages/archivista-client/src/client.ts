import type { Envelope } from '@cilock/core'
import { wait } from '@cilock/http'
import { Connection } from './connection.ts'
import { downloadBytes, downloadEnvelope } from './download.ts'
import type { StoredBytes, StoredEnvelope } from './download.ts'
import type { ArchivistaOptions, CallOptions } from './options.ts'
import { searchAll, searchGitoids } from './query/search.ts'
import type { SearchHit, SearchOptions } from './query/search.ts'
import { subjectsOf } from './query/subjects.ts'
import type { IndexedSubject } from './query/subjects.ts'
import type { EvidenceQuery } from './query/where.ts'
import { storeBytes } from './store.ts'
import type { Stored, StoreOptions } from './store.ts'
import { waitUntilIndexed } from './wait-for.ts'
import type { WaitOptions } from './wait-for.ts'
import { walkFrom } from './walk.ts'
import type { Walk, WalkOptions } from './walk.ts'

/** One Archivista. Everything it says is a claim, but for bytes, which are held against their gitoid. */
export interface ArchivistaClient {
  /** As it was given. */
  readonly url: string
  /**
   * Stores an envelope, as Go writes it, or the bytes of one as they are. What is there already is a success.
   *
   * @throws ArchivistaError `ERR_ARCHIVISTA_REFUSED`, `ERR_ARCHIVISTA_NOT_INDEXED`, `ERR_ARCHIVISTA_INTEGRITY`,
   * `ERR_ARCHIVISTA_LOST`, `ERR_ARCHIVISTA_RESPONSE`, `ERR_ARCHIVISTA_UNAUTHORIZED` …; HttpError
   */
  readonly store: (content: Envelope | Uint8Array, options?: StoreOptions) => Promise<Stored>
  /**
   * An envelope by its gitoid.
   *
   * @throws ArchivistaError `ERR_ARCHIVISTA_NOT_FOUND`, `ERR_ARCHIVISTA_INTEGRITY`, `ERR_LIMIT_EXCEEDED` …; CilockError
   * `ERR_MALFORMED` when what is stored is no envelope; HttpError
   */
  readonly download: (gitoid: string, options?: CallOptions) => Promise<StoredEnvelope>
  /** Whatever is stored by that gitoid. */
  readonly downloadBytes: (gitoid: string, options?: CallOptions) => Promise<StoredBytes>
  /**
   * What the server knows to fit, by gitoid, all pages of it.
   *
   * @throws TypeError when nothing is searched by; ArchivistaError `ERR_ARCHIVISTA_QUERY`, `ERR_ARCHIVISTA_RESPONSE`,
   * `ERR_LIMIT_EXCEEDED` …; HttpError
   */
  readonly search: (query: EvidenceQuery, options?: SearchOptions) => Promise<readonly SearchHit[]>
  /**
   * The gitoids of the same, each once, in the order in which the server names them: downloads can begin while it still
   * searches. Errors as of `search`, where they come.
   */
  readonly gitoids: (query: EvidenceQuery, options?: SearchOptions) => AsyncIterable<string>
  /** What the server has indexed of an envelope's subjects. */
  readonly subjects: (gitoid: string, options?: CallOptions) => Promise<readonly IndexedSubject[]>
  /** Resolves when a search finds an envelope: servers may index later than they store. */
  readonly waitFor: (gitoid: string, options?: WaitOptions) => Promise<SearchHit>
  /** Everything that hangs together with some digests by shared subjects, within bounds. */
  readonly walk: (options: WalkOptions) => Promise<Walk>
}

/**
 * A client for an Archivista server. There is no default server, and nothing is read from the environment.
 *
 * @throws TypeError when the URL is none
 * @example
 * const archivista = archivistaClient({ url: 'https://archivista.example.com', fetch })
 * const { gitoid } = await archivista.store(envelope)
 */
export function archivistaClient(options: ArchivistaOptions): ArchivistaClient {
  const connection = new Connection(options)
  return {
    url: connection.url,
    store: async (content, more) => storeBytes(connection, content, more),
    download: async (gitoid, more) => downloadEnvelope(connection, gitoid, more),
    downloadBytes: async (gitoid, more) => downloadBytes(connection, gitoid, more),
    search: async (query, more) => searchAll(connection, query, more),
    gitoids: (query, more) => searchGitoids(connection, query, more),
    subjects: async (gitoid, more) => subjectsOf(connection, gitoid, more),
    waitFor: async (gitoid, more) => waitUntilIndexed(connection, gitoid, { wait: options.wait ?? wait, ...more }),
    walk: async (more) => walkFrom(connection, more),
  }
}
