import type { Envelope } from '@cilock/core'

/** The hashes that a message signature may name, as the protobuf does. */
export type MessageHash = 'SHA2_256' | 'SHA2_384' | 'SHA2_512'

/** With what a bundle is to be verified. It proves nothing by itself. */
export type BundleMaterial =
  | {
      readonly kind: 'publicKey'
      /** A name of the key; cosign writes the base64 SHA-256 of its SPKI DER. Decides nothing. */
      readonly hint: string
    }
  | {
      readonly kind: 'certificate'
      /** DER, the signer's first. */
      readonly certificates: readonly Uint8Array[]
    }

/** What was signed, and the signature. */
export type BundleContent =
  | { readonly kind: 'envelope'; readonly envelope: Envelope }
  | {
      readonly kind: 'message'
      readonly signature: Uint8Array
      /** Of the message, as far as the bundle says; cosign says nothing with Ed25519. */
      readonly digest?: { readonly algorithm: MessageHash; readonly bytes: Uint8Array }
    }

/** A sigstore bundle, read and not verified. */
export interface SigstoreBundle {
  /** As it is written. */
  readonly mediaType: string
  /** What the media type says. */
  readonly version: '0.1' | '0.2' | '0.3'
  /** With what it is to be verified. */
  readonly material: BundleMaterial
  /** What was signed, and the signature. */
  readonly content: BundleContent
  /** DER of RFC 3161 responses, over the bytes of the signature. */
  readonly timestamps: readonly Uint8Array[]
  /** Entries of a transparency log. They are counted and nothing else: no log is known here. */
  readonly logEntries: number
}

/** The spellings of the versions that there are. */
export const bundleVersions: ReadonlyMap<string, SigstoreBundle['version']> = new Map([
  ['application/vnd.dev.sigstore.bundle+json;version=0.1', '0.1'],
  ['application/vnd.dev.sigstore.bundle+json;version=0.2', '0.2'],
  ['application/vnd.dev.sigstore.bundle+json;version=0.3', '0.3'],
  ['application/vnd.dev.sigstore.bundle.v0.3+json', '0.3'],
])
