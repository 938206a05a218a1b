import { createHash } from '#crypto'
import { encodeHex } from '../bytes/hex.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { encodePem } from './pem/encode.ts'
import { encodePublicKey, type PublicKey } from './public-key.ts'
import { readNamedPem } from './read-key.ts'
import { keyHashOf, type KeyHash } from './scheme.ts'

/** What a public key is called: its canonical PEM text, its key id, and its fingerprint. */
export interface KeyNames {
  readonly spki: Uint8Array
  readonly pem: string
  readonly keyid: string
  readonly fingerprint: string
}

export function namesOf(key: PublicKey, hash: KeyHash): KeyNames {
  const spki = encodePublicKey(key)
  const pem = encodePem('PUBLIC KEY', spki)
  return {
    spki,
    pem,
    keyid: encodeHex(createHash(key.kind === 'ed25519' ? 'sha256' : hash).update(encodeUtf8(pem)).digest()),
    fingerprint: encodeHex(createHash('sha256').update(spki).digest()),
  }
}

/**
 * The key id that CI/lock gives a public key: the hash of its PEM text in Go's spelling, so every spelling of a key
 * (PKCS#1, CRLF, one line) has the same id. A certificate has that of its key. Keys too small to verify with have one too.
 *
 * @param hash The hash that the key signs with; Ed25519 keys take SHA-256 whatever is given. Default: `sha256`.
 * @throws CilockError `ERR_MALFORMED`, `ERR_KEY_UNSUPPORTED`
 */
export function keyIdOf(publicKeyPem: string, hash?: KeyHash): string {
  return namesOf(readNamedPem(publicKeyPem), keyHashOf(hash)).keyid
}
