import { archivistaClient } from '@cilock/archivista-client'
import type { ArchivistaClient, ArchivistaOptions } from '@cilock/archivista-client'
import { memoryArchivista } from '@cilock/archivista-client/testing'
import type { MemoryArchivista, MemoryArchivistaOptions } from '@cilock/archivista-client/testing'

export interface Pair {
  readonly archivista: MemoryArchivista
  readonly client: ArchivistaClient
  /** The pauses that were made, in milliseconds. */
  readonly pauses: readonly number[]
}

/** A server and a client of it, whose pauses take no time. */
export function pair(server: MemoryArchivistaOptions = {}, options: Partial<ArchivistaOptions> = {}): Pair {
  const archivista = memoryArchivista(server)
  const pauses: number[] = []
  const wait = async (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds)
  }
  return { archivista, pauses, client: archivistaClient({ url: archivista.url, fetch: archivista.fetch, wait, random: () => 0.5, ...options }) }
}
