import { ecdsa, weierstrass, type ECDSA, type WeierstrassPointCons } from '@noble/curves/abstract/weierstrass.js'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { builtinError } from '../builtins/operands.ts'
import { unsignedBytes, unsignedInteger } from '../der/reader.ts'
import { rethrowExhaustion } from '../guarded.ts'
import type { CurveName } from '../x509/oids.ts'

export interface AffinePoint {
  readonly x: bigint
  readonly y: bigint
}

interface Curve {
  readonly signer: ECDSA
  readonly point: WeierstrassPointCons<bigint>
  /** Bytes of a coordinate. */
  readonly size: number
}

function of(signer: ECDSA): Curve {
  const { Point: point } = signer
  return { signer, point, size: point.Fp.BYTES }
}

const curves: Readonly<Record<Exclude<CurveName, 'P-224'>, Curve>> = { 'P-256': of(p256), 'P-384': of(p384), 'P-521': of(p521) }
let p224: Curve | undefined

/** P-224 (FIPS 186-4 D.1.2.2) is only met in old certificates, so it is made when one comes. */
function curve(name: CurveName): Curve {
  if (name !== 'P-224') return curves[name]
  const parameters = {
    p: 2n ** 224n - 2n ** 96n + 1n,
    n: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
    h: 1n,
    a: 2n ** 224n - 2n ** 96n - 2n,
    b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
    Gx: 0xb70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21n,
    Gy: 0xbd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34n,
  }
  return (p224 ??= of(ecdsa(weierstrass(parameters), sha256)))
}

export function curveSize(name: CurveName): number {
  return curve(name).size
}

export function isOnCurve(name: CurveName, { x, y }: AffinePoint): boolean {
  try {
    curve(name).point.fromAffine({ x, y }).assertValidity()
    return true
  } catch (error) {
    rethrowExhaustion(error)
    return false
  }
}

/** The point of `04 || x || y`, the only form Go's parsers take. */
export function uncompressedPoint(name: CurveName, data: Uint8Array): AffinePoint {
  const { size } = curve(name)
  const point = { x: unsignedInteger(data.subarray(1, 1 + size)), y: unsignedInteger(data.subarray(1 + size)) }
  if (data.length !== 1 + 2 * size || data[0] !== 4 || !isOnCurve(name, point)) throw builtinError('x509: failed to unmarshal elliptic curve point')
  return point
}

/** The public point of a private scalar; undefined where the scalar is out of range. */
export function publicPoint(name: CurveName, scalar: bigint): AffinePoint | undefined {
  const { point } = curve(name)
  if (scalar <= 0n || scalar >= point.Fn.ORDER) return undefined
  return point.BASE.multiply(scalar).toAffine()
}

export function verifyEcdsa(name: CurveName, key: AffinePoint, digest: Uint8Array, r: bigint, s: bigint): boolean {
  const { signer, point } = curve(name)
  const order = point.Fn.ORDER
  if (r <= 0n || s <= 0n || r >= order || s >= order || !isOnCurve(name, key)) return false
  return signer.verify(new signer.Signature(r, s).toBytes(), digest, point.fromAffine({ x: key.x, y: key.y }).toBytes(false), {
    prehash: false,
    lowS: false,
  })
}

/** A signature whose nonce comes from key and digest (RFC 6979), so that the same call gives the same bytes. */
export function signEcdsa(name: CurveName, scalar: bigint, digest: Uint8Array): { readonly r: bigint; readonly s: bigint } {
  const { signer, size } = curve(name)
  const { r, s } = signer.Signature.fromBytes(signer.sign(digest, unsignedBytes(scalar, size), { prehash: false, lowS: false }))
  return { r, s }
}

export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch (error) {
    rethrowExhaustion(error)
    return false
  }
}

export function signEd25519(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return ed25519.sign(message, seed)
}

export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(seed)
}

export function x25519PublicKey(scalar: Uint8Array): Uint8Array {
  return x25519.getPublicKey(scalar)
}
