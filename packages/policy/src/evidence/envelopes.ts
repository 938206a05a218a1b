import { encodeEnvelope, sha256Hex } from '@cilock/core'
import type { Envelope, SourceResult } from '@cilock/core'
import type { Budget } from './budget.ts'

/** All that sources gave of one payload: copies, and envelopes that add signatures, belong together. */
export interface EnvelopeGroup {
  readonly id: string
  readonly digest: string
  readonly payloadType: string
  readonly references: ReadonlySet<string>
  /** Those that differ in their signatures: a copy leaves no trace. */
  readonly envelopes: readonly Envelope[]
}

interface GrowingGroup extends EnvelopeGroup {
  readonly references: Set<string>
  readonly envelopes: Envelope[]
  /** What is written of the signatures of each, once there are two to be told apart. */
  names?: Set<string>
}

const nothing = new Uint8Array()

/** Envelopes by what was signed. */
export class EnvelopeStore {
  readonly #budget: Budget
  readonly #groups = new Map<string, GrowingGroup>()
  readonly #idOf = new Map<Envelope, string>()

  constructor(budget: Budget) {
    this.#budget = budget
  }

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
    if (!this.#groups.has(id)) this.#budget.spend('evidenceBytes', payload.length)
    const group: GrowingGroup = this.#groups.get(id) ?? { id, digest, payloadType, references: new Set(), envelopes: [] }
    this.#groups.set(id, group)
    group.references.add(reference)
    addDistinct(group, envelope)
    this.#idOf.set(envelope, id)
    return id
  }
}

function addDistinct(group: GrowingGroup, envelope: Envelope): void {
  if (group.envelopes.length > 0) {
    group.names ??= new Set(group.envelopes.map(nameOf))
    const name = nameOf(envelope)
    if (group.names.has(name)) return
    group.names.add(name)
  }
  group.envelopes.push(envelope)
}

function nameOf(envelope: Envelope): string {
  return sha256Hex(encodeEnvelope({ ...envelope, payload: nothing }))
}
