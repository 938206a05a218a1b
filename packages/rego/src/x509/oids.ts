/** Object identifiers of keys, signatures and extensions, with the numbers that Go's `crypto/x509` gives them in JSON. */

export type CurveName = 'P-224' | 'P-256' | 'P-384' | 'P-521'

export const curveOids: Readonly<Record<string, CurveName | undefined>> = {
  '1.3.132.0.33': 'P-224',
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
}

export type KeyAlgorithm = 'rsa' | 'dsa' | 'ec' | 'ed25519'

export const keyOids: Readonly<Record<string, KeyAlgorithm | 'x25519' | undefined>> = {
  '1.2.840.113549.1.1.1': 'rsa',
  '1.2.840.10040.4.1': 'dsa',
  '1.2.840.10045.2.1': 'ec',
  '1.3.101.112': 'ed25519',
  '1.3.101.110': 'x25519',
}

export const keyAlgorithmNumbers: Readonly<Record<KeyAlgorithm, number>> = { rsa: 1, dsa: 2, ec: 3, ed25519: 4 }

export type HashName = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512'

export interface SignatureAlgorithm {
  /** Go's constant; 0 is unknown. */
  readonly number: number
  readonly key?: KeyAlgorithm
  readonly hash?: HashName
  readonly pss?: boolean
}

export const unknownSignature: SignatureAlgorithm = { number: 0 }

export const signatureOids: Readonly<Record<string, SignatureAlgorithm | undefined>> = {
  '1.2.840.113549.1.1.4': { number: 2, key: 'rsa', hash: 'md5' },
  '1.2.840.113549.1.1.5': { number: 3, key: 'rsa', hash: 'sha1' },
  '1.3.14.3.2.29': { number: 3, key: 'rsa', hash: 'sha1' },
  '1.2.840.113549.1.1.11': { number: 4, key: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { number: 5, key: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { number: 6, key: 'rsa', hash: 'sha512' },
  '1.2.840.10040.4.3': { number: 7, key: 'dsa', hash: 'sha1' },
  '2.16.840.1.101.3.4.3.2': { number: 8, key: 'dsa', hash: 'sha256' },
  '1.2.840.10045.4.1': { number: 9, key: 'ec', hash: 'sha1' },
  '1.2.840.10045.4.3.2': { number: 10, key: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { number: 11, key: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { number: 12, key: 'ec', hash: 'sha512' },
  '1.3.101.112': { number: 16, key: 'ed25519' },
}

export const pssOid = '1.2.840.113549.1.1.10'
export const mgf1Oid = '1.2.840.113549.1.1.8'

/** RSA-PSS is known only with matching hashes and a salt as long as the hash. */
export const pssHashes: Readonly<Record<string, { readonly salt: bigint; readonly algorithm: SignatureAlgorithm } | undefined>> = {
  '2.16.840.1.101.3.4.2.1': { salt: 32n, algorithm: { number: 13, key: 'rsa', hash: 'sha256', pss: true } },
  '2.16.840.1.101.3.4.2.2': { salt: 48n, algorithm: { number: 14, key: 'rsa', hash: 'sha384', pss: true } },
  '2.16.840.1.101.3.4.2.3': { salt: 64n, algorithm: { number: 15, key: 'rsa', hash: 'sha512', pss: true } },
}

/** Go's `ExtKeyUsage` numbers. */
export const extendedKeyUsages: Readonly<Record<string, number | undefined>> = {
  '2.5.29.37.0': 0,
  '1.3.6.1.5.5.7.3.1': 1,
  '1.3.6.1.5.5.7.3.2': 2,
  '1.3.6.1.5.5.7.3.3': 3,
  '1.3.6.1.5.5.7.3.4': 4,
  '1.3.6.1.5.5.7.3.5': 5,
  '1.3.6.1.5.5.7.3.6': 6,
  '1.3.6.1.5.5.7.3.7': 7,
  '1.3.6.1.5.5.7.3.8': 8,
  '1.3.6.1.5.5.7.3.9': 9,
  '1.3.6.1.4.1.311.10.3.3': 10,
  '2.16.840.1.113730.4.1': 11,
  '1.3.6.1.4.1.311.2.1.22': 12,
  '1.3.6.1.4.1.311.61.1.1': 13,
}

export const extensionRequestOid = '1.2.840.113549.1.9.14'
export const authorityInfoAccessOid = '1.3.6.1.5.5.7.1.1'
export const ocspOid = '1.3.6.1.5.5.7.48.1'
export const caIssuersOid = '1.3.6.1.5.5.7.48.2'
export const subjectAltNameOid = '2.5.29.17'
export const anyPolicyOid = '2.5.29.32.0'
