import { keyPlatform } from '#crypto'
import { CilockError } from '../error.ts'
import type { Verifier } from '../dsse/signer.ts'
import { isEd25519Point } from '../platform/ed25519.ts'
import type { Curve } from './curve.ts'
import { namesOf } from './key-id.ts'
import type { PublicKey } from './public-key.ts'
import { readPublicPem } from './read-key.ts'
import { keyHashOf, type KeyHash, type SignatureScheme } from './scheme.ts'

/** What a public key verifies. */
export interface ImportVerifierOptions {
  /** The hash that was signed over; Ed25519 has its own. Default: `sha256`, for every curve. */
  readonly hash?: KeyHash
  /**
   * Also accept RSA PKCS#1 v1.5 signatures, as some KMS make them. Default: false, RSA-PSS alone.
   */
  readonly allowRsaPkcs1v15?: boolean
  /**
   * Only accept RSA-PSS signatures whose salt is as long as the hash, as certificates say that theirs is. Default: false, a salt
   * of any length.
   */
  readonly exactPssSalt?: boolean
}

/** A verifier of one public key. */
export interface KeyVerifier extends Verifier {
  readonly keyid: string
  /** The key in Go's spelling of SPKI PEM. */
  readonly publicKeyPem: string
}

/**
 * A verifier for the public key of a PEM text (SPKI, or PKCS#1): RSA-PSS with a salt of any length, ECDSA in DER on
 * P-224, P-256, P-384 and P-521, Ed25519.
 *
 * @throws CilockError `ERR_MALFORMED`, `ERR_KEY_UNSUPPORTED` (another kind of key, RSA under 2048 bits, a curve that the
 * platform has not, a certificate or a private key)
 * @example
 * const verifier = await importVerifier(await readFile('key.pub.pem', 'utf8'))
 */
export async function importVerifier(publicKeyPem: string, options: ImportVerifierOptions = {}): Promise<KeyVerifier> {
  const { hash, allowRsaPkcs1v15 = false, exactPssSalt = false } = options
  const name = JSON.stringify([publicKeyPem, keyHashOf(hash), allowRsaPkcs1v15, exactPssSalt])
  const known = recent.get(name)
  if (known !== undefined) return { ...known }
  const key = readPublicPem(publicKeyPem)
  const verifier = await verifierOf(key, schemeOf(key, keyHashOf(hash), allowRsaPkcs1v15, exactPssSalt))
  if (name.length <= maxLength) remember(name, verifier)
  return { ...verifier }
}

/**
 * Verifiers by the whole of what they were made from. Whoever judges many artifacts by one policy reads the same keys
 * each time, and to look at a key takes longer than to verify with it.
 */
const recent = new Map<string, KeyVerifier>()
const maxRecent = 64
/** A key of 16,384 bits has about 3,000 characters; there may be any text around it. */
const maxLength = 8_192

function remember(name: string, verifier: KeyVerifier): void {
  const [oldest] = recent.keys()
  if (recent.size >= maxRecent && oldest !== undefined) recent.delete(oldest)
  recent.set(name, verifier)
}

/** What of a key, public or private, decides how it signs. */
export type KeyShape =
  | { readonly kind: 'rsa'; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  | { readonly kind: 'ecdsa'; readonly curve: Curve }
  | { readonly kind: 'ed25519' }

/** How a key signs; refuses what is too weak, or too big to be meant. */
export function schemeOf(key: KeyShape, hash: KeyHash, allowPkcs1v15: boolean, exactPssSalt = false): SignatureScheme {
  switch (key.kind) {
    case 'rsa':
      checkRsa(key)
      return { kind: 'rsa', hash, allowPkcs1v15, exactPssSalt }
    case 'ecdsa':
      return { kind: 'ecdsa', curve: key.curve, hash }
    case 'ed25519':
      return { kind: 'ed25519' }
  }
}

export async function verifierOf(key: PublicKey, scheme: SignatureScheme): Promise<KeyVerifier> {
  if (key.kind === 'ed25519' && !isEd25519Point(key.bytes)) {
    throw new CilockError('ERR_MALFORMED', 'expected an Ed25519 public key, found bytes that are no point of the curve')
  }
  const { spki, pem, keyid, fingerprint } = namesOf(key, scheme.kind === 'ed25519' ? 'sha256' : scheme.hash)
  const verify = await keyPlatform.importVerifier(key, spki, scheme)
  return {
    keyid,
    publicKeyPem: pem,
    verify: async (message, { sig }, { meanwhile = false } = {}) => (isAsLongAs(key, sig) && (await verify(message, sig, meanwhile)) ? { keyid, fingerprint } : undefined),
  }
}

/**
 * An RSA signature has exactly the modulus' length (RFC 8017 §8.1.2 step 1), and Go holds to it. OpenSSL takes a PSS
 * signature that begins with a zero without that zero as well, so that one signature would have two forms.
 */
function isAsLongAs(key: PublicKey, signature: Uint8Array): boolean {
  return key.kind !== 'rsa' || signature.length === key.modulus.length
}

const minRsaBits = 2048
const maxRsaBits = 16384

function checkRsa({ modulus, exponent }: { readonly modulus: Uint8Array; readonly exponent: Uint8Array }): void {
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24
  if (bits < minRsaBits || bits > maxRsaBits) {
    throw new CilockError('ERR_KEY_UNSUPPORTED', `expected an RSA key of ${minRsaBits} to ${maxRsaBits} bits, found one of ${bits}`)
  }
  // Go takes no exponent of 2^31 or more either
  const value = exponent.length > 4 ? Number.POSITIVE_INFINITY : exponent.reduce((sum, byte) => sum * 256 + byte, 0)
  if (value < 3 || value % 2 === 0 || value >= 2 ** 31) {
    throw new CilockError('ERR_KEY_UNSUPPORTED', 'expected an RSA key with an odd exponent from 3 to 2^31, found another')
  }
}
