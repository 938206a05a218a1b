import { bigintOf, bytesOf } from './bigint.ts'
import type { Hash } from './hash.ts'

/**
 * Verifies Ed25519 as Go does, on public numbers only. Platforms differ on keys and signatures of low order: newer ones
 * refuse what older ones and Go accept. A verdict may not depend on that. Go's rules: S below the group's order, the
 * equation without cofactor, R compared by its bytes, and a public key that need not be canonical.
 *
 * @param sha512 a new SHA-512, from the platform that asks
 * @see https://www.rfc-editor.org/rfc/rfc8032#section-5.1.7
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array, sha512: () => Hash): boolean {
  if (signature.length !== 64) return false
  const point = decodePoint(publicKey)
  const r = signature.subarray(0, 32)
  const s = littleEndian(signature.subarray(32))
  if (point === undefined || s >= order) return false
  const k = littleEndian(sha512().update(r).update(publicKey).update(message).digest()) % order
  // S·B − k·A has to be R
  const expected = encodePoint(sumOfMultiples(s, basePoint, k, negated(point)))
  return expected.every((byte, index) => byte === r[index])
}

/** Whether 32 bytes are a point of the curve. */
export function isEd25519Point(publicKey: Uint8Array): boolean {
  return decodePoint(publicKey) !== undefined
}

/** Whether 32 bytes are of those about which platforms differ: a point of low order, or one that is not canonical. */
export function isDisputedPoint(bytes: Uint8Array): boolean {
  // each signature is asked, and nearly none is: most differ from all of these in their first or last byte
  const [first, last] = [bytes[0] ?? 0, (bytes[31] ?? 0) & 0x7f]
  if (last !== 0x7f && last !== 0 && !eighthOrderEnds.some((end) => end[0] === first && end[1] === last)) return false
  const y = littleEndian(bytes) & (2n ** 255n - 1n)
  return y >= p || y <= 1n || y === p - 1n || y === eighthOrderY || y === p - eighthOrderY
}

const p = 2n ** 255n - 19n

// the y of half of the points of order 8; the others have its negative
const eighthOrderY = 2707385501144840649318225287225658788936804267575313519463743609750303402022n
/** The first and the last byte of both. */
const eighthOrderEnds = [eighthOrderY, p - eighthOrderY].map((y) => [Number(y & 0xffn), Number(y >> 248n)] as const)
const order = 2n ** 252n + 27742317777372353535851937790883648493n

/** A point in extended coordinates: x = X/Z, y = Y/Z, T = XY/Z. */
interface Point {
  readonly x: bigint
  readonly y: bigint
  readonly z: bigint
  readonly t: bigint
}

// -121665/121666 and 2^((p-1)/4), written out: each program that loads this would work them out anew
const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n
const rootOfMinusOne = 19681161376707505956807079304988542015446066515923890162744021073123829784752n
const identity: Point = { x: 0n, y: 1n, z: 1n, t: 0n }
const basePoint: Point = affine(
  15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  46316835694926478169428394003475163141307993866256225615783033603165251855960n,
)

function affine(x: bigint, y: bigint): Point {
  return { x, y, z: 1n, t: mod(x * y) }
}

function negated({ x, y, z, t }: Point): Point {
  return { x: mod(-x), y, z, t: mod(-t) }
}

/** Complete on this curve: also for equal points and the identity. */
function add(a: Point, b: Point): Point {
  const A = mod((a.y - a.x) * (b.y - b.x))
  const B = mod((a.y + a.x) * (b.y + b.x))
  const C = mod(2n * d * mod(a.t * b.t))
  const D = mod(2n * a.z * b.z)
  const [E, F, G, H] = [B - A, D - C, D + C, B + A]
  return { x: mod(E * F), y: mod(G * H), z: mod(F * G), t: mod(E * H) }
}

/** s·a + k·b, bit by bit for both at once. */
function sumOfMultiples(s: bigint, a: Point, k: bigint, b: Point): Point {
  const both = add(a, b)
  let sum = identity
  for (let bit = 252n; bit >= 0n; bit--) {
    sum = add(sum, sum)
    const [first, second] = [(s >> bit) & 1n, (k >> bit) & 1n]
    if (first === 1n) sum = add(sum, second === 1n ? both : a)
    else if (second === 1n) sum = add(sum, b)
  }
  return sum
}

function encodePoint({ x, y, z }: Point): Uint8Array {
  const inverted = inverse(z)
  const bytes = bytesOf(mod(y * inverted), 32).reverse()
  if (mod(x * inverted) & 1n) bytes[31] = (bytes[31] ?? 0) | 0x80
  return bytes
}

/** A y that is not below p counts modulo p, and a negative zero for x is zero, as in Go. */
function decodePoint(bytes: Uint8Array): Point | undefined {
  if (bytes.length !== 32) return undefined
  const number = littleEndian(bytes)
  const y = mod(number & (2n ** 255n - 1n))
  const u = mod(y * y - 1n)
  const v = mod(d * y * y + 1n)
  // the square root of u/v, if there is one: uv³·(uv⁷)^((p-5)/8), where (p-5)/8 is 250 ones, and 01
  const base = mod(u * v ** 7n)
  let x = mod(u * v ** 3n * mod(squared(powerOfOnes(base, 250), 2) * base))
  const square = mod(v * x * x)
  if (square !== u) {
    if (square !== mod(-u)) return undefined
    x = mod(x * rootOfMinusOne)
  }
  if ((x & 1n) !== number >> 255n) x = mod(-x)
  return affine(x, y)
}

function littleEndian(bytes: Uint8Array): bigint {
  return bigintOf(Uint8Array.from(bytes).reverse())
}

function mod(number: bigint): bigint {
  const rest = number % p
  return rest < 0n ? rest + p : rest
}

/** base^(2^times): squared again and again. */
function squared(base: bigint, times: number): bigint {
  let result = base
  for (let i = 0; i < times; i++) result = mod(result * result)
  return result
}

/** base^(2^ones - 1): an exponent of so many ones in a row, put together from halves. */
function powerOfOnes(base: bigint, ones: number): bigint {
  if (ones === 1) return base
  const half = Math.floor(ones / 2)
  const ofHalf = powerOfOnes(base, half)
  const even = mod(squared(ofHalf, half) * ofHalf)
  return ones === 2 * half ? even : mod(squared(even, 1) * base)
}

/** number^(p - 2); p - 2 is 250 ones, and 01011. */
function inverse(number: bigint): bigint {
  return mod(squared(powerOfOnes(number, 250), 5) * mod(number ** 11n))
}
