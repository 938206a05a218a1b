import { hashInto, hashOnce } from '#crypto'
import { CilockError } from '../error.ts'

/** The length of a SHA-256. */
export const hashLength = 32

const leafPrefix = 0
const nodePrefix = 1

/** Room for what most nodes are hashed from: two hashes behind the prefix, or one. */
const ofTwo = new Uint8Array(1 + 2 * hashLength)
const ofOne = ofTwo.subarray(0, 1 + hashLength)

/** The hash of a leaf (RFC 6962 §2.1); the prefix keeps leaves and nodes apart. */
export function hashLeaf(data: Uint8Array): Uint8Array {
  return hashOnce('sha256', leafBytes(data))
}

/** Writes the hash of a leaf as the one at `index` of a level. */
export function hashLeafInto(data: Uint8Array, level: Uint8Array, index: number): void {
  hashInto('sha256', leafBytes(data), level, index * hashLength)
}

function leafBytes(data: Uint8Array): Uint8Array {
  const bytes = data.length === hashLength ? ofOne : new Uint8Array(1 + data.length)
  bytes[0] = leafPrefix
  bytes.set(data, 1)
  return bytes
}

/** The hash of an inner node. A proof may hand in hashes of any length: nothing of another node may be left in the bytes. */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = left.length === hashLength && right.length === hashLength ? ofTwo : new Uint8Array(1 + left.length + right.length)
  bytes[0] = nodePrefix
  bytes.set(left, 1)
  bytes.set(right, 1 + left.length)
  return hashOnce('sha256', bytes)
}

/**
 * The root above a level, whose hashes stand one behind the other and are written over. Level by level, each in the place
 * of the one below. A node without a neighbour moves up as it is, which comes to the same as the split at the largest power
 * of two.
 */
export function rootAbove(level: Uint8Array): Uint8Array {
  if (level.length === 0) return emptyRoot()
  for (let count = level.length / hashLength; count > 1; count = (count + 1) >>> 1) {
    for (let index = 0; index < count; index += 2) {
      const at = index * hashLength
      if (index + 1 === count) level.copyWithin(at / 2, at, at + hashLength)
      else {
        ofTwo[0] = nodePrefix
        ofTwo.set(level.subarray(at, at + 2 * hashLength), 1)
        hashInto('sha256', ofTwo, level, at / 2)
      }
    }
  }
  return level.slice(0, hashLength)
}

/** The root of the tree without leaves. */
export function emptyRoot(): Uint8Array {
  return hashOnce('sha256', new Uint8Array())
}

/** Compares what is secret to nobody, yet in a time that does not depend on where it differs. */
export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0)
  return difference === 0
}

/** An answer of a proof that does not hold. */
export function refuseProof(message: string): never {
  throw new CilockError('ERR_EVIDENCE_INVALID', `Merkle proof: ${message}`)
}

/** Proofs are judged on exact integers: a size that a `number` cannot hold is no size. */
export function checkPosition(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) refuseProof(`expected ${name} to be an integer from 0 to 2^53 - 1`)
}
