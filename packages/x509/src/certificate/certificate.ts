import type { DistinguishedName } from './distinguished-name.ts'
import type { FulcioExtensions } from './fulcio.ts'
import type { AlternativeNames } from './general-name.ts'
import type { CertificateKey } from './certificate-key.ts'
import type { SignatureAlgorithm } from './signature-algorithm.ts'
import type { KeyUsage } from './key-usage.ts'
import type { NameConstraints } from './name-constraints.ts'
import type { PolicyRules } from './policies.ts'

/** One extension as it stands in a certificate. */
export interface CertificateExtension {
  /** Its object identifier. */
  readonly oid: string
  /** Whether whoever does not know it has to refuse the certificate. */
  readonly critical: boolean
  /** What the extension's octets hold: DER in most. */
  readonly value: Uint8Array
}

/**
 * A certificate, read strictly. Nothing here is trusted: a certificate says what it likes until a path to a root is found
 * (`validatePath()`). Extensions that are absent are absent here too.
 */
export interface Certificate {
  /** The very bytes. Two certificates are the same when these are. */
  readonly der: Uint8Array
  /** The version of its form. */
  readonly version: 1 | 2 | 3
  /** Hexadecimal, at least one byte, without the byte that only carries the sign. */
  readonly serialNumber: string
  /** Who signed it. */
  readonly issuer: DistinguishedName
  /** Whom it is about. */
  readonly subject: DistinguishedName
  /** The first and the last instant at which it is valid; both belong to the validity. */
  readonly notBefore: Date
  /** The last instant at which it is valid. */
  readonly notAfter: Date
  /** The key that it is for. */
  readonly publicKey: CertificateKey
  /** The subject alternative names; empty lists where the extension is absent. */
  readonly names: AlternativeNames
  /** Absent: the key may be used for everything. */
  readonly keyUsage?: readonly KeyUsage[]
  /** Object identifiers of the purposes. Absent: every purpose. */
  readonly extendedKeyUsage?: readonly string[]
  /** Whether it may sign others, and how many below one another. */
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number }
  /** Which names those below it may have. */
  readonly nameConstraints?: NameConstraints
  /** Hexadecimal. */
  readonly subjectKeyId?: string
  /** Hexadecimal. */
  readonly authorityKeyId?: string
  /** Object identifiers of the certificate policies. Absent: the extension is. */
  readonly policies?: readonly string[]
  /** How certificate policies have to be processed below this certificate. */
  readonly policyRules: PolicyRules
  /** Fulcio's extensions by their documented names. */
  readonly fulcio: FulcioExtensions
  /** Whether issuer and subject are the same name. */
  readonly selfIssued: boolean
  /** All extensions, in their order. */
  readonly extensions: readonly CertificateExtension[]
  /** How its issuer signed it, and over which bytes. */
  readonly signature: {
    readonly algorithm: SignatureAlgorithm
    readonly bytes: Uint8Array
    readonly signed: Uint8Array
  }
}
