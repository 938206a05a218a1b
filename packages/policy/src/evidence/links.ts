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

/** How a collection hangs together with artifacts and with other collections. */
export interface Links {
  readonly subjects: readonly LinkedSubject[]
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
  const roots = new Set(subjects.flatMap(({ digests }) => digests))
  return {
    subjects,
    trees: collection.attestations.flatMap((attestation) => {
      const tree = treeOf(attestation)
      return tree !== undefined && roots.has(tree.root) ? [tree] : []
    }),
    backRefs: Object.entries(backRefsOf(collection)).map(([name, digest]) => ({ name, digests: matchableDigests(digest) })),
  }
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
