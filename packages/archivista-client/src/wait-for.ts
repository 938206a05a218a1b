import type { HttpClientOptions } from '@cilock/http'
import type { Connection } from './connection.ts'
import { ArchivistaError } from './error.ts'
import type { CallOptions } from './options.ts'
import { checkGitoid } from './gitoid.ts'
import { searchAll } from './query/search.ts'
import type { SearchHit } from './query/search.ts'

/** How long to wait for an index. */
export interface WaitOptions extends CallOptions {
  /** How often the server is asked at most. Default: 20. */
  readonly attempts?: number
  /** Milliseconds between two questions. Default: 500. */
  readonly pause?: number
}

interface Waiting extends WaitOptions {
  readonly wait: NonNullable<HttpClientOptions['wait']>
}

/** Counts questions and not time: a clock is not handed in. */
export async function waitUntilIndexed(connection: Connection, gitoid: string, { attempts = 20, pause = 500, signal, wait }: Waiting): Promise<SearchHit> {
  const name = checkGitoid(gitoid, 'to wait for')
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await wait(pause, signal)
    const [hit] = await searchAll(connection, { gitoid: name }, signal === undefined ? {} : { signal })
    if (hit !== undefined) return hit
  }
  throw new ArchivistaError('ERR_ARCHIVISTA_TIMEOUT', `${name} was not found in ${attempts} attempts`, { gitoid: name })
}
