import type { Artifacts } from '../evidence/evidence.ts'
import type { JsonValue } from '../json/value.ts'

/** One entry of a collection, as it stands on the wire. */
export interface Attestation {
  /** The entry's own type URI, not resolved. */
  readonly type: string
  /** The predicate, untouched: what a policy reads. */
  readonly attestation: JsonValue
  /** RFC 3339; said by the signer, proven by nobody. */
  readonly starttime: string
  /** When the attestor had ended. */
  readonly endtime: string
}

/** What one step left: the predicate of a collection statement. */
export interface Collection {
  /** The step's name. */
  readonly name: string
  /** What the attestors found, by stage. */
  readonly attestations: readonly Attestation[]
  /**
   * Back-references as signed. Empty when the signer says that there are none; absent (in collections of witness) when it
   * says nothing, and readers compute them from the attestations.
   */
  readonly backrefs?: Artifacts
}
