import type { SignerIdentity, Statement, Verifier, VerifiedEnvelope } from '@cilock/core'
import type { ImageStore, Manifest, Repository } from '@cilock/registry'
import type { CosignForm, CosignReport, EntryPlace } from './report.ts'

/** Bounds on what is read for one image. */
export interface CosignLimits {
  /** Manifests that name the image as their subject. Default: 1,000. */
  readonly referrers?: number
  /** Entries in one manifest. Default: 1,000. */
  readonly layers?: number
  /** Bytes of one bundle, document or envelope. Default: 128 MiB, as cosign has it. */
  readonly entryBytes?: number
}

/** What every verification of an image takes. */
export interface VerifyOptions {
  /** Where the image is. */
  readonly store: ImageStore
  /** Its tag or digest. A tag is asked for once; all else is about the digest of what it gave. */
  readonly image: string
  /** Any one of them that vouches is enough. For keys: `cosignVerifier()`; for certificates: `certificateVerifier()` of `@cilock/x509`, with `keyVerifier: cosignVerifier`. */
  readonly verifiers: readonly Verifier[]
  /** Where signatures and attestations are, if elsewhere (`COSIGN_REPOSITORY`). Default: `store`. */
  readonly signatures?: ImageStore
  /** In which forms they are looked for. Default: all. */
  readonly forms?: readonly CosignForm[]
  /** Default: those of `CosignLimits`. */
  readonly limits?: CosignLimits
  /** Ends it with `ERR_ABORTED`. */
  readonly signal?: AbortSignal
}

/** How the signatures of an image are verified. */
export interface VerifyImageOptions extends VerifyOptions {
  /** What has to have been signed beside the digest. Default: nothing. */
  readonly annotations?: Readonly<Record<string, string>>
  /**
   * Take any in-toto statement about the image for a signature of it, as cosign does: also an SBOM, or the report of a scan
   * that failed. Default: false, `https://sigstore.dev/cosign/sign/v1` alone.
   */
  readonly allowAnyPredicateType?: boolean
}

/** How the attestations of an image are verified. */
export interface VerifyAttestationsOptions extends VerifyOptions {
  /** Which are wanted; others are refused with `ERR_PREDICATE_TYPE`. Default: all but cosign's own signatures. */
  readonly predicateType?: string
}

/** A signature that is accepted. */
export interface VerifiedSignature {
  /** Where it was found. */
  readonly place: EntryPlace
  /** Who signed: each key once. */
  readonly signers: readonly SignerIdentity[]
  /** What was signed beside the digest. */
  readonly annotations: Readonly<Record<string, string>>
  /** The bytes that were signed: the simple-signing document, or the statement. */
  readonly payload: Uint8Array
}

/** An image whose signature is verified. */
export interface VerifiedImage {
  /** Of its manifest, computed from the bytes. This is what was signed. */
  readonly digest: string
  /** The manifest that was signed. */
  readonly manifest: Manifest
  /** At least one. */
  readonly signatures: readonly VerifiedSignature[]
  /** All that was looked at. */
  readonly report: CosignReport
}

/** An attestation that is accepted. */
export interface VerifiedAttestation {
  /** Where it was found. */
  readonly place: EntryPlace
  /** As it was signed. */
  readonly envelope: VerifiedEnvelope
  /** What it says, read from the bytes that were signed. */
  readonly statement: Statement
  /** Who signed: each key once. */
  readonly signers: readonly SignerIdentity[]
}

/** An image with attestations that are verified. */
export interface VerifiedAttestations {
  /** Of its manifest, computed from the bytes. This is what the statements are about. */
  readonly digest: string
  /** The manifest that the statements are about. */
  readonly manifest: Manifest
  /** At least one. */
  readonly attestations: readonly VerifiedAttestation[]
  /** All that was looked at. */
  readonly report: CosignReport
}

/** What an evaluation gives, verified or not: look at `report.accepted`. */
export interface ImageEvaluation {
  /** Of the image. */
  readonly manifest: Manifest
  /** Empty where none is accepted. */
  readonly signatures: readonly VerifiedSignature[]
  /** All that was looked at. */
  readonly report: CosignReport
}

/** What an evaluation of attestations gives, verified or not: look at `report.accepted`. */
export interface AttestationsEvaluation {
  /** Of the image. */
  readonly manifest: Manifest
  /** Empty where none is accepted. */
  readonly attestations: readonly VerifiedAttestation[]
  /** All that was looked at. */
  readonly report: CosignReport
}

/** Where signatures are read from and written to; a `Repository` of `@cilock/registry` is one. */
export type WritableStore = ImageStore & Pick<Repository, 'putBlob' | 'putManifest'>
