import type { WantedSubject } from '../subjects.ts'
import type { Candidate, CandidateContent } from './candidate.ts'
import type { Evidence } from './evidence.ts'
import { proves } from './inclusion-proof.ts'
import type { FileProof } from '@cilock/core/merkle'
import { anchorsOf } from './links.ts'
import type { Anchor } from './links.ts'

/** How far the search goes from the artifacts along accepted evidence. */
export interface Reach {
  /** Every digest that leads to evidence. */
  readonly known: ReadonlySet<string>
  /** For each step the candidates that are reached, and the digest that leads to them. */
  readonly steps: ReadonlyMap<string, ReadonlyMap<Candidate, string>>
  /** Whether there were digests left when the depth was used up. */
  readonly isCut: boolean
}

interface ReachOptions {
  readonly evidence: Evidence
  readonly wanted: readonly WantedSubject[]
  /** Hops along back-references. */
  readonly depth: number
  /** Only accepted evidence leads further: what a step turns down is nobody's word about other steps. */
  readonly accepts: (step: string, candidate: Candidate) => boolean
}

/** Walks hop by hop, so that what is found does not depend on the order of the evidence. */
export function reach({ evidence, wanted, depth, accepts }: ReachOptions): Reach {
  const files = new Set(wanted.flatMap(({ anchors }) => anchors))
  const roots = new Set(wanted.flatMap(({ anchors, oneLeafRoots, isArtifact }) => (isArtifact ? oneLeafRoots : [...anchors, ...oneLeafRoots])))
  const known = new Set([...files, ...roots])
  const steps = new Map<string, Map<Candidate, string>>([...evidence.steps.keys()].map((name) => [name, new Map()]))
  let open: readonly (readonly [step: string, candidates: readonly Anchored[]])[] = [...evidence.steps].map(([name, { candidates }]) => [name, anchored(candidates, evidence.proofs, files)])
  for (let hop = 0; ; hop++) {
    const next = new Set<string>()
    open = open.map(([name, candidates]) => {
      const reached = steps.get(name)
      const rest: Anchored[] = []
      for (const each of candidates) {
        const by = each.anchors.find(({ digest, isTree }) => (isTree ? roots : known).has(digest))?.digest
        if (by === undefined) {
          rest.push(each)
          continue
        }
        reached?.set(each.candidate, by)
        if (accepts(name, each.candidate)) for (const digest of leadsOf(each.content, by)) if (!known.has(digest) || !roots.has(digest)) next.add(digest)
      }
      return [name, rest]
    })
    if (next.size === 0) return { known, steps, isCut: false }
    if (hop + 1 >= depth) return { known, steps, isCut: true }
    for (const digest of next) {
      known.add(digest)
      roots.add(digest)
    }
  }
}

interface Anchored {
  readonly candidate: Candidate
  readonly content: CandidateContent
  readonly anchors: readonly Anchor[]
}

function anchored(candidates: readonly Candidate[], proofs: readonly FileProof[], files: ReadonlySet<string>): readonly Anchored[] {
  const found: Anchored[] = []
  for (const candidate of candidates) {
    const { content } = candidate
    if (content !== undefined) found.push({ candidate, content, anchors: anchorsAmong(content, proofs, files) })
  }
  return found
}

/** The subjects, and files that stand in a tree or are proven to. */
function anchorsAmong({ links: { subjects, anchors, trees } }: CandidateContent, proofs: readonly FileProof[], files: ReadonlySet<string>): readonly Anchor[] {
  if (trees.length === 0) return anchors
  const inTrees = trees.flatMap((tree) => [
    ...[...files].filter((file) => tree.leaves?.has(file) === true),
    ...proofs.filter((proof) => files.has(`sha256:${proof.fileDigest}`) && proves(proof, tree)).map(({ fileDigest }) => `sha256:${fileDigest}`),
  ])
  return anchorsOf(subjects, inTrees)
}

/** Back-references, and the roots of trees that hold the file by which the candidate was found. */
function* leadsOf({ links: { subjects, backRefs, trees } }: CandidateContent, by: string): Generator<string> {
  for (const { digests } of backRefs) yield* digests
  if (trees.length > 0 && !subjects.some(({ digests }) => digests.includes(by))) for (const { root } of trees) yield root
}
