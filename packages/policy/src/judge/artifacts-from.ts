import { digestSetsEqual } from '@cilock/core'
import { below } from '../document/reader.ts'
import type { Candidate } from '../evidence/candidate.ts'
import { failed, hasPassed, inPolicy, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check, CheckValue } from '../report/report.ts'
import { compareArtifacts } from './compare-artifacts.ts'
import type { Comparison } from './compare-artifacts.ts'
import type { VerifyRules } from '../verify-rules.ts'
import type { NamedStep } from './ruling.ts'
import { checkTracked } from './tracked-materials.ts'

/** Holds a candidate against the accepted evidence of the steps that its own takes artifacts from: a check for each, and one for all. */
export function artifactChecks(candidate: Candidate, { name, step }: NamedStep, accepted: ReadonlyMap<string, readonly Candidate[]>, rules: VerifyRules): readonly Check[] {
  const { artifactsFrom = [], allowedUntracked = [] } = step
  if (artifactsFrom.length === 0) return []
  const pointer = below(below('/steps', name), 'artifactsFrom')
  const edges = artifactsFrom.map((upstream, index) => {
    const subject: CheckSubject = { code: 'artifacts', place: inPolicy(below(pointer, index)), expected: upstream }
    return checkEdge(candidate, subject, upstream, accepted.get(upstream) ?? [], rules)
  })
  const tracked: CheckSubject = { code: 'artifacts-untracked', place: inPolicy(pointer), expected: allowedUntracked }
  const all = edges.map(({ check }) => check)
  if (!rules.trackedMaterials) return all
  if (!all.every(hasPassed)) return [...all, notEvaluated(tracked, 'what the steps before left does not fit already')]
  return [...all, checkTracked(candidate, tracked, edges.flatMap(({ from }) => from), allowedUntracked)]
}

interface Edge {
  readonly check: Check
  /** The accepted evidence that satisfies it. */
  readonly from: readonly Candidate[]
}

interface Attempt extends Comparison {
  readonly candidate: Candidate
}

function checkEdge({ content }: Candidate, subject: CheckSubject, upstream: string, candidates: readonly Candidate[], rules: VerifyRules): Edge {
  if (content === undefined) return without(notEvaluated(subject, 'what it says was not read'))
  const { materials, foundNothing } = content.artifacts
  if (materials.size === 0 && !foundNothing) {
    return without(failed(subject, 'the collection does not say which files the step found, and that is not the same as none', null))
  }
  if (candidates.length === 0) return without(notEvaluated(subject, `the step ${JSON.stringify(upstream)} has no accepted evidence`))
  if (foundNothing) return without(passed(subject, `the step found no files, so none can differ from those of ${JSON.stringify(upstream)}`, null))
  const attempts = candidates.flatMap((other): readonly Attempt[] => (other.content === undefined ? [] : [{ candidate: other, ...compareArtifacts(materials, other.content.artifacts.artifacts, rules.wellFormedDigests) }]))
  const matching = attempts.filter(({ shared, mismatches }) => shared > 0 && mismatches.length === 0)
  if (matching.length > 0) {
    return { check: passed(subject, `the files are those that ${JSON.stringify(upstream)} left`, matching.map(({ candidate }) => candidate.digest)), from: matching.map(({ candidate }) => candidate) }
  }
  return without(failed(subject, whyNot(attempts, upstream), attempts.map(asValue)))
}

function without(check: Check): Edge {
  return { check, from: [] }
}

function asValue({ candidate: { digest }, shared, mismatches }: Attempt): CheckValue {
  return { candidate: digest, shared, mismatches: mismatches.map(({ path, expected, found }) => ({ path, expected, found })) }
}

function whyNot(attempts: readonly Attempt[], upstream: string): string {
  const [nearest] = attempts.filter(({ shared }) => shared > 0).sort((a, b) => a.mismatches.length - b.mismatches.length)
  if (nearest === undefined) return `the files have no path in common with those of ${JSON.stringify(upstream)}`
  const malformed = nearest.mismatches.find(({ expected, found }) => digestSetsEqual(expected, found))
  if (malformed !== undefined) return `the texts for ${JSON.stringify(malformed.path)} are equal, and no digests of their algorithms`
  const paths = nearest.mismatches.map(({ path }) => JSON.stringify(path))
  const shown = paths.length > 5 ? `${paths.slice(0, 5).join(', ')} and ${paths.length - 5} more` : paths.join(', ')
  return `${shown} ${paths.length === 1 ? 'is' : 'are'} not what ${JSON.stringify(upstream)} left`
}
