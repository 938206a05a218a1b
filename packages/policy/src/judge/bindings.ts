import { compareUtf8 } from '@cilock/core'
import type { Candidate } from '../evidence/candidate.ts'
import { proves } from '../evidence/inclusion-proof.ts'
import type { Tree } from '../evidence/tree.ts'
import type { FileProof } from '@cilock/core/merkle'
import type { Binding } from '../report/report.ts'
import type { WantedSubject } from '../subjects.ts'

/** How candidates speak about an artifact: as something that their step made, or says something about. */
export function bindingsTo(wanted: WantedSubject, proofs: readonly FileProof[]): (step: string, candidate: Candidate) => readonly Binding[] {
  const names = new Set([...wanted.anchors, ...wanted.oneLeafRoots])
  const roots = new Set(wanted.isArtifact ? wanted.oneLeafRoots : names)
  return (step, { digest, content }) => {
    if (content === undefined) return []
    const { subjects, trees } = content.links
    const products = trees.filter(({ holds }) => holds === 'products')
    const about = { step, candidate: digest }
    return [
      ...subjects.filter(({ digests, isMaterial, isTree }) => !isMaterial && digests.some((other) => (isTree ? roots : names).has(other))).map(({ name }): Binding => ({ ...about, by: 'subject', name })),
      ...products.flatMap(({ leaves }) => wanted.anchors.flatMap((file): readonly Binding[] => pathOf(leaves?.get(file)).map((name) => ({ ...about, by: 'leaf', name })))),
      ...(products.length === 0 ? [] : provenPaths(wanted, products, proofs).map((name): Binding => ({ ...about, by: 'inclusion-proof', name }))),
    ]
  }
}

/** Each once and in a fixed order: who may put proofs beside evidence decides neither by their order nor by their number. */
function provenPaths({ anchors }: WantedSubject, products: readonly Tree[], proofs: readonly FileProof[]): readonly string[] {
  const proven = proofs.filter((proof) => anchors.includes(`sha256:${proof.fileDigest}`) && products.some((tree) => proves(proof, tree)))
  return [...new Set(proven.map(({ leafPath }) => leafPath))].sort(compareUtf8)
}

/** Whether the step only found the artifact. */
export function isMaterialOf({ content }: Candidate, wanted: WantedSubject): boolean {
  if (content === undefined) return false
  const { subjects, trees } = content.links
  return (
    subjects.some(({ digests, isMaterial }) => isMaterial && digests.some((digest) => wanted.anchors.includes(digest) || wanted.oneLeafRoots.includes(digest))) ||
    trees.some(({ holds, leaves }) => holds === 'materials' && wanted.anchors.some((file) => leaves?.has(file) === true))
  )
}

function pathOf(path: string | undefined): readonly string[] {
  return path === undefined ? [] : [path]
}
