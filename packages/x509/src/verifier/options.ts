import type { EnvelopeSignature, Verifier } from '@cilock/core'
import type { Certificate } from '../certificate/certificate.ts'
import type { PathPurpose } from '../path/purpose.ts'
import type { PathLimits, PathRules } from '../path/rules.ts'
import type { TimestampAuthority, TimestampRules } from '../timestamp/timestamp.ts'
import type { CertificateCheck, CertificateIdentity } from './certificate-identity.ts'

/** Roots under one name: an entry of `roots` in a policy. */
export interface TrustBundle {
  /** What the bundle is called in results. */
  readonly id: string
  /** Where a path has to end. */
  readonly roots: readonly Certificate[]
  /** Not trusted, but at hand for the paths to every bundle. */
  readonly intermediates?: readonly Certificate[]
}

/** Whom to believe, and how strictly. */
export interface CertificateVerifierOptions {
  /** The authorities of certificates. */
  readonly bundles: readonly TrustBundle[]
  /** Further certificates that may stand in between. */
  readonly intermediates?: readonly Certificate[]
  /** Who may say at which time a signature was made. */
  readonly timestampAuthorities?: readonly TimestampAuthority[]
  /** Distinct authorities that have to vouch for the time of a signature. Default: 1. */
  readonly requiredTimestamps?: number
  /**
   * The time at which to judge signatures when there are **no** `timestampAuthorities`. Absent: such signatures are refused
   * with `ERR_TIMESTAMP_MISSING`, as CI/lock does. witness takes the current time. A signature without a trusted timestamp
   * is refused in any case when there are authorities.
   */
  readonly fallbackTime?: Date
  /** Default: `codeSigning`, as in CI/lock; witness takes `any`. */
  readonly purpose?: Exclude<PathPurpose, 'timeStamping'>
  /**
   * Also read the intermediates that stand beside the signature. Default: true. They are never trusted; what cannot be
   * read among them is passed over, as in Go.
   */
  readonly useEmbeddedIntermediates?: boolean
  /**
   * How the keys of signers' certificates sign: what makes a verifier of a public key (PEM). Default: as core's keys do, ECDSA
   * over SHA-256, RSA-PSS, Ed25519. `cosignVerifier` of `@cilock/cosign` is for what cosign signs: RSA PKCS#1 v1.5, and
   * P-384 and P-521 by their own hashes too. What it throws as a `CilockError` is a key that cannot be used.
   */
  readonly keyVerifier?: (publicKeyPem: string) => Promise<Verifier>
  /** For the paths of signers. */
  readonly rules?: PathRules
  /** For the timestamps and their paths. */
  readonly timestampRules?: TimestampRules
  /** Bounds on the search for paths. */
  readonly limits?: PathLimits
}

/** How one signature is judged. */
export interface CertificateCheckOptions {
  /**
   * Called for each signature of a token and between certificates before it is verified; the one that is judged is not among
   * them. A signature that is known from before is counted again, so that the count is the same each time. For bounds that
   * many signatures share: `check()` rejects with what it throws.
   */
  readonly onSignatureCheck?: () => void
}

/** Judges signatures that come with a certificate. Fits wherever core takes a verifier. */
export interface CertificateVerifier extends Verifier {
  /** Resolves to who signed; undefined when there is no certificate or it is not vouched for. Never throws on bad signatures. */
  readonly verify: (message: Uint8Array, signature: EnvelopeSignature) => Promise<CertificateIdentity | undefined>
  /** The same judgement with its reasons. */
  readonly check: (message: Uint8Array, signature: EnvelopeSignature, options?: CertificateCheckOptions) => Promise<CertificateCheck>
  /**
   * The same verifier at another present: `timestampRules.now` is the one given, after which no timestamp may lie. Shares
   * the certificates that were read, never a verdict.
   *
   * @throws TypeError for an invalid date
   */
  readonly at: (now: Date) => CertificateVerifier
}
