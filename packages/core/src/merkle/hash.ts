import { createHash } from '#crypto'
import { CilockError } from '../error.ts'

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

/** The hash of a leaf (RFC 6962 §2.1); the prefix keeps leaves and nodes apart. */
export function hashLeaf(data: Uint8Array): Uint8Array {
  return createHash('sha256').update(leafPrefix).update(data).digest()
}

/** The hash of an inner node. */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest()
}

/** The root of the tree without leaves. */
export function emptyRoot(): Uint8Array {
  return createHash('sha256').digest()
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
