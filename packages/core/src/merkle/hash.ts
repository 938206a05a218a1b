import { hashOnce } from '#crypto'
import { CilockError } from '../error.ts'

const leafPrefix = 0
const nodePrefix = 1

/** The hash of a leaf (RFC 6962 §2.1); the prefix keeps leaves and nodes apart. */
export function hashLeaf(data: Uint8Array): Uint8Array {
  return hashOnce('sha256', joined(leafPrefix, data))
}

/** The hash of an inner node. */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return hashOnce('sha256', joined(nodePrefix, left, right))
}

function joined(prefix: number, left: Uint8Array, right?: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + left.length + (right?.length ?? 0))
  bytes[0] = prefix
  bytes.set(left, 1)
  if (right !== undefined) bytes.set(right, 1 + left.length)
  return bytes
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
