import { CilockError, decodeHex, parseStatement } from '@cilock/core'
import { singleFileRoot, verifyInclusion } from '@cilock/core/merkle'
import type { Envelope, JsonValue } from '@cilock/core'
import type { Tree } from './tree.ts'

/** The predicate type of a proof that a file is a leaf of a step's tree. */
export const inclusionProofType = 'https://aflock.ai/attestations/inclusion-proof/v0.1'

/**
 * A claim that a file stands in a tree. Who made it does not matter: it is held against root and size that a
 * functionary signed, never against its own.
 */
export interface FileProof {
  /** `sha256:<hex>` of the file. */
  readonly file: string
  readonly path: string
  readonly index: number
  readonly siblings: readonly string[]
  /** `sha256:<hex>`, when the proof names one. */
  readonly root: string | undefined
}

/** Reads a proof from an envelope that nobody has to vouch for; undefined when it is none. */
export function readProof(envelope: Envelope): FileProof | undefined {
  try {
    const { predicateType, predicate } = parseStatement(envelope.payload)
    return predicateType === inclusionProofType ? proofOf(predicate) : undefined
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}

function proofOf(predicate: JsonValue): FileProof | undefined {
  if (typeof predicate !== 'object' || predicate === null || Array.isArray(predicate)) return undefined
  const { treeRoot, leafIndex, leafPath, fileDigest, auditPath, hashAlgorithm, construction } = predicate as Readonly<Record<string, JsonValue>>
  if (hashAlgorithm !== 'sha256' || construction !== 'RFC6962') return undefined
  if (typeof leafPath !== 'string' || typeof leafIndex !== 'number' || !isSha256(fileDigest)) return undefined
  const siblings: readonly JsonValue[] = Array.isArray(auditPath) ? (auditPath as readonly JsonValue[]) : []
  if (!siblings.every(isSha256)) return undefined
  const root = isSha256(treeRoot) ? `sha256:${treeRoot}` : undefined
  if (root === undefined && treeRoot !== '' && treeRoot !== undefined) return undefined
  return { file: `sha256:${fileDigest}`, path: leafPath, index: leafIndex, siblings, root }
}

/** Whether the proof shows that its file is a leaf of this tree. */
export function proves({ file, index, siblings, root }: FileProof, tree: Tree): boolean {
  if (root !== undefined && root !== tree.root) return false
  try {
    verifyInclusion({
      index,
      size: tree.size,
      root: decodeHex(tree.root.slice('sha256:'.length)),
      // a file's hash as a leaf is the root of the tree that holds it alone
      leafHash: decodeHex(singleFileRoot(file.slice('sha256:'.length))),
      path: siblings.map(decodeHex),
    })
    return true
  } catch (error) {
    if (CilockError.is(error)) return false
    throw error
  }
}

function isSha256(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}
