import type { Curve } from './curve.ts'

/** The hashes that a signature may be made over. CI/lock's own keys use SHA-256, KMS keys may use the others. */
export const keyHashes = ['sha256', 'sha384', 'sha512'] as const

/** The hash that is signed. Ed25519 has its own, whatever is said. */
export type KeyHash = (typeof keyHashes)[number]

/** How a key signs. Ed25519 hashes by itself. */
export type SignatureScheme =
  | { readonly kind: 'ecdsa'; readonly curve: Curve; readonly hash: KeyHash }
  | { readonly kind: 'rsa'; readonly hash: KeyHash; readonly allowPkcs1v15: boolean; readonly exactPssSalt: boolean }
  | { readonly kind: 'ed25519' }

/** SHA-256 where nothing is given; a hash that is not in the list is a TypeError. */
export function keyHashOf(hash: KeyHash | undefined): KeyHash {
  if (hash === undefined) return 'sha256'
  if (!keyHashes.includes(hash)) throw new TypeError(`hash has to be one of ${keyHashes.join(', ')}, not ${hash}`)
  return hash
}
