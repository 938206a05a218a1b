import { CilockError, collectionOf, collectionType, matchableDigests, parseStatement, witnessCollectionType } from '@cilock/core'
import type { Source, SourceQuery, SourceResult, Statement } from '@cilock/core'
import type { ArchivistaClient } from './client.ts'
import type { StoredEnvelope } from './download.ts'
import { ArchivistaError } from './error.ts'
import type { DownloadFailure } from './error.ts'
import { inParallel } from './parallel.ts'

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
  readonly envelope: StoredEnvelope['envelope']
  readonly statement: Statement
}

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

  const fetchOne = async (gitoid: string, signal: AbortSignal | undefined): Promise<DownloadFailure | undefined> => {
    try {
      const { envelope } = await client.download(gitoid, signal === undefined ? {} : { signal })
      known.set(gitoid, { envelope, statement: parseStatement(envelope.payload) })
    } catch (error) {
      if (!CilockError.is(error) || error.code === 'ERR_ABORTED') throw error
      // these bytes are what the gitoid says, and no verifier would take them
      const isForeign = ['ERR_MALFORMED', 'ERR_STATEMENT_TYPE'].includes(error.code)
      if (!isForeign) return { gitoid, error }
      known.set(gitoid, undefined)
      onSkipped?.(gitoid, error)
    }
    return undefined
  }

  return {
    search: async (query, { signal } = {}) => {
      const maxHits = query.digests === undefined ? Math.min(maxUndirected, query.limit ?? maxUndirected) : undefined
      const hits = await client.search(evidenceQuery(query), { ...(signal !== undefined && { signal }), ...(maxHits !== undefined && { maxHits }) })
      const gitoids = hits.map(({ gitoid }) => gitoid)
      const missing = gitoids.filter((gitoid) => !known.has(gitoid))
      const failures = (await inParallel(missing, parallel, async (gitoid) => fetchOne(gitoid, signal))).filter((failure) => failure !== undefined)
      if (failures.length > 0) throw incomplete(failures)
      return gitoids.flatMap((gitoid): readonly SourceResult[] => {
        const read = known.get(gitoid)
        return read !== undefined && fits(read.statement, query) ? [{ envelope: read.envelope, reference: gitoid }] : []
      })
    },
  }
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

function fits(statement: Statement, { collection, predicateTypes, digests }: SourceQuery): boolean {
  if (predicateTypes !== undefined && !predicateTypes.includes(statement.predicateType)) return false
  if (collection !== undefined && nameOf(statement) !== collection) return false
  return digests === undefined || statement.subject.some(({ digest }) => matchableDigests(digest).some((each) => digests.includes(each)))
}

function nameOf(statement: Statement): string | undefined {
  try {
    return collectionTypes.includes(statement.predicateType) ? collectionOf(statement).name : undefined
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return undefined
  }
}

function incomplete(failures: readonly DownloadFailure[]): ArchivistaError {
  const sorted = failures.toSorted((a, b) => (a.gitoid < b.gitoid ? -1 : 1))
  const [first] = sorted
  const more = sorted.length > 1 ? ` and ${sorted.length - 1} more` : ''
  return new ArchivistaError('ERR_ARCHIVISTA_INCOMPLETE', `the server names envelopes that it does not give: ${first?.error.code ?? ''} ${first?.error.message ?? ''}${more}`, { failures: sorted, cause: first?.error })
}
