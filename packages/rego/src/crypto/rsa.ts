import { unsignedBytes, unsignedInteger } from '../der/reader.ts'
import type { HashName } from '../x509/oids.ts'
import { digest, equalBytes, hashLengths } from './hash.ts'

export interface RsaPublicKey {
  readonly n: bigint
  readonly e: bigint
}

export interface RsaPrivateKey extends RsaPublicKey {
  readonly d: bigint
  readonly primes: readonly bigint[]
}

// DigestInfo up to the digest (RFC 8017 9.2, note 1).
const digestInfo: Readonly<Record<HashName, string>> = {
  md5: '3020300c06082a864886f70d020505000410',
  sha1: '3021300906052b0e03021a05000414',
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
}

/** Keys from 1,024 to 16,384 bits; Go refuses smaller ones, and larger ones would only cost time. */
export function usableRsaKey({ n, e }: RsaPublicKey): boolean {
  const bits = bitLength(n)
  return bits >= 1024 && bits <= 16384 && (n & 1n) === 1n && (e & 1n) === 1n && e > 1n && e < 2n ** 31n
}

/** RSASSA-PKCS1-v1_5 (RFC 8017 8.2.2). */
export function verifyPkcs1(key: RsaPublicKey, hash: HashName, hashed: Uint8Array, signature: Uint8Array): boolean {
  const encoded = recover(key, signature)
  return encoded !== undefined && equalBytes(encoded, pkcs1Encoding(hash, hashed, encoded.length) ?? new Uint8Array())
}

/** RSASSA-PSS (RFC 8017 8.1.2), with MGF1 over the same hash. Without `saltLength` any length passes. */
export function verifyPss(key: RsaPublicKey, hash: HashName, hashed: Uint8Array, signature: Uint8Array, saltLength?: number): boolean {
  if (recover(key, signature) === undefined) return false
  const emBits = bitLength(key.n) - 1
  const emLength = Math.ceil(emBits / 8)
  const size = hashLengths[hash]
  const value = power(unsignedInteger(signature), key.e, key.n)
  if (value >= 1n << BigInt(emLength * 8)) return false
  const em = unsignedBytes(value, emLength)
  if (em.at(-1) !== 0xbc || emLength < size + (saltLength ?? 0) + 2) return false
  const maskedDb = em.subarray(0, emLength - size - 1)
  const h = em.subarray(emLength - size - 1, -1)
  const topMask = 0xff >> (8 * emLength - emBits)
  if (((maskedDb[0] ?? 0) & ~topMask & 0xff) !== 0) return false
  const db = xor(maskedDb, mgf1(hash, h, maskedDb.length))
  db[0] = (db[0] ?? 0) & topMask
  const one = db.findIndex((byte) => byte !== 0)
  if (one === -1 || db[one] !== 1) return false
  const salt = db.subarray(one + 1)
  if (saltLength !== undefined && salt.length !== saltLength) return false
  return equalBytes(h, digest(hash, join(new Uint8Array(8), hashed, salt)))
}

export function signPkcs1(key: RsaPrivateKey, hash: HashName, hashed: Uint8Array): Uint8Array | undefined {
  const length = Math.ceil(bitLength(key.n) / 8)
  const encoded = pkcs1Encoding(hash, hashed, length)
  return encoded === undefined ? undefined : unsignedBytes(decrypt(key, unsignedInteger(encoded)), length)
}

/** `salt` decides the signature: the same salt gives the same bytes. */
export function signPss(key: RsaPrivateKey, hash: HashName, hashed: Uint8Array, salt: Uint8Array): Uint8Array | undefined {
  const length = Math.ceil(bitLength(key.n) / 8)
  const emBits = bitLength(key.n) - 1
  const emLength = Math.ceil(emBits / 8)
  const size = hashLengths[hash]
  if (emLength < size + salt.length + 2) return undefined
  const h = digest(hash, join(new Uint8Array(8), hashed, salt))
  const db = join(new Uint8Array(emLength - salt.length - size - 2), Uint8Array.of(1), salt)
  const masked = xor(db, mgf1(hash, h, db.length))
  masked[0] = (masked[0] ?? 0) & (0xff >> (8 * emLength - emBits))
  return unsignedBytes(decrypt(key, unsignedInteger(join(masked, h, Uint8Array.of(0xbc)))), length)
}

function recover(key: RsaPublicKey, signature: Uint8Array): Uint8Array | undefined {
  const length = Math.ceil(bitLength(key.n) / 8)
  const value = unsignedInteger(signature)
  if (!usableRsaKey(key) || signature.length !== length || value >= key.n) return undefined
  return unsignedBytes(power(value, key.e, key.n), length)
}

function pkcs1Encoding(hash: HashName, hashed: Uint8Array, length: number): Uint8Array | undefined {
  const prefix = Uint8Array.from(digestInfo[hash].match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  const fill = length - prefix.length - hashed.length - 3
  if (fill < 8) return undefined
  return join(Uint8Array.of(0, 1), new Uint8Array(fill).fill(0xff), Uint8Array.of(0), prefix, hashed)
}

/** The private operation, by the Chinese remainder theorem where there are two primes. */
function decrypt({ n, d, primes }: RsaPrivateKey, value: bigint): bigint {
  const [p, q] = primes
  if (p === undefined || q === undefined || primes.length !== 2) return power(value, d, n)
  const m1 = power(value % p, d % (p - 1n), p)
  const m2 = power(value % q, d % (q - 1n), q)
  const inverse = modularInverse(q, p) ?? 0n
  return m2 + ((((m1 - m2) * inverse) % p) + p) % p * q
}

export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus
    if (bit === '1') result = (result * base) % modulus
  }
  return result
}

export function modularInverse(value: bigint, modulus: bigint): bigint | undefined {
  let [a, b, x, y] = [((value % modulus) + modulus) % modulus, modulus, 1n, 0n]
  while (a !== 0n) {
    const quotient = b / a
    ;[a, b, x, y] = [b - quotient * a, a, y - quotient * x, x]
  }
  return b === 1n ? ((y % modulus) + modulus) % modulus : undefined
}

export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length
}

function mgf1(hash: HashName, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let counter = 0; counter * hashLengths[hash] < length; counter++) {
    blocks.push(digest(hash, join(seed, unsignedBytes(BigInt(counter), 4))))
  }
  return join(...blocks).subarray(0, length)
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] ?? 0))
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
