import { customSigner, decodeHex, encodeBase64, encodeHex, importSigner, importVerifier, sha256Hex } from '@cilock/core'
import type { GeneratedKey } from '@cilock/core'
import { seededBytes } from './seeded-bytes.ts'
import { seededCurves } from './curves.ts'
import type { SeededCurve } from './curves.ts'

/** The kinds of keys that can be made from a seed. RSA is not among them: finding primes is slow. */
export const seededKeyKinds = ['ed25519', 'ec-p256', 'ec-p384', 'ec-p521'] as const

/** A kind of key that can be made from a seed. */
export type SeededKeyKind = (typeof seededKeyKinds)[number]

/**
 * A key that follows from its seed, and whose signatures follow from the message: Ed25519 as it is, ECDSA with the nonce
 * of RFC 6979. The same calls give the same bytes, today and on another machine. Whoever knows the seed has the key, so
 * it is good for tests and for nothing else.
 *
 * @param seed any text
 * @param kind Default: `ed25519`
 * @throws TypeError for another kind.
 * @example
 * ```ts
 * const builder = await seededKey('builder')
 * ```
 */
export async function seededKey(seed: string, kind: SeededKeyKind = 'ed25519'): Promise<GeneratedKey> {
  if (!seededKeyKinds.includes(kind)) throw new TypeError(`kind has to be one of ${seededKeyKinds.join(', ')}, not ${kind as string}`)
  return kind === 'ed25519' ? ed25519Key(seed) : ecKey(seed, kind)
}

async function ed25519Key(seed: string): Promise<GeneratedKey> {
  const privateKeyPem = pem('PRIVATE KEY', `302e020100300506032b657004220420${encodeHex(seededBytes(seed, 'ed25519', 32))}`)
  const signer = await importSigner(privateKeyPem)
  const { publicKeyPem } = signer
  return { privateKeyPem, publicKeyPem, signer, verifier: await importVerifier(publicKeyPem) }
}

async function ecKey(seed: string, kind: Exclude<SeededKeyKind, 'ed25519'>): Promise<GeneratedKey> {
  const { curve, size, pkcs8, spki } = seededCurves[kind]
  const secret = secretOf(seed, kind, seededCurves[kind])
  const point = encodeHex(curve.getPublicKey(decodeHex(secret), false))
  const publicKeyPem = pem('PUBLIC KEY', spki + point)
  const sign = async (message: Uint8Array): Promise<Uint8Array> =>
    curve.sign(decodeHex(sha256Hex(message)), decodeHex(secret.padStart(2 * size, '0')), { prehash: false, format: 'der' })
  return {
    privateKeyPem: pem('PRIVATE KEY', pkcs8[0] + secret + pkcs8[1] + point),
    publicKeyPem,
    signer: { ...customSigner({ publicKeyPem, sign }), publicKeyPem },
    verifier: await importVerifier(publicKeyPem),
  }
}

/** A number from 1 to below the curve's order, in hexadecimal of full width; more bits than needed leave no bias. */
function secretOf(seed: string, kind: string, { curve, size }: SeededCurve): string {
  const number = BigInt(`0x${encodeHex(seededBytes(seed, kind, size + 16))}`)
  const secret = (number % (curve.Point.Fn.ORDER - 1n)) + 1n
  return secret.toString(16).padStart(2 * size, '0')
}

function pem(label: string, der: string): string {
  const lines = encodeBase64(decodeHex(der)).match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
