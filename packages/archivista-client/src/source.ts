import { CilockError, collectionType, queryFilter, searchKeysIn, witnessCollectionType } from '@cilock/core'
import type { Envelope, SearchKeys, Source, SourceQuery, SourceResult } from '@cilock/core'
import { inParallel } from '@cilock/http'
import type { ArchivistaClient } from './client.ts'
import { ArchivistaError } from './error.ts'
import type { DownloadFailure } from './error.ts'

/** Which server is searched, and how far. */
export interface ArchivistaSourceOptions {
  /** What asks the server. */
  readonly client: ArchivistaClient
  /**
   * Envelopes that a search without digests may name before it is refused with `ERR_LIMIT_EXCEEDED`. A policy asks so
   * only to say what there is when nothing fits. Default: 500.
   */
  readonly maxUndirected?: number
  /** Downloads at the same time. Default: 8. */
  readonly parallel?: number
  /** Told of stored bytes that are no statement, and so can be nobody's evidence. Default: nobody is. */
  readonly onSkipped?: (gitoid: string, error: CilockError) => void
}

interface Read {
  readonly envelope: Envelope
  readonly keys: SearchKeys
}

/** What came of a download. Nothing read: bytes that are no statement. */
type Fetched = { readonly read: Read | undefined } | { readonly failure: DownloadFailure }

/**
 * A source of evidence for policies. It finds CI/lock's collections on servers that do not index them, holds every hit
 * against the query by its signed bytes, and keeps what it has fetched: a gitoid never changes what it stands for.
 *
 * An envelope that the server names and does not give could be the one that decides: then the search fails, with every
 * gitoid that could not be fetched and why (`ERR_ARCHIVISTA_INCOMPLETE`). It never answers with less than there is.
 *
 * @example
 * const source = archivistaSource({ client: archivistaClient({ url, fetch }) })
 */
export function archivistaSource({ client, maxUndirected = 500, parallel = 8, onSkipped }: ArchivistaSourceOptions): Source {
  // undefined: bytes that are no statement
  const known = new Map<string, Read | undefined>()
  // searches of several steps name the same envelopes at the same time
  const underWay = new Map<string, Promise<Fetched>>()

  const fetchOne = async (gitoid: string, signal: AbortSignal | undefined): Promise<Fetched> => {
    try {
      const { envelope } = await client.download(gitoid, signal === undefined ? {} : { signal })
      return { read: { envelope, keys: searchKeysIn(envelope) } }
    } catch (error) {
      if (!CilockError.is(error) || error.code === 'ERR_ABORTED') throw error
      // these bytes are what the gitoid says, and no verifier would take them
      const isForeign = ['ERR_MALFORMED', 'ERR_STATEMENT_TYPE'].includes(error.code)
      if (!isForeign) return { failure: { gitoid, error } }
      onSkipped?.(gitoid, error)
      return { read: undefined }
    }
  }

  const fetchOnce = async (gitoid: string, signal: AbortSignal | undefined): Promise<DownloadFailure | undefined> => {
    if (known.has(gitoid)) return undefined
    const other = underWay.get(gitoid)
    const fetching = other ?? fetchOne(gitoid, signal)
    if (other === undefined) underWay.set(gitoid, fetching)
    try {
      const fetched = await fetching
      if ('failure' in fetched) return fetched.failure
      known.set(gitoid, fetched.read)
      return undefined
    } catch (error) {
      // somebody else's search was ended, and with it the download that this one waited for
      if (other !== undefined && signal?.aborted !== true) return fetchOnce(gitoid, signal)
      throw error
    } finally {
      if (underWay.get(gitoid) === fetching) underWay.delete(gitoid)
    }
  }

  return {
    search: async (query, { signal } = {}) => {
      const maxHits = query.digests === undefined ? Math.min(maxUndirected, query.limit ?? maxUndirected) : undefined
      const named = client.gitoids(evidenceQuery(query), { ...(signal !== undefined && { signal }), ...(maxHits !== undefined && { maxHits }) })
      const gitoids: string[] = []
      // downloads begin with the first page; a search that may turn out to be too wide is looked at as a whole first
      const wanted = maxHits === undefined ? noting(named, gitoids) : await listed(named, gitoids)
      const failures = (await inParallel(wanted, { limit: parallel, signal }, async (gitoid) => fetchOnce(gitoid, signal))).filter((failure) => failure !== undefined)
      if (failures.length > 0) throw incomplete(failures)
      const fits = queryFilter(query)
      return gitoids.toSorted().flatMap((gitoid): readonly SourceResult[] => {
        const read = known.get(gitoid)
        return read !== undefined && fits(read.keys) ? [{ envelope: read.envelope, reference: gitoid }] : []
      })
    },
  }
}

async function* noting(named: AsyncIterable<string>, names: string[]): AsyncGenerator<string> {
  for await (const gitoid of named) {
    names.push(gitoid)
    yield gitoid
  }
}

async function listed(named: AsyncIterable<string>, names: string[]): Promise<readonly string[]> {
  for await (const gitoid of named) names.push(gitoid)
  return names
}

const collectionTypes = [collectionType, witnessCollectionType]

/** Which query finds all of it; what it finds too much is sorted out by the signed bytes. */
function evidenceQuery({ collection, predicateTypes, digests }: SourceQuery): Parameters<ArchivistaClient['search']>[0] {
  return {
    ...(collection !== undefined && { collection }),
    ...(predicateTypes !== undefined && { predicateTypes }),
    ...(predicateTypes === undefined && collection !== undefined && { predicateTypes: collectionTypes }),
    ...(digests !== undefined && { digests }),
  }
}

function incomplete(failures: readonly DownloadFailure[]): ArchivistaError {
  const sorted = failures.toSorted((a, b) => (a.gitoid < b.gitoid ? -1 : 1))
  const [first] = sorted
  const more = sorted.length > 1 ? ` and ${sorted.length - 1} more` : ''
  return new ArchivistaError('ERR_ARCHIVISTA_INCOMPLETE', `the server names envelopes that it does not give: ${first?.error.code ?? ''} ${first?.error.message ?? ''}${more}`, { failures: sorted, cause: first?.error })
}
