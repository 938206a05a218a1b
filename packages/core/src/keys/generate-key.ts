import { keyPlatform } from '#crypto'
import type { KeyKind } from '../platform/keys.ts'
import { keyPairOf, type KeySigner } from './import-signer.ts'
import type { KeyVerifier } from './import-verifier.ts'
import { encodePem } from './pem/encode.ts'
import { readPrivateKey } from './private-key.ts'

/** The kinds of keys that can be made. */
export const keyKinds: readonly KeyKind[] = ['ec-p224', 'ec-p256', 'ec-p384', 'ec-p521', 'rsa-2048', 'rsa-3072', 'rsa-4096', 'ed25519']

/** A new key, as text and as it is used. */
export interface GeneratedKey {
  /** PKCS#8, not encrypted. */
  readonly privateKeyPem: string
  /** SPKI. */
  readonly publicKeyPem: string
  /** Signs with the private key. */
  readonly signer: KeySigner
  /** Verifies with the public key. */
  readonly verifier: KeyVerifier
}

/**
 * Makes a key.
 *
 * @throws CilockError `ERR_KEY_UNSUPPORTED` for a kind that the platform has not
 * @example
 * const { privateKeyPem, publicKeyPem } = await generateKey('ec-p256')
 */
export async function generateKey(kind: KeyKind): Promise<GeneratedKey> {
  if (!keyKinds.includes(kind)) throw new TypeError(`kind has to be one of ${keyKinds.join(', ')}, not ${kind}`)
  const key = readPrivateKey(await keyPlatform.generate(kind))
  const { signer, verifier } = await keyPairOf(key, 'sha256')
  return { privateKeyPem: encodePem('PRIVATE KEY', key.pkcs8), publicKeyPem: verifier.publicKeyPem, signer, verifier }
}
