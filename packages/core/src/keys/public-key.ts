import { CilockError } from '../error.ts'
import { curveOf, curves, type Curve } from './curve.ts'
import { bitsOf, derTag, oidOf, readDer, readDerSequence, unsignedOf, type DerElement } from './der/read.ts'
import { derBits, derNull, derOid, derSequence, derUnsigned } from './der/write.ts'

/** A public key, taken apart. Big numbers are big-endian bytes without leading zeros. */
export type PublicKey =
  | { readonly kind: 'rsa'; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  | { readonly kind: 'ecdsa'; readonly curve: Curve; readonly point: Uint8Array }
  | { readonly kind: 'ed25519'; readonly bytes: Uint8Array }

export const keyOids = { rsa: '1.2.840.113549.1.1.1', ec: '1.2.840.10045.2.1', ed25519: '1.3.101.112' } as const

/** Names of keys that are recognised to be refused by name. */
const foreignOids: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.10', 'an RSA key restricted to PSS (id-RSASSA-PSS)'],
  ['1.3.101.113', 'an Ed448 key'],
  ['1.3.101.110', 'an X25519 key'],
  ['1.3.101.111', 'an X448 key'],
  ['1.2.840.10040.4.1', 'a DSA key'],
  ['1.3.132.0.10', 'a key on the curve secp256k1'],
])

const supported = 'expected an RSA, ECDSA (P-224, P-256, P-384, P-521) or Ed25519 key'

/** The refusal of a key of another kind, by its name where it is known. */
export function unsupportedKey(oid: string | undefined): CilockError {
  const name = oid === undefined ? 'one without an algorithm' : (foreignOids.get(oid) ?? `one of algorithm ${oid}`)
  return new CilockError('ERR_KEY_UNSUPPORTED', `${supported}, found ${name}`)
}

/** Reads the content of a SubjectPublicKeyInfo or of a PKCS#1 RSAPublicKey. */
export function readPublicKey(der: Uint8Array): PublicKey {
  const [first, second, ...rest] = readDerSequence(readDer(der).content)
  if (rest.length > 0) throw malformed('a public key')
  if (first?.tag === derTag.integer) return rsaKey(first, second)
  if (first?.tag !== derTag.sequence) throw malformed('a public key')
  const [algorithm, parameters] = readDerSequence(first.content)
  const bits = bitsOf(second)
  if (bits === undefined) throw malformed('a public key')
  const oid = oidOf(algorithm)
  if (oid === keyOids.rsa) {
    const [modulus, exponent] = readDerSequence(readDer(bits).content)
    return rsaKey(modulus, exponent)
  }
  if (oid === keyOids.ed25519) return ed25519Key(bits)
  if (oid === keyOids.ec) return { kind: 'ecdsa', ...pointOf(namedCurve(parameters), bits) }
  throw unsupportedKey(oid)
}

/** The one SubjectPublicKeyInfo that Go writes for a key, whatever form it came in. */
export function encodePublicKey(key: PublicKey): Uint8Array {
  switch (key.kind) {
    case 'rsa': {
      const numbers = derSequence(derUnsigned(key.modulus), derUnsigned(key.exponent))
      return derSequence(derSequence(derOid(keyOids.rsa), derNull), derBits(numbers))
    }
    case 'ecdsa':
      return derSequence(derSequence(derOid(keyOids.ec), derOid(curves[key.curve].oid)), derBits(key.point))
    case 'ed25519':
      return derSequence(derSequence(derOid(keyOids.ed25519)), derBits(key.bytes))
  }
}

/** The curve that the parameters of an EC key name; explicit parameters are refused. */
export function namedCurve(parameters: DerElement | undefined): Curve {
  const oid = oidOf(parameters)
  if (oid === undefined) throw new CilockError('ERR_KEY_UNSUPPORTED', 'expected an EC key on a named curve, found explicit parameters or none')
  const curve = curveOf(oid)
  if (curve === undefined) throw unsupportedKey(oid)
  return curve
}

function rsaKey(modulus: DerElement | undefined, exponent: DerElement | undefined): PublicKey {
  const n = unsignedOf(modulus)
  const e = unsignedOf(exponent)
  if (n === undefined || e === undefined) throw malformed('an RSA public key')
  return { kind: 'rsa', modulus: n, exponent: e }
}

function ed25519Key(bytes: Uint8Array): PublicKey {
  if (bytes.length !== 32) throw malformed('an Ed25519 public key of 32 bytes')
  return { kind: 'ed25519', bytes }
}

function pointOf(curve: Curve, point: Uint8Array): { readonly curve: Curve; readonly point: Uint8Array } {
  const [form] = point
  const { size } = curves[curve]
  if ((form === 2 || form === 3) && point.length === size + 1) {
    throw new CilockError('ERR_KEY_UNSUPPORTED', 'expected an EC key with an uncompressed point, found a compressed one')
  }
  if (form !== 4 || point.length !== 2 * size + 1) throw malformed(`a point on ${curve}`)
  return { curve, point }
}

function malformed(expected: string): CilockError {
  return new CilockError('ERR_MALFORMED', `expected ${expected}, found another structure`)
}
