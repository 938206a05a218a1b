import { importVerifier, sha256Hex } from '@cilock/core'
import type { KeyHash, KeyVerifier } from '@cilock/core'
import { verifyEd25519ph } from './ed25519ph.ts'
import { keyKindOf } from './key-kind.ts'

/** What a public key of cosign's verifies. */
export interface CosignVerifierOptions {
  /**
   * The only hash that counts (`--signature-digest-algorithm`). Default: SHA-256, and for P-384 and P-521 also SHA-384 and
   * SHA-512, with which cosign signs by them.
   */
  readonly hash?: KeyHash
}

/**
 * A verifier of what cosign signs by a key (`cosign.pub`): ECDSA over the hash that goes with the curve, RSA in PKCS#1 v1.5
 * (and PSS), Ed25519 and Ed25519ph. cosign itself does not verify all that it signs: it takes SHA-256 for every curve.
 *
 * @throws CilockError `ERR_MALFORMED`, `ERR_KEY_UNSUPPORTED`
 * @example
 * const verifier = await cosignVerifier(await readFile('cosign.pub', 'utf8'))
 */
export async function cosignVerifier(publicKeyPem: string, options: CosignVerifierOptions = {}): Promise<KeyVerifier> {
  const first = await importVerifier(publicKeyPem, { allowRsaPkcs1v15: true, ...(options.hash !== undefined && { hash: options.hash }) })
  const { kind, hash, spki } = keyKindOf(first.publicKeyPem)
  if (kind === 'ed25519') {
    const point = spki.subarray(spki.length - 32)
    return {
      ...first,
      verify: async (message, signature) => (await first.verify(message, signature)) ?? (verifyEd25519ph(point, message, signature.sig) ? { keyid: first.keyid, fingerprint: sha256Hex(spki) } : undefined),
    }
  }
  if (options.hash !== undefined || hash === 'sha256') return first
  const own = await importVerifier(publicKeyPem, { hash })
  // one key has one name, whichever hash it signed over
  return {
    ...first,
    verify: async (message, signature) => {
      const identity = (await own.verify(message, signature)) ?? (await first.verify(message, signature))
      return identity === undefined ? undefined : { ...identity, keyid: first.keyid }
    },
  }
}
