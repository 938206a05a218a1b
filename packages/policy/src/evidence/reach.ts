import type { WantedSubject } from '../subjects.ts'
import type { Candidate, CandidateContent } from './candidate.ts'
import type { Evidence } from './evidence.ts'
import { proves } from './inclusion-proof.ts'
import type { FileProof } from '@cilock/core/merkle'

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
  const open = new Map([...evidence.steps].map(([name, { candidates }]) => [name, candidates.flatMap((candidate) => withAnchors(candidate, evidence.proofs, files))]))
  for (let hop = 0; ; hop++) {
    const next = new Set<string>()
    for (const [name, candidates] of open) {
      const rest: Anchored[] = []
      for (const anchored of candidates) {
        const by = anchored.anchors.find(({ digest, isTree }) => (isTree ? roots : known).has(digest))?.digest
        if (by === undefined) {
          rest.push(anchored)
          continue
        }
        const { candidate, content } = anchored
        steps.get(name)?.set(candidate, by)
        if (accepts(name, candidate)) for (const digest of leadsOf(content, by)) if (!known.has(digest) || !roots.has(digest)) next.add(digest)
      }
      open.set(name, rest)
    }
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

interface Anchor {
  readonly digest: string
  /** The root of a tree, which no file's own digest stands for. */
  readonly isTree: boolean
}

function withAnchors(candidate: Candidate, proofs: readonly FileProof[], files: ReadonlySet<string>): readonly Anchored[] {
  const { content } = candidate
  if (content === undefined) return []
  const { subjects, trees } = content.links
  // where nothing depends on what is asked, the next hop and the next round need not sort anew
  const known = trees.length === 0 ? anchorsOf.get(content) : undefined
  if (known !== undefined) return [{ candidate, content, anchors: known }]
  const inTrees = trees.flatMap((tree) => [
    ...[...files].filter((file) => tree.leaves?.has(file) === true),
    ...proofs.filter((proof) => files.has(`sha256:${proof.fileDigest}`) && proves(proof, tree)).map(({ fileDigest }) => `sha256:${fileDigest}`),
  ])
  const ofThings = new Set([...subjects.flatMap(({ digests, isTree }) => (isTree ? [] : digests)), ...inTrees])
  const ofTrees = new Set(subjects.flatMap(({ digests, isTree }) => (isTree ? digests : [])))
  const anchors = [...[...ofThings].map((digest) => ({ digest, isTree: false })), ...[...ofTrees].map((digest) => ({ digest, isTree: true }))]
  anchors.sort((a, b) => (a.digest === b.digest ? Number(a.isTree) - Number(b.isTree) : a.digest < b.digest ? -1 : 1))
  if (trees.length === 0) anchorsOf.set(content, anchors)
  return [{ candidate, content, anchors }]
}

/** Of candidates without trees, in their order. */
const anchorsOf = new WeakMap<CandidateContent, readonly Anchor[]>()

/** Back-references, and the roots of trees that hold the file by which the candidate was found. */
function leadsOf({ links }: CandidateContent, by: string): readonly string[] {
  const isSubject = links.subjects.some(({ digests }) => digests.includes(by))
  return [...links.backRefs.flatMap(({ digests }) => digests), ...(isSubject ? [] : links.trees.map(({ root }) => root))]
}
