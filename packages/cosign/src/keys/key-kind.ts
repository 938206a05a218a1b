import { encodeHex } from '@cilock/core'
import type { KeyHash } from '@cilock/core'
import { CosignError } from '../error.ts'
import { firstPemBlock } from './pem.ts'

/** What of a public key decides how cosign signs with it. */
export interface CosignKeyKind {
  readonly kind: 'ecdsa' | 'rsa' | 'ed25519'
  /** The hash that cosign signs over: for curves it follows their size. */
  readonly hash: KeyHash
  /** The SPKI DER. */
  readonly spki: Uint8Array
}

/** How the one DER form of each key begins, in which core writes every public key. */
const kinds: readonly (Pick<CosignKeyKind, 'kind' | 'hash'> & { readonly begin: RegExp })[] = [
  { kind: 'ecdsa', hash: 'sha256', begin: /^3059301306072a8648ce3d020106082a8648ce3d030107/ },
  { kind: 'ecdsa', hash: 'sha384', begin: /^3076301006072a8648ce3d020106052b81040022/ },
  { kind: 'ecdsa', hash: 'sha512', begin: /^30819b301006072a8648ce3d020106052b81040023/ },
  { kind: 'ed25519', hash: 'sha512', begin: /^302a300506032b6570/ },
  { kind: 'rsa', hash: 'sha256', begin: /^3082[0-9a-f]{4}300d06092a864886f70d0101010500/ },
]

/**
 * Which key a public key PEM of core's is.
 *
 * @throws CosignError `ERR_KEY_UNSUPPORTED` for one with which cosign does not sign
 */
export function keyKindOf(publicKeyPem: string): CosignKeyKind {
  const spki = firstPemBlock(publicKeyPem)?.bytes ?? new Uint8Array()
  const begin = encodeHex(spki.subarray(0, 40))
  const found = kinds.find((each) => each.begin.test(begin))
  if (found === undefined) throw new CosignError('ERR_KEY_UNSUPPORTED', 'expected a key on P-256, P-384 or P-521, of RSA or Ed25519, found another')
  return { kind: found.kind, hash: found.hash, spki }
}
