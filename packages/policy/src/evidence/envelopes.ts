import { encodeEnvelope, sha256Hex } from '@cilock/core'
import type { Envelope, SourceResult } from '@cilock/core'

/** All that sources gave of one payload: copies, and envelopes that add signatures, belong together. */
export interface EnvelopeGroup {
  readonly id: string
  readonly digest: string
  readonly payloadType: string
  readonly references: ReadonlySet<string>
  /** By their signatures, so that a copy leaves no trace. */
  readonly envelopes: ReadonlyMap<string, Envelope>
}

interface GrowingGroup extends EnvelopeGroup {
  readonly references: Set<string>
  readonly envelopes: Map<string, Envelope>
}

const nothing = new Uint8Array()

/** Envelopes by what was signed. */
export class EnvelopeStore {
  readonly #groups = new Map<string, GrowingGroup>()
  readonly #idOf = new WeakMap<Envelope, string>()

  /** Takes results in and gives the ids of their groups. */
  add(results: readonly SourceResult[]): ReadonlySet<string> {
    return new Set(results.map((result) => this.#add(result)))
  }

  /** By id. */
  get groups(): ReadonlyMap<string, EnvelopeGroup> {
    return this.#groups
  }

  #add({ envelope, reference }: SourceResult): string {
    const known = this.#idOf.get(envelope)
    if (known !== undefined) {
      this.#groups.get(known)?.references.add(reference)
      return known
    }
    const { payload, payloadType } = envelope
    const digest = `sha256:${sha256Hex(payload)}`
    const id = `${digest} ${payloadType}`
    const group = this.#groups.get(id) ?? { id, digest, payloadType, references: new Set(), envelopes: new Map() }
    this.#groups.set(id, group)
    group.references.add(reference)
    group.envelopes.set(sha256Hex(encodeEnvelope({ ...envelope, payload: nothing })), envelope)
    this.#idOf.set(envelope, id)
    return id
  }
}
