import type { Envelope, Signer } from '@cilock/core'
import type { WritableStore } from '../options.ts'
import type { EntryPlace } from '../report.ts'

/** What every writing beside an image takes. */
export interface AttachOptions {
  /** Where the image is, and where what is written goes. */
  readonly store: WritableStore
  /** Its tag or digest. What is signed is the digest of its manifest; of an image for several platforms that of the index. */
  readonly image: string
  /**
   * `bundle`: a sigstore bundle among the referrers, as cosign does since version 3. `tag`: added to what stands under the
   * `.sig` or `.att` tag, as before. Default: `bundle`.
   */
  readonly form?: 'bundle' | 'tag'
  /** Where it is written, if elsewhere (`COSIGN_REPOSITORY`); look there when verifying. Default: `store`. */
  readonly signatures?: WritableStore
  /** Written down beside a bundle as the time of its making. Default: no time is written. */
  readonly now?: Date
  /** Ends it with `ERR_ABORTED`. */
  readonly signal?: AbortSignal
}

/** How an image is signed. */
export interface SignImageOptions extends AttachOptions {
  /** For what cosign verifies: `cosignSigner()`. One with a certificate puts its chain beside the signature. */
  readonly signer: Signer
  /** Signed beside the digest. Default: none. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Under which name it is signed, with the form `tag`; nobody decides by it. Default: what the store is called. */
  readonly reference?: string
}

/** How something is attested of an image. */
export interface AttestImageOptions extends AttachOptions {
  /** For what cosign verifies: `cosignSigner()`. One with a certificate puts its chain beside the signature. */
  readonly signer: Signer
  /** The URI of what is said. */
  readonly predicateType: string
  /** JSON; written as it is. */
  readonly predicate: unknown
  /** The name of the subject. Default: what the store is called. */
  readonly reference?: string
}

/** How an envelope that is signed already is put beside an image. */
export interface AttachAttestationOptions extends AttachOptions {
  /** An in-toto statement about the image, with one signature where it goes into a bundle. It is not verified. */
  readonly envelope: Envelope
}

/** What was written. */
export interface Attached {
  /** Of the image's manifest. */
  readonly digest: string
  /** Where it is. */
  readonly place: EntryPlace
  /** `already-there`: the same document with a signature by the same key stands under the tag, and nothing was written. */
  readonly state: 'written' | 'already-there'
}
