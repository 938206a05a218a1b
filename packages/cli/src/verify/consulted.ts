import type { Envelope, SourceResult } from '@cilock/core'
import type { EvidenceSource } from '@cilock/image'

/** Keeps what a verification looked at: all that was handed in, and what was found elsewhere. */
export interface Consulted {
  /** In the order in which it was come by. */
  readonly envelopes: () => readonly Envelope[]
  readonly add: (results: readonly SourceResult[]) => void
  /** The same source, watched. */
  readonly watch: (source: EvidenceSource) => EvidenceSource
}

export function createConsulted(): Consulted {
  const found: Envelope[] = []
  const add = (results: readonly SourceResult[]): void => {
    for (const { envelope } of results) found.push(envelope)
  }
  const seen = async (results: Promise<readonly SourceResult[]>): Promise<readonly SourceResult[]> => {
    add(await results)
    return results
  }
  return {
    envelopes: () => found,
    add,
    watch: (source) => {
      const { attached } = source
      return {
        search: async (query, options) => seen(source.search(query, options)),
        ...(attached !== undefined && { attached: async (options) => seen(attached(options)) }),
      }
    },
  }
}
