import { builtinError } from '../builtins/operands.ts'
import { curveSize, signEcdsa, signEd25519, verifyEcdsa, verifyEd25519 } from '../crypto/curves.ts'
import { digest, equalBytes, hashLengths, mac } from '../crypto/hash.ts'
import { join, signPkcs1, signPss, usableRsaKey, verifyPkcs1, verifyPss } from '../crypto/rsa.ts'
import { unsignedBytes, unsignedInteger } from '../der/reader.ts'
import type { HashName } from '../x509/oids.ts'
import type { Key } from './jwk.ts'

export type Family = 'RS' | 'PS' | 'ES' | 'HS' | 'EdDSA'

export interface Algorithm {
  readonly family: Family
  readonly hash: HashName
}

function size(family: Family, bits: 256 | 384 | 512): Algorithm {
  return { family, hash: `sha${bits}` }
}

/** The signature algorithms of RFC 7518 and RFC 8037 that OPA knows. `none` is not among them. */
export const algorithms: Readonly<Record<string, Algorithm | undefined>> = {
  RS256: size('RS', 256),
  RS384: size('RS', 384),
  RS512: size('RS', 512),
  PS256: size('PS', 256),
  PS384: size('PS', 384),
  PS512: size('PS', 512),
  ES256: size('ES', 256),
  ES384: size('ES', 384),
  ES512: size('ES', 512),
  HS256: size('HS', 256),
  HS384: size('HS', 384),
  HS512: size('HS', 512),
  EdDSA: { family: 'EdDSA', hash: 'sha512' },
}

export function isAlgorithm(name: string): boolean {
  return Object.hasOwn(algorithms, name)
}

export interface VerifyOptions {
  /** Only keys without their private half will do (`io.jwt.verify_*`). */
  readonly publicOnly?: boolean
  /** `auto` takes any salt length of RSA-PSS, `hash` one as long as the hash. */
  readonly salt: 'auto' | 'hash'
  /** Signatures of exactly twice the key's size, or of any even split. */
  readonly ecdsaLength: 'exact' | 'any'
}

/** Whether the signature over `data` is one of this key's; false for a key of another kind. */
export function verifySignature(key: Key, { family, hash }: Algorithm, data: Uint8Array, signature: Uint8Array, options: VerifyOptions): boolean {
  if (options.publicOnly === true && key.kind !== 'oct' && key.private !== undefined) return false
  switch (family) {
    case 'HS':
      return key.kind === 'oct' && equalBytes(signature, mac(hash, key.bytes, data))
    case 'RS':
      return key.kind === 'rsa' && verifyPkcs1(key, hash, digest(hash, data), signature)
    case 'PS':
      return key.kind === 'rsa' && verifyPss(key, hash, digest(hash, data), signature, options.salt === 'auto' ? undefined : hashLengths[hash])
    case 'ES': {
      if (key.kind !== 'ec') return false
      if (options.ecdsaLength === 'exact' && signature.length !== 2 * curveSize(key.curve)) return false
      const half = signature.length >> 1
      return verifyEcdsa(key.curve, key, digest(hash, data), unsignedInteger(signature.subarray(0, half)), unsignedInteger(signature.subarray(half)))
    }
    case 'EdDSA':
      return key.kind === 'ed25519' && verifyEd25519(key.bytes, data, signature)
  }
}

/**
 * Signs with the private half of a key. Nothing is random: nonces and salts come from key and data, so the same call
 * gives the same token.
 */
export function sign(key: Key, { family, hash }: Algorithm, data: Uint8Array): Uint8Array {
  const signature = trySign(key, family, hash, data)
  if (signature === undefined) throw builtinError(`cannot sign with ${family}${family === 'EdDSA' ? '' : hash.slice(3)} and a key of kind ${key.kind}`)
  return signature
}

function trySign(key: Key, family: Family, hash: HashName, data: Uint8Array): Uint8Array | undefined {
  switch (family) {
    case 'HS':
      return key.kind === 'oct' ? mac(hash, key.bytes, data) : undefined
    case 'RS':
    case 'PS': {
      if (key.kind !== 'rsa' || key.private === undefined || !usableRsaKey(key)) return undefined
      const privateKey = { n: key.n, e: key.e, ...key.private }
      const hashed = digest(hash, data)
      return family === 'RS' ? signPkcs1(privateKey, hash, hashed) : signPss(privateKey, hash, hashed, mac(hash, unsignedBytes(key.private.d), hashed))
    }
    case 'ES': {
      if (key.kind !== 'ec' || key.private === undefined) return undefined
      const length = curveSize(key.curve)
      const { r, s } = signEcdsa(key.curve, key.private, digest(hash, data))
      return join(unsignedBytes(r, length), unsignedBytes(s, length))
    }
    case 'EdDSA':
      return key.kind === 'ed25519' && key.private !== undefined ? signEd25519(key.private, data) : undefined
  }
}
