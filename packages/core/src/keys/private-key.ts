import { CilockError } from '../error.ts'
import { curves, type Curve } from './curve.ts'
import { bitsOf, derTag, oidOf, readDer, readDerSequence, unsignedOf, type DerElement } from './der/read.ts'
import { derBits, derNull, derOid, derSequence, derUnsigned, writeDer } from './der/write.ts'
import { keyOids, namedCurve, unsupportedKey } from './public-key.ts'

/** A private key as the one PKCS#8 form that every platform reads, and what is needed to choose how it signs. */
export type PrivateKey =
  | { readonly kind: 'rsa'; readonly pkcs8: Uint8Array; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  | { readonly kind: 'ecdsa'; readonly pkcs8: Uint8Array; readonly curve: Curve }
  | { readonly kind: 'ed25519'; readonly pkcs8: Uint8Array }

const context0 = 0xa0
const context1 = 0xa1
const zero = derUnsigned(Uint8Array.of(0))
const one = derUnsigned(Uint8Array.of(1))

/**
 * Reads PKCS#8, PKCS#1 and SEC1 by their structure; labels decide nothing, as in Go. `parameters` are those of an
 * `EC PARAMETERS` block before it, for a SEC1 key that does not name its curve.
 */
export function readPrivateKey(der: Uint8Array, parameters?: Uint8Array): PrivateKey {
  const [version, second, third, ...rest] = readDerSequence(readDer(der).content)
  if (version?.tag !== derTag.integer) throw malformed('a private key')
  if (second?.tag === derTag.octetString) return ecKey(der, parameters === undefined ? undefined : readDer(parameters))
  if (second?.tag === derTag.integer) return rsaKey(der)
  if (second?.tag !== derTag.sequence || third?.tag !== derTag.octetString) throw malformed('a private key')
  // what follows is attributes and, in version 2, the public key: neither says anything about the key itself
  if (rest.some(({ tag }) => (tag & 0xc0) !== 0x80)) throw malformed('a PKCS#8 private key')
  const [algorithm, keyParameters] = readDerSequence(second.content)
  const oid = oidOf(algorithm)
  if (oid === keyOids.rsa) return rsaKey(third.content)
  if (oid === keyOids.ec) return ecKey(third.content, keyParameters)
  if (oid === keyOids.ed25519) return ed25519Key(third.content)
  throw unsupportedKey(oid)
}

function rsaKey(der: Uint8Array): PrivateKey {
  const numbers = readDerSequence(readDer(der).content)
  const [version, modulus, exponent] = numbers.map(unsignedOf)
  if (version?.[0] === 1 && numbers.length > 2) throw new CilockError('ERR_KEY_UNSUPPORTED', 'expected an RSA key of two primes, found one of several')
  if (version?.[0] !== 0 || numbers.length !== 9 || modulus === undefined || exponent === undefined) throw malformed('an RSA private key')
  return { kind: 'rsa', pkcs8: pkcs8(derSequence(derOid(keyOids.rsa), derNull), der), modulus, exponent }
}

function ecKey(der: Uint8Array, outer: DerElement | undefined): PrivateKey {
  const [version, secret, ...rest] = readDerSequence(readDer(der).content)
  if (unsignedOf(version)?.[0] !== 1 || secret?.tag !== derTag.octetString) throw malformed('an EC private key')
  const inner = rest.find(({ tag }) => tag === context0)
  const curve = namedCurve(inner === undefined ? outer : readDer(inner.content))
  if (inner !== undefined && outer !== undefined && namedCurve(outer) !== curve) throw malformed('one curve for an EC private key')
  const publicPart = rest.find(({ tag }) => tag === context1)
  const point = publicPart === undefined ? undefined : bitsOf(readDer(publicPart.content))
  const key = derSequence(
    one,
    writeDer(derTag.octetString, scalarOf(secret.content, curve)),
    // kept, since some browsers do not compute it; whether it belongs to the secret is tried after the import
    ...(point === undefined ? [] : [writeDer(context1, derBits(point))]),
  )
  return { kind: 'ecdsa', pkcs8: pkcs8(derSequence(derOid(keyOids.ec), derOid(curves[curve].oid)), key), curve }
}

/** The secret number in the curve's full width; older tools leave leading zeros out or put more in. */
function scalarOf(bytes: Uint8Array, curve: Curve): Uint8Array {
  const { size, order } = curves[curve]
  const extra = bytes.length - size
  if (extra > 0 && bytes.subarray(0, extra).some((byte) => byte !== 0)) throw malformed(`a secret number below the order of ${curve}`)
  const scalar = new Uint8Array(size)
  if (extra > 0) scalar.set(bytes.subarray(extra))
  else scalar.set(bytes, -extra)
  let number = 0n
  for (const byte of scalar) number = number * 256n + BigInt(byte)
  if (number === 0n || number >= order) throw malformed(`a secret number below the order of ${curve}`)
  return scalar
}

function ed25519Key(der: Uint8Array): PrivateKey {
  const seed = readDer(der)
  if (seed.tag !== derTag.octetString || seed.content.length !== 32) throw malformed('an Ed25519 private key of 32 bytes')
  return { kind: 'ed25519', pkcs8: pkcs8(derSequence(derOid(keyOids.ed25519)), der) }
}

function pkcs8(algorithm: Uint8Array, key: Uint8Array): Uint8Array {
  return derSequence(zero, algorithm, writeDer(derTag.octetString, key))
}

function malformed(expected: string): CilockError {
  return new CilockError('ERR_MALFORMED', `expected ${expected}, found another structure`)
}
