import { encodeEnvelope, memorySource, sha256Hex } from '@cilock/core'
import type { Envelope, Source } from '@cilock/core'

/** A store in memory that is a source as well. */
export interface MemoryStore extends Source {
  /** Keeps an envelope and gives the reference under which it is found: `sha256:<hex>` of its bytes. */
  readonly put: (envelope: Envelope) => string
  /** What was put in, each once, in that order. */
  readonly envelopes: () => readonly Envelope[]
}

/** An empty store. It finds what a query asks for and nothing else, as a good server does. */
export function memoryStore(): MemoryStore {
  const kept = new Map<string, Envelope>()
  let source: Source | undefined
  return {
    put(envelope) {
      const reference = `sha256:${sha256Hex(encodeEnvelope(envelope))}`
      if (!kept.has(reference)) source = undefined
      kept.set(reference, envelope)
      return reference
    },
    envelopes: () => [...kept.values()],
    search(query, options) {
      source ??= memorySource([...kept].map(([reference, envelope]) => ({ reference, envelope })))
      return source.search(query, options)
    },
  }
}

/**
 * A source that answers every query with all that it has, asked for or not, whole or broken: what a verifier does about
 * it is the verifier's business.
 */
export function carelessSource(envelopes: readonly Envelope[]): Source {
  const all = envelopes.map((envelope, index) => ({ envelope, reference: `envelope ${index}` }))
  return { search: async () => all }
}
