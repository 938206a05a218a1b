import type { Envelope } from '@cilock/core'
import type { ImageIdentity } from '@cilock/registry'

/** Where an envelope was found. */
export interface EvidencePlace {
  /** The name of the store. */
  readonly store: string
  /** What the store calls it: a gitoid, a path, a manifest. */
  readonly reference: string
}

/** An envelope that may be evidence. Nothing of it is verified. */
export interface FoundEvidence {
  /** What was found, not verified. */
  readonly envelope: Envelope
  /** `sha256:<hex>` of the envelope as Go writes it. */
  readonly digest: string
  /** Of its statement. */
  readonly predicateType: string
  /** Of a collection: the name of its step. */
  readonly collection?: string
  /** Digests of the image that it names among its subjects. None: it is attached to the image, or was reached by shared subjects. */
  readonly names: readonly string[]
  /** Everywhere it was found, each once. */
  readonly places: readonly EvidencePlace[]
}

/** A store that did not give what it has. */
export interface StoreFailure {
  /** Its name. */
  readonly store: string
  /** What it threw. */
  readonly error: unknown
}

/** Everything that was found about an image. */
export interface FetchedEvidence {
  /** Of the manifest or index that was asked for, computed from its bytes. */
  readonly image: string
  /** Every digest that the image is known by, each with the chain that leads to it. */
  readonly identities: readonly ImageIdentity[]
  /** By digest, each once. */
  readonly envelopes: readonly FoundEvidence[]
  /** Stores that failed and may (`allowUnavailable`). */
  readonly failures: readonly StoreFailure[]
  /** Whether further envelopes may share subjects with these, beyond `maxDepth`. */
  readonly isCutOff: boolean
}
