import { builtinError } from '../builtins/operands.ts'
import { ed25519PublicKey, publicPoint, x25519PublicKey, type AffinePoint } from '../crypto/curves.ts'
import { modularInverse, type RsaPrivateKey } from '../crypto/rsa.ts'
import { contextTag, DerReader, Tag, unsignedInteger } from '../der/reader.ts'
import { encodeBase64 } from '../encoding/base64-bytes.ts'
import { numberFromBigInt } from '../value/number.ts'
import type { Value } from '../value/value.ts'
import { curveOids, keyOids, type CurveName } from './oids.ts'

export type PrivateKey =
  | ({ readonly kind: 'rsa' } & RsaPrivateKey)
  | ({ readonly kind: 'ec'; readonly curve: CurveName; readonly d: bigint } & AffinePoint)
  | { readonly kind: 'ed25519'; readonly seed: Uint8Array; readonly publicKey: Uint8Array }
  | { readonly kind: 'x25519'; readonly scalar: Uint8Array; readonly publicKey: Uint8Array }

/** Reads an RSA key as PKCS #1 has it. */
export function parsePkcs1(der: Uint8Array): PrivateKey {
  const outer = new DerReader(der)
  const body = outer.enter(Tag.sequence)
  const version = body?.integer()
  const [n, e, d, p, q, dp, dq, qinv] = Array.from({ length: 8 }, () => body?.integer())
  if (n === undefined || e === undefined || d === undefined || p === undefined || q === undefined || version === undefined) {
    throw builtinError('asn1: structure error: not an RSA private key')
  }
  if (!outer.empty) throw builtinError('asn1: syntax error: trailing data')
  if (version > 1n) throw builtinError('x509: unsupported private key version')
  const primes = [p, q, ...additionalPrimes(body)]
  if ([n, d, ...primes, dp ?? 1n, dq ?? 1n, qinv ?? 1n].some((value) => value <= 0n)) {
    throw builtinError('x509: private key contains zero or negative value')
  }
  checkRsa({ n, e, d, primes }, dp, dq, qinv)
  return { kind: 'rsa', n, e, d, primes }
}

function additionalPrimes(body: DerReader | undefined): readonly bigint[] {
  const primes: bigint[] = []
  const list = body?.enter(Tag.sequence)
  if (list === undefined) return primes
  while (!list.empty) {
    const prime = list.enter(Tag.sequence)?.integer()
    if (prime === undefined) throw builtinError('asn1: structure error: not an RSA private key')
    primes.push(prime)
  }
  return primes
}

function checkRsa({ n, e, d, primes }: RsaPrivateKey, dp: bigint | undefined, dq: bigint | undefined, qinv: bigint | undefined): void {
  const [p = 1n, q = 1n] = primes
  if (primes.reduce((product, prime) => product * prime, 1n) !== n) throw builtinError('crypto/rsa: p * q != n')
  if (primes.some((prime) => prime <= 1n || (d * e) % (prime - 1n) !== 1n)) throw builtinError('crypto/rsa: e * d != 1 mod λ(N)')
  const consistent = (dp ?? d % (p - 1n)) === d % (p - 1n) && (dq ?? d % (q - 1n)) === d % (q - 1n) && (qinv ?? modularInverse(q, p)) === modularInverse(q, p)
  if (!consistent) throw builtinError('crypto/rsa: invalid CRT exponent or coefficient')
}

/** Reads an elliptic-curve key as SEC 1 has it; `curve` where the wrapper has named it already. */
export function parseSec1(der: Uint8Array, curve?: CurveName): PrivateKey {
  const body = new DerReader(der).enter(Tag.sequence)
  const version = body?.integer()
  const secret = body?.read(Tag.octetString)
  if (body === undefined || version === undefined || secret === undefined) throw builtinError('x509: failed to parse EC private key: asn1: structure error: not an EC private key')
  if (version !== 1n) throw builtinError(`x509: unknown EC private key version ${version}`)
  const named = body.peek(contextTag(0, true)) ? body.enter(contextTag(0, true))?.oid()?.join('.') : undefined
  const name = curve ?? curveOids[named ?? '']
  if (name === undefined) throw builtinError('x509: unknown elliptic curve')
  const d = unsignedInteger(secret)
  const point = publicPoint(name, d)
  if (point === undefined) throw builtinError('ecdsa: invalid private key')
  return { kind: 'ec', curve: name, d, ...point }
}

/** Reads a key as PKCS #8 has it. */
export function parsePkcs8(der: Uint8Array): PrivateKey {
  const body = new DerReader(der).enter(Tag.sequence)
  const version = body?.integer()
  const algorithm = body?.enter(Tag.sequence)
  const oid = algorithm?.oid()?.join('.')
  const secret = body?.read(Tag.octetString)
  if (version === undefined || algorithm === undefined || oid === undefined || secret === undefined) {
    throw builtinError('asn1: structure error: not a PKCS#8 private key')
  }
  const kind = keyOids[oid]
  switch (kind) {
    case 'rsa':
      return parsePkcs1(secret)
    case 'ec':
      return parseSec1(secret, curveOids[algorithm.oid()?.join('.') ?? ''])
    case 'ed25519':
    case 'x25519': {
      const name = kind === 'ed25519' ? 'Ed25519' : 'X25519'
      if (!algorithm.empty) throw builtinError(`x509: invalid ${name} private key parameters`)
      const seed = new DerReader(secret).read(Tag.octetString)
      if (seed === undefined) throw builtinError(`x509: invalid ${name} private key: asn1: structure error`)
      if (seed.length !== 32) throw builtinError(`x509: invalid ${name} private key length: ${seed.length}`)
      return kind === 'ed25519' ? { kind, seed, publicKey: ed25519PublicKey(seed) } : { kind, scalar: seed, publicKey: x25519PublicKey(seed) }
    }
    case 'dsa':
    case undefined:
      throw builtinError(`x509: PKCS#8 wrapping contained private key with unknown algorithm: ${oid}`)
  }
}

/** Go's private keys in JSON. */
export function privateKeyJson(key: PrivateKey): Value {
  switch (key.kind) {
    case 'rsa': {
      const [p = 1n, q = 1n] = key.primes
      return {
        N: numberFromBigInt(key.n),
        E: numberFromBigInt(key.e),
        D: numberFromBigInt(key.d),
        Primes: key.primes.map(numberFromBigInt),
        Precomputed: {
          Dp: numberFromBigInt(key.d % (p - 1n)),
          Dq: numberFromBigInt(key.d % (q - 1n)),
          Qinv: numberFromBigInt(modularInverse(q, p) ?? 0n),
          CRTValues: [],
        },
      }
    }
    case 'ec':
      return { Curve: {}, X: numberFromBigInt(key.x), Y: numberFromBigInt(key.y), D: numberFromBigInt(key.d) }
    case 'ed25519':
      return encodeBase64(Uint8Array.from([...key.seed, ...key.publicKey]))
    case 'x25519':
      return {}
  }
}
