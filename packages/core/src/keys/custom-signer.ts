import { CilockError } from '../error.ts'
import type { Signer } from '../dsse/signer.ts'
import { curves } from './curve.ts'
import { ecdsaToDer } from './ecdsa-signature.ts'
import { schemeOf, verifierOf, type KeyVerifier } from './import-verifier.ts'
import { namesOf } from './key-id.ts'
import { readPublicPem } from './read-key.ts'
import { keyHashOf, type KeyHash } from './scheme.ts'

interface CustomSignerBase {
  /** Signs the message itself (it is not hashed yet). */
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>
  /** PEM text of the key's certificate, and of its issuers without the root. */
  readonly certificate?: string
  readonly intermediates?: readonly string[]
}

/** A signer whose public key is known: each signature is tried on it before it is handed out. */
export interface CustomKeySignerOptions extends CustomSignerBase {
  /** SPKI or PKCS#1 PEM of the key that `sign` uses. */
  readonly publicKeyPem: string
  /** The hash that `sign` uses. Default: `sha256`. */
  readonly hash?: KeyHash
  /** How `sign` gives ECDSA signatures: `p1363` is WebCrypto's form. Default: `der`. */
  readonly ecdsaForm?: 'der' | 'p1363'
  /** Whether `sign` makes RSA PKCS#1 v1.5, which CI/lock verifies for KMS keys alone. Default: false, RSA-PSS. */
  readonly allowRsaPkcs1v15?: boolean
}

/** A signer of which only a name is known. Its signatures are taken as they are. */
export interface CustomNamedSignerOptions extends CustomSignerBase {
  /** What stands as `keyid` beside its signatures. */
  readonly keyid: string
}

/**
 * A signer from a function: a key in a KMS or an HSM, or one that WebCrypto does not let out.
 *
 * With a public key, a signature that it does not verify (another hash, another encoding, another key) is refused when it
 * is made, with `ERR_SIGNER_FAILED`, not when someone reads it.
 *
 * @throws CilockError `ERR_MALFORMED`, `ERR_KEY_UNSUPPORTED` for the public key; the platform's own refusals come with the
 * first signature
 * @example
 * const signer = customSigner({
 *   publicKeyPem,
 *   ecdsaForm: 'p1363',
 *   sign: async (message) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, message)),
 * })
 */
export function customSigner(options: CustomKeySignerOptions | CustomNamedSignerOptions): Signer {
  const { sign, certificate, intermediates } = options
  const rest = { ...(certificate !== undefined && { certificate }), ...(intermediates !== undefined && { intermediates }) }
  if ('keyid' in options) return { keyid: options.keyid, sign, ...rest }
  const key = readPublicPem(options.publicKeyPem)
  const scheme = schemeOf(key, keyHashOf(options.hash), options.allowRsaPkcs1v15 ?? false)
  const { keyid } = namesOf(key, keyHashOf(options.hash))
  let verifier: Promise<KeyVerifier> | undefined
  return {
    keyid,
    ...rest,
    sign: async (message) => {
      verifier ??= verifierOf(key, scheme)
      const made = await sign(message)
      const sig = options.ecdsaForm === 'p1363' && key.kind === 'ecdsa' ? ecdsaToDer(made, curves[key.curve].size) : made
      if (sig === undefined || (await (await verifier).verify(message, { keyid, sig })) === undefined) {
        throw new CilockError('ERR_SIGNER_FAILED', `expected a signature of the key ${keyid}, found one that it does not verify`)
      }
      return sig
    },
  }
}
