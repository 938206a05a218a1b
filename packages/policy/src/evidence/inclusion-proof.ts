import { CilockError, parseStatement } from '@cilock/core'
import { fileProofType, readFileProof, verifyFileProof } from '@cilock/core/merkle'
import type { FileProof } from '@cilock/core/merkle'
import type { Envelope } from '@cilock/core'
import type { Tree } from './tree.ts'

/**
 * Reads a proof from an envelope that nobody has to vouch for; undefined when it is none. Who made it does not matter: it
 * is held against root and size that a functionary signed, never against its own.
 */
export function readProof(envelope: Envelope): FileProof | undefined {
  try {
    const { predicateType, predicate } = parseStatement(envelope.payload)
    return predicateType === fileProofType ? readFileProof(predicate) : undefined
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}

// The search asks again with each round, and anybody may put proofs beside evidence: none is computed twice for one tree.
const outcomes = new WeakMap<FileProof, Map<string, boolean>>()

/** Whether the proof shows that its file is a leaf of this tree. */
export function proves(proof: FileProof, tree: Tree): boolean {
  const known = outcomes.get(proof) ?? new Map<string, boolean>()
  outcomes.set(proof, known)
  const key = `${tree.root} ${tree.size}`
  const outcome = known.get(key) ?? holds(proof, tree)
  known.set(key, outcome)
  return outcome
}

function holds(proof: FileProof, tree: Tree): boolean {
  try {
    verifyFileProof(proof, { merkleRoot: tree.root.slice('sha256:'.length), treeSize: tree.size })
    return true
  } catch (error) {
    if (CilockError.is(error)) return false
    throw error
  }
}
