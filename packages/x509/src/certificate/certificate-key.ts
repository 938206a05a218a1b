/** The public key of a certificate. */
export interface CertificateKey {
  /** `other` is a kind that nothing here verifies with. */
  readonly kind: 'rsa' | 'ecdsa' | 'ed25519' | 'other'
  /** Of an RSA key. */
  readonly bits?: number
  /** Of an ECDSA key, where it is known: `P-256`. */
  readonly curve?: string
  /** The DER of the SubjectPublicKeyInfo as it stands in the certificate. */
  readonly spki: Uint8Array
  /** PEM of the same. */
  readonly pem: string
  /** The key id that CI/lock gives it; absent for a key that no signature can be verified with. */
  readonly keyid?: string
  /** Hex SHA-256 of the SPKI. */
  readonly fingerprint: string
}
