import type { SignerIdentity, Statement, VerifiedEnvelope, Verifier } from '@cilock/core'
import type { SigstoreBundle } from '../bundle/bundle.ts'

/** What a bundle has to be about: the bytes, or their digest where nothing else is at hand. */
export type Blob = Uint8Array | { readonly sha256: string } | { readonly sha512: string }

/** What is verified of a file, and by whom. */
export interface VerifyBlobOptions {
  /** The content of the file. A signature of a message needs the bytes, a statement a digest alone. */
  readonly blob: Blob
  /** The bundle's JSON, or what `parseBundle()` gave. */
  readonly bundle: Uint8Array | string | SigstoreBundle
  /** Any one of them that vouches is enough. */
  readonly verifiers: readonly Verifier[]
}

/** How an attestation about a file is verified. */
export interface VerifyBlobAttestationOptions extends VerifyBlobOptions {
  /** Default: any. */
  readonly predicateType?: string
}

/** A file whose signature is verified. */
export interface VerifiedBlob {
  /** Who signed: each key once. */
  readonly signers: readonly SignerIdentity[]
  /** What was signed where it is a statement about the file, not the file itself. */
  readonly statement?: Statement
}

/** An attestation about a file that is verified. */
export interface VerifiedBlobAttestation {
  /** As it was signed. */
  readonly envelope: VerifiedEnvelope
  /** What it says, read from the bytes that were signed. */
  readonly statement: Statement
  /** Who signed: each key once. */
  readonly signers: readonly SignerIdentity[]
}
