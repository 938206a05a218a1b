import { matchableDigests } from '@cilock/core'
import type { Artifacts, ReadCollection, Statement } from '@cilock/core'
import { isMaterial, isTreeSubject, treeOf } from './tree.ts'
import type { Tree } from './tree.ts'

/** A subject of a statement, as far as it can anchor a match. */
export interface LinkedSubject {
  readonly name: string
  readonly digests: readonly string[]
  /** Whether it is what the step found, which leads to other steps but says nothing of what this one made. */
  readonly isMaterial: boolean
  /** Whether it is the root of a tree of files. */
  readonly isTree: boolean
}

/** A digest by which a collection is found. */
export interface Anchor {
  readonly digest: string
  /** The root of a tree, which no file's own digest stands for. */
  readonly isTree: boolean
}

/** How a collection hangs together with artifacts and with other collections. */
export interface Links {
  readonly subjects: readonly LinkedSubject[]
  /** The digests of the subjects, each once, in order. */
  readonly anchors: readonly Anchor[]
  /** Trees whose root is a subject of the statement. */
  readonly trees: readonly Tree[]
  /** Digests that lead to the evidence of other steps, by name. */
  readonly backRefs: readonly { readonly name: string; readonly digests: readonly string[] }[]
}

export function linksOf(statement: Statement, collection: ReadCollection): Links {
  const found = namesOf(collection, isMaterial)
  const others = namesOf(collection, (type) => !isMaterial(type))
  const subjects = statement.subject.map(({ name, digest }) => ({
    name,
    digests: matchableDigests(digest),
    isMaterial: isMaterial(name) || (found.has(name) && !others.has(name)),
    isTree: isTreeSubject(name),
  }))
  const isRoot = (root: string): boolean => subjects.some(({ digests }) => digests.includes(root))
  return {
    subjects,
    anchors: anchorsOf(subjects, []),
    trees: collection.attestations.flatMap((attestation) => {
      const tree = treeOf(attestation)
      return tree !== undefined && isRoot(tree.root) ? [tree] : []
    }),
    backRefs: Object.entries(backRefsOf(collection)).map(([name, digest]) => ({ name, digests: matchableDigests(digest) })),
  }
}

/** Digests of subjects, and of files in their trees: each once, in order. */
export function anchorsOf(subjects: readonly LinkedSubject[], inTrees: readonly string[]): readonly Anchor[] {
  const ofThings = new Set(inTrees)
  const ofTrees = new Set<string>()
  for (const { digests, isTree } of subjects) for (const digest of digests) (isTree ? ofTrees : ofThings).add(digest)
  const anchors: Anchor[] = []
  for (const digest of ofThings) anchors.push({ digest, isTree: false })
  for (const digest of ofTrees) anchors.push({ digest, isTree: true })
  return anchors.sort((a, b) => (a.digest === b.digest ? Number(a.isTree) - Number(b.isTree) : a.digest < b.digest ? -1 : 1))
}

/** The signed back-references; where a producer wrote none (witness), those of the attestations. */
function backRefsOf({ backrefs, attestations }: ReadCollection): Artifacts {
  if (backrefs !== undefined) return backrefs
  return Object.fromEntries(
    attestations.flatMap(({ type, evidence }) => Object.entries(evidence?.backRefs ?? {}).map(([name, digest]) => [`${type}/${name}`, digest] as const)),
  )
}

/** The names, without a type before them, by which attestations of some types speak about things. */
function namesOf({ attestations }: ReadCollection, isOfType: (type: string) => boolean): ReadonlySet<string> {
  return new Set(attestations.filter(({ type }) => isOfType(type)).flatMap(({ evidence }) => Object.keys(evidence?.subjects ?? {})))
}
