import { CilockError, decodeBase64, parseJson, sha256Hex, stringifyJson } from '@cilock/core'
import { fileTree, proveFile, readFileProof, verifyConsistency, verifyFileProof, verifyInclusion, verifySubtreeConsistency, verifySubtreeInclusion } from '@cilock/core/merkle'
import type { Check } from './check.ts'
import { CheckError } from './check.ts'
import type { Material } from './material.ts'

type Hash = 'root' | 'root1' | 'root2' | 'leafHash'
type Size = 'leafIdx' | 'treeSize' | 'size' | 'size1' | 'size2' | 'start' | 'end'

/** The published cases, as they are written; each kind has some of these. */
interface Case extends Readonly<Partial<Record<Hash, string>>>, Readonly<Partial<Record<Size, number>>> {
  readonly wantErr?: boolean
  readonly proof?: readonly string[]
}

/** Published proofs hold or do not hold as published; trees over files, and proofs out of them, are the same. */
export function merkleChecks({ proofs }: Material): readonly Check[] {
  const published = Object.entries(proofs).map(([path, text]) => ({ name: `merkle: ${path}`, run: () => judgedProof(path, JSON.parse(text) as Case) }))
  return [...published, ...[0, 1, 2, 3, 7, 64, 1000].map((size) => ({ name: `merkle: a tree of ${size} files`, run: () => treeOfSize(size) }))]
}

function judgedProof(path: string, content: Case): string {
  const verdict = verdictOf(path, content)
  const wanted = content.wantErr === true
  if ((verdict === 'holds') === wanted) throw new CheckError(`${path} is said ${wanted ? 'not to hold' : 'to hold'}: ${verdict}`)
  return verdict
}

function verdictOf(path: string, content: Case): string {
  const bytes = (name: Hash): Uint8Array => decodeBase64(content[name] ?? '')
  const number = (name: Size): number => content[name] ?? Number.NaN
  try {
    const proof = (content.proof ?? []).map((text) => decodeBase64(text))
    const [kind] = path.split('/')
    if (kind === 'inclusion') verifyInclusion({ index: number('leafIdx'), size: number('treeSize'), root: bytes('root'), leafHash: bytes('leafHash'), path: proof })
    else if (kind === 'consistency') verifyConsistency({ firstSize: number('size1'), secondSize: number('size2'), firstRoot: bytes('root1'), secondRoot: bytes('root2'), path: proof })
    else if (kind === 'subtreeinclusion') verifySubtreeInclusion({ index: number('leafIdx'), start: number('start'), end: number('end'), root: bytes('root'), leafHash: bytes('leafHash'), path: proof })
    else if (kind === 'subtreeconsistency') verifySubtreeConsistency({ start: number('start'), end: number('end'), size: number('size'), subtreeRoot: bytes('root1'), root: bytes('root2'), path: proof })
    else throw new CheckError(`expected a kind of proof, found ${path}`)
    return 'holds'
  } catch (error) {
    // a size of 2^64 is no JavaScript number, which the functions call a wrong argument
    if (CilockError.is(error)) return error.code
    if (error instanceof TypeError) return 'TypeError'
    throw error
  }
}

function treeOfSize(size: number): string {
  const tree = fileTree(Array.from({ length: size }, (_, index) => ({ path: `f${index}`, sha256: sha256Hex(`content ${index}`) })))
  const last = tree.leaves.at(-1)
  if (last === undefined) return stringifyJson(tree)
  const proof = readFileProof(parseJson(stringifyJson(proveFile(tree.leaves, last.fileDigest))))
  verifyFileProof(proof, tree)
  return sha256Hex(stringifyJson([tree, proof]))
}
