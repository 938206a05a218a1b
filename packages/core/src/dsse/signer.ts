import type { EnvelopeSignature } from './envelope.ts'

/** Makes signatures: a key in memory, or anything that can sign bytes (KMS, HSM, a non-extractable WebCrypto key). */
export interface Signer {
  /** Written into the envelope as a hint; for keys the hex SHA-256 of the public key's PEM text, as Go computes it. */
  readonly keyid: string
  /** Signs a message (a PAE, not a digest of it) in the form that Go reads: DER for ECDSA, PSS for RSA. */
  sign(message: Uint8Array): Promise<Uint8Array>
  /** PEM text of the certificate of the key, and of its issuers without the root. */
  readonly certificate?: string
  /** PEM texts of the certificates between its own and the root. */
  readonly intermediates?: readonly string[]
}

/** Who made a signature, as far as a verifier could tell. */
export interface SignerIdentity {
  /** The id of the key that verified. */
  readonly keyid: string
  /**
   * Hex SHA-256 of the key's SPKI DER: the key itself, whatever hash its id was made with. Thresholds count these;
   * without one the key id counts.
   */
  readonly fingerprint?: string
}

/** How a signature is verified. It makes no difference to what comes of it. */
export interface VerifySignatureOptions {
  /**
   * Whether there is other work meanwhile: then a thread of its own is worth the turn, where the platform has one to give.
   * Default: false, what takes the least time by itself.
   */
  readonly meanwhile?: boolean
}

/** Judges signatures. A raw key looks at `sig` alone; a verifier of certificates also at what stands beside it. */
export interface Verifier {
  /** Resolves to who signed, or to undefined when this verifier does not vouch for the signature. Never throws on bad signatures. */
  verify(message: Uint8Array, signature: EnvelopeSignature, options?: VerifySignatureOptions): Promise<SignerIdentity | undefined>
  /** The id of a raw key; absent where the identity stands in the signature. */
  readonly keyid?: string
}
