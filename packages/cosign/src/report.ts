import type { SignerIdentity } from '@cilock/core'

/** How a signature or attestation is kept beside an image. */
export type CosignForm =
  // a sigstore bundle that names the image as its subject, which cosign writes since version 3
  | 'bundle'
  // a layer of what stands under the tag `sha256-….sig` or `sha256-….att`
  | 'tag'
  // a layer of that kind in a manifest that names the image as its subject (COSIGN_EXPERIMENTAL=1)
  | 'referrer'

/** Why one signature or attestation is not accepted. Stable. */
export type CosignRefusalCode =
  // neither a bundle, an envelope nor a simple-signing document in its form
  | 'ERR_ENTRY_MALFORMED'
  // a bundle of a version that registries do not hold
  | 'ERR_BUNDLE_VERSION'
  // more than the limits allow
  | 'ERR_LIMIT_EXCEEDED'
  // the entry is listed and cannot be read: the registry failed, or gave other bytes
  | 'ERR_ENTRY_UNREADABLE'
  // nobody has signed it
  | 'ERR_SIGNATURE_MISSING'
  // no verifier vouches for a signature
  | 'ERR_SIGNATURE_INVALID'
  // signed with a certificate of Fulcio, which is not verified yet
  | 'ERR_KEYLESS_UNSUPPORTED'
  // the envelope holds no in-toto statement
  | 'ERR_PAYLOAD_TYPE'
  // what was signed is no statement or document in its form
  | 'ERR_PAYLOAD_MALFORMED'
  // a statement of a version that is not understood
  | 'ERR_STATEMENT_TYPE'
  // the statement says something else than was asked for
  | 'ERR_PREDICATE_TYPE'
  // the signed document is no `cosign container image signature`
  | 'ERR_DOCUMENT_TYPE'
  // what was signed is about something else
  | 'ERR_SUBJECT_MISMATCH'
  // the annotations that were asked for were not signed
  | 'ERR_ANNOTATION_MISMATCH'

/** Where an entry was found. */
export interface EntryPlace {
  /** How it is kept there. */
  readonly form: CosignForm
  /** The store, as it calls itself. */
  readonly store: string
  /** Of the manifest that lists it. */
  readonly manifest: string
  /** The tag of that manifest; with the form `tag`. */
  readonly tag?: string
  /** Which layer of the manifest, counted from 0. */
  readonly layer: number
  /** Of the bytes of the bundle, document or envelope; absent where the manifest could not be read. */
  readonly digest?: string
}

interface EntryBase {
  /** Where it was found. */
  readonly place: EntryPlace
  /** Of the statement that was signed; absent for simple signing, and where nothing could be read. Unverified where refused. */
  readonly predicateType?: string
}

/** One signature or attestation, and what came of it. */
export type EntryReport =
  | (EntryBase & {
      readonly state: 'accepted'
      /** Who signed, as far as the verifiers could tell: each key once. */
      readonly signers: readonly SignerIdentity[]
      /** What was signed beside the digest. */
      readonly annotations: Readonly<Record<string, string>>
    })
  | (EntryBase & {
      readonly state: 'refused'
      readonly code: CosignRefusalCode
      /** What was expected and what was found, for people. */
      readonly message: string
      /** What went wrong beneath, where something did. */
      readonly cause?: unknown
    })

/** A place that was looked at. */
export type PlaceReport =
  | {
      readonly form: CosignForm
      readonly store: string
      /** `none`: there is no such list or tag, or it is empty. */
      readonly state: 'found' | 'none'
      /** Digests of manifests that are listed there and hold no signatures or attestations of this form. */
      readonly others: readonly string[]
    }
  | {
      readonly form: CosignForm
      readonly store: string
      /** The registry did not say what there is: this is not "none". */
      readonly state: 'unreadable'
      readonly message: string
      readonly cause: unknown
    }

/** All that was looked at for one image. */
export interface CosignReport {
  /** As it was asked for. */
  readonly image: string
  /** Of its manifest, computed from the bytes. */
  readonly digest: string
  /** Whether at least one entry is accepted. */
  readonly accepted: boolean
  /** Every place, by form. */
  readonly places: readonly PlaceReport[]
  /** Every entry: bundles, then the others, as the places list them. */
  readonly entries: readonly EntryReport[]
}
