import type { SignatureScheme } from '../keys/scheme.ts'
import type { PublicKey } from '../keys/public-key.ts'

/** A private key in the platform's hands. */
export interface PlatformSigner {
  /** The SPKI DER of its public key, in any form that the platform likes. */
  readonly spki: Uint8Array
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>
}

/** Judges one signature; a signature of any shape is true or false. `meanwhile` as in `VerifySignatureOptions`. */
export type PlatformVerify = (message: Uint8Array, signature: Uint8Array, meanwhile: boolean) => Promise<boolean>

/** Ciphers of encrypted keys. */
export type KeyCipher = 'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc' | 'des-ede3-cbc'

/** A kind of key that can be made. */
export type KeyKind = 'ec-p224' | 'ec-p256' | 'ec-p384' | 'ec-p521' | 'rsa-2048' | 'rsa-3072' | 'rsa-4096' | 'ed25519'

export interface Pbkdf2Options {
  readonly prf: 'sha1' | 'sha256' | 'sha384' | 'sha512'
  readonly salt: Uint8Array
  readonly iterations: number
  readonly length: number
}

export interface ScryptOptions {
  readonly salt: Uint8Array
  readonly cost: number
  readonly blockSize: number
  readonly parallelization: number
  readonly length: number
}

/**
 * What differs by platform about keys. All of it throws `ERR_KEY_UNSUPPORTED` for what the platform has not, and
 * `ERR_MALFORMED` for key material that it refuses.
 */
export interface KeyPlatform {
  readonly importSigner: (pkcs8: Uint8Array, scheme: SignatureScheme) => Promise<PlatformSigner>
  readonly importVerifier: (key: PublicKey, spki: Uint8Array, scheme: SignatureScheme) => Promise<PlatformVerify>
  /** The PKCS#8 DER of a new key. */
  readonly generate: (kind: KeyKind) => Promise<Uint8Array>
  readonly pbkdf2: (passphrase: Uint8Array, options: Pbkdf2Options) => Promise<Uint8Array>
  readonly scrypt: (passphrase: Uint8Array, options: ScryptOptions) => Promise<Uint8Array>
  /** Removes PKCS#7 padding; undefined when there is none, as with a wrong key. */
  readonly decrypt: (cipher: KeyCipher, key: Uint8Array, iv: Uint8Array, data: Uint8Array) => Promise<Uint8Array | undefined>
}

