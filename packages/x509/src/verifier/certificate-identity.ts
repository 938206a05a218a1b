import type { SignerIdentity } from '@cilock/core'
import type { Certificate } from '../certificate/certificate.ts'
import type { X509ErrorCode } from '../error.ts'
import type { CertificatePath, PathFailure } from '../path/path.ts'
import type { TimestampRefusal, TrustedTimestamp } from '../timestamp/timestamp.ts'

/** How the time is known at which a certificate was judged. */
export type TrustedTime =
  | {
      readonly kind: 'timestamp'
      /** The earliest of the timestamps below. */
      readonly time: Date
      /** Those at whose time the certificate leads to a root, by time; each authority once. */
      readonly timestamps: readonly TrustedTimestamp[]
    }
  /** No authority vouches for it: it is what `fallbackTime` said. */
  | { readonly kind: 'fallback'; readonly time: Date }

/** A path to one of the trust bundles. */
export interface BundlePath extends CertificatePath {
  /** The id of the trust bundle. */
  readonly bundle: string
}

/** Who signed, by certificate. `keyid` and `fingerprint` are those of the certificate's key. */
export interface CertificateIdentity extends SignerIdentity {
  readonly fingerprint: string
  /** The certificate that vouches. */
  readonly certificate: Certificate
  /** One path for every trust bundle that the certificate leads to at the trusted time; never empty. */
  readonly paths: readonly BundlePath[]
  /** When it was signed, and who says so. */
  readonly time: TrustedTime
}

/** Why a signature with a certificate is not vouched for. */
export interface CertificateRefusal {
  /** Why; stable. */
  readonly code: X509ErrorCode
  /** What was expected and what was found, for people. */
  readonly message: string
  /** The signer's certificate, where it could be read. Nobody vouches for what it says. */
  readonly certificate?: Certificate
  /** Timestamps that are not trusted, and why. */
  readonly timestamps: readonly TimestampRefusal[]
  /** For `ERR_CERTIFICATE_PATH`: the search of each trust bundle, at each time. */
  readonly failures: readonly { readonly bundle: string; readonly at: Date; readonly failure: PathFailure }[]
}

/** What a verifier of certificates says about one signature. `absent`: no certificate stands beside it, so it is for raw keys. */
export type CertificateCheck =
  | { readonly state: 'verified'; readonly identity: CertificateIdentity; readonly timestamps: readonly TimestampRefusal[] }
  | { readonly state: 'refused'; readonly refusal: CertificateRefusal }
  | { readonly state: 'absent' }
