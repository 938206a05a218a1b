import { customSigner, importSigner } from '@cilock/core'
import type { KeyHash, KeySigner } from '@cilock/core'
import { CosignError } from '../error.ts'
import { keyKindOf } from './key-kind.ts'
import { pkcs8Of } from './pkcs8.ts'
import { decryptCosignKey, isCosignPrivateKey } from './private-key-file.ts'

/** How a private key is opened, and what it signs with. */
export interface CosignSignerOptions {
  /** Opens a key file of cosign, or an encrypted PKCS#8. Not looked at when the key is not encrypted. */
  readonly password?: string | Uint8Array
  /**
   * The hash to sign over by ECDSA. Default: that of the curve, as cosign does; its verifiers then want
   * `--signature-digest-algorithm` for P-384 and P-521, and do not with `sha256`.
   */
  readonly hash?: KeyHash
}

/** A signer with a key in memory that signs as cosign does. */
export interface CosignSigner extends KeySigner {
  /** The hash that it signs over; absent for Ed25519, which has its own. */
  readonly hash?: KeyHash
}

/**
 * A signer that signs as cosign does, for its own key file (`cosign.key`) or any private key that core reads: ECDSA over the
 * hash that goes with the curve, RSA in PKCS#1 v1.5 over SHA-256, Ed25519 as it is.
 *
 * @throws CosignError `ERR_COSIGN_KEY`, `ERR_KEY_PASSPHRASE` (also where the key is encrypted and no password was given),
 * `ERR_KEY_UNSUPPORTED`
 * @throws CilockError as `importSigner()`
 * @example
 * const signer = await cosignSigner(await readFile('cosign.key', 'utf8'), { password: '' })
 */
export async function cosignSigner(privateKey: string, { password, hash }: CosignSignerOptions = {}): Promise<CosignSigner> {
  if (typeof privateKey !== 'string') throw new TypeError('a private key has to be PEM text')
  const pem = isCosignPrivateKey(privateKey) ? await opened(privateKey, password) : privateKey
  const passphrase = password === undefined ? {} : { passphrase: password }
  const plain = await importSigner(pem, passphrase)
  const found = keyKindOf(plain.publicKeyPem)
  if (found.kind === 'rsa') return rsaSigner(pkcs8Of(pem, found.spki), plain)
  const wanted = hash ?? found.hash
  if (found.kind === 'ed25519') return plain
  const signer = wanted === 'sha256' ? plain : await importSigner(pem, { ...passphrase, hash: wanted })
  // one key has one name, whichever hash it signs over
  return { ...signer, keyid: plain.keyid, hash: wanted }
}

async function opened(pem: string, password: string | Uint8Array | undefined): Promise<string> {
  if (password === undefined) throw new CosignError('ERR_KEY_PASSPHRASE', 'the key is encrypted, but no password was given')
  return decryptCosignKey(pem, { password })
}

/** core signs RSA with PSS, which cosign does not read. */
async function rsaSigner(pkcs8: Uint8Array<ArrayBuffer>, { publicKeyPem, keyid }: KeySigner): Promise<CosignSigner> {
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign'])
  const custom = customSigner({
    publicKeyPem,
    allowRsaPkcs1v15: true,
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('RSASSA-PKCS1-v1_5', key, new Uint8Array(message))),
  })
  return { keyid, publicKeyPem, hash: 'sha256', sign: async (message) => custom.sign(message) }
}
