import { hashOnce } from '#crypto'
import { CilockError } from '../error.ts'

const leafPrefix = 0
const nodePrefix = 1

/** Room for what most nodes are hashed from: two hashes behind the prefix, or one. */
const ofTwo = new Uint8Array(65)
const ofOne = ofTwo.subarray(0, 33)

/** The hash of a leaf (RFC 6962 §2.1); the prefix keeps leaves and nodes apart. */
export function hashLeaf(data: Uint8Array): Uint8Array {
  const bytes = data.length === 32 ? ofOne : new Uint8Array(1 + data.length)
  bytes[0] = leafPrefix
  bytes.set(data, 1)
  return hashOnce('sha256', bytes)
}

/** The hash of an inner node. A proof may hand in hashes of any length: nothing of another node may be left in the bytes. */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = left.length === 32 && right.length === 32 ? ofTwo : new Uint8Array(1 + left.length + right.length)
  bytes[0] = nodePrefix
  bytes.set(left, 1)
  bytes.set(right, 1 + left.length)
  return hashOnce('sha256', bytes)
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
