import { compareUtf8, digestSetsEqual } from '@cilock/core'
import type { DigestSet } from '@cilock/core'
import { globOf } from '../document/untracked-globs.ts'
import type { Candidate } from '../evidence/candidate.ts'
import { isTreeType } from '../evidence/tree.ts'
import { failed, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check } from '../report/report.ts'

/** Paths that a message and the data of a check tell. */
const mostPaths = 100

/**
 * Whether each file that a step found comes from a step before, as it was left, or is allowed to come from anywhere. A
 * tree names only one path of equal contents, so against a tree the content alone is enough for a path that it lacks.
 */
export function checkTracked({ content }: Candidate, subject: CheckSubject, from: readonly Candidate[], allowed: readonly string[]): Check {
  if (content === undefined) return notEvaluated(subject, 'what it says was not read')
  const globs = allowed.flatMap((pattern) => globOf(pattern) ?? [])
  const left = leftBy(from)
  const isTracked = (path: string, digest: DigestSet): boolean => {
    const known = left.byPath.get(path)
    if (known !== undefined) return known.some((other) => digestSetsEqual(other, digest))
    return digest['sha256'] !== undefined && left.inTrees.has(digest['sha256'])
  }
  const { materials } = content.artifacts
  const untracked = [...materials].filter(([path, digest]) => !isTracked(path, digest) && !globs.some(({ match }) => match(path))).map(([path]) => path).sort(compareUtf8)
  if (untracked.length === 0) return passed(subject, 'each file that the step found is one that a step before left, or may come from anywhere', null)
  const shown = untracked.slice(0, 5).map((path) => JSON.stringify(path)).join(', ')
  const more = untracked.length > 5 ? ` and ${untracked.length - 5} more` : ''
  return failed(subject, `no step before left ${shown}${more}, and allowedUntracked does not name ${untracked.length === 1 ? 'it' : 'them'}`, { paths: untracked.slice(0, mostPaths), count: untracked.length })
}

interface Left {
  readonly byPath: ReadonlyMap<string, readonly DigestSet[]>
  /** Contents of trees, by SHA-256. */
  readonly inTrees: ReadonlySet<string>
}

function leftBy(from: readonly Candidate[]): Left {
  const byPath = new Map<string, DigestSet[]>()
  const inTrees = new Set<string>()
  for (const { content } of from) {
    if (content === undefined) continue
    for (const [path, digest] of content.artifacts.artifacts) {
      const known = byPath.get(path)
      if (known === undefined) byPath.set(path, [digest])
      else known.push(digest)
    }
    for (const { type, evidence } of content.collection.attestations) {
      if (!isTreeType(type) || evidence === undefined) continue
      for (const { sha256 } of Object.values(evidence.materials ?? {})) if (sha256 !== undefined) inTrees.add(sha256)
      for (const { digest } of Object.values(evidence.products ?? {})) if (digest['sha256'] !== undefined) inTrees.add(digest['sha256'])
    }
  }
  return { byPath, inTrees }
}
