import { keyPlatform } from '#crypto'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { CilockError } from '../error.ts'
import type { Signer } from '../dsse/signer.ts'
import { schemeOf, verifierOf, type KeyVerifier } from './import-verifier.ts'
import type { PrivateKey } from './private-key.ts'
import { readPublicKey } from './public-key.ts'
import { readPrivatePem } from './read-key.ts'
import { keyHashOf, type KeyHash } from './scheme.ts'

/** How a private key is opened, and what it signs with. */
export interface ImportSignerOptions {
  /** Opens an encrypted key; not looked at when the key is not encrypted. */
  readonly passphrase?: string | Uint8Array
  /** The hash to sign over; Ed25519 has its own. Default: `sha256`, for every curve, which is all that CI/lock verifies. */
  readonly hash?: KeyHash
}

/** A signer with a key in memory. */
export interface KeySigner extends Signer {
  /** Its public key in Go's spelling of SPKI PEM. */
  readonly publicKeyPem: string
}

/**
 * A signer for the private key of a PEM text: PKCS#8, encrypted PKCS#8 (PBES2), SEC1, PKCS#1. Signs RSA with PSS and a
 * salt as long as the hash, ECDSA in DER, Ed25519 as it is.
 *
 * @throws CilockError `ERR_MALFORMED`, `ERR_KEY_UNSUPPORTED` (another kind of key or format, RSA under 2048 bits, a curve
 * that the platform has not), `ERR_KEY_PASSPHRASE` (missing or wrong), `ERR_LIMIT_EXCEEDED` (an encryption that asks for
 * too much work)
 * @example
 * const signer = await importSigner(await readFile('key.pem', 'utf8'), { passphrase })
 */
export async function importSigner(privateKeyPem: string, options: ImportSignerOptions = {}): Promise<KeySigner> {
  const hash = keyHashOf(options.hash)
  return (await keyPairOf(await readPrivatePem(privateKeyPem, options.passphrase), hash)).signer
}

const probe = encodeUtf8('Does the public half of this key belong to its private half?')

/** Both halves of a private key, tried on each other: a damaged key, or one with another's public half, signs nothing. */
export async function keyPairOf(key: PrivateKey, hash: KeyHash): Promise<{ readonly signer: KeySigner; readonly verifier: KeyVerifier }> {
  const scheme = schemeOf(key, hash, false)
  const { spki, sign } = await keyPlatform.importSigner(key.pkcs8, scheme)
  const verifier = await verifierOf(readPublicKey(spki), scheme)
  const { keyid, publicKeyPem } = verifier
  if (!(await belongTogether(sign, verifier))) {
    throw new CilockError('ERR_MALFORMED', 'expected a private key and its public key, found two that do not belong together')
  }
  return { signer: { keyid, publicKeyPem, sign }, verifier }
}

/** A damaged key may fail to sign as well as sign wrongly. */
async function belongTogether(sign: Signer['sign'], verifier: KeyVerifier): Promise<boolean> {
  let sig: Uint8Array
  try {
    sig = await sign(probe)
  } catch {
    return false
  }
  return (await verifier.verify(probe, { keyid: '', sig })) !== undefined
}
