import { below } from '../document/reader.ts'
import type { Candidate } from '../evidence/candidate.ts'
import { failed, inPolicy, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check, CheckValue } from '../report/report.ts'
import { compareArtifacts } from './compare-artifacts.ts'
import type { Comparison } from './compare-artifacts.ts'
import type { NamedStep } from './gate.ts'

/** Holds a candidate against the accepted evidence of the steps that its own takes artifacts from: one check for each. */
export function artifactChecks(candidate: Candidate, { name, step }: NamedStep, accepted: ReadonlyMap<string, readonly Candidate[]>): readonly Check[] {
  const pointer = below(below('/steps', name), 'artifactsFrom')
  return (step.artifactsFrom ?? []).map((upstream, index) => {
    const subject: CheckSubject = { code: 'artifacts', place: inPolicy(below(pointer, index)), expected: upstream }
    return checkEdge(candidate, subject, upstream, accepted.get(upstream) ?? [])
  })
}

interface Attempt extends Comparison {
  readonly digest: string
}

function checkEdge({ content }: Candidate, subject: CheckSubject, upstream: string, candidates: readonly Candidate[]): Check {
  if (content === undefined) return notEvaluated(subject, 'what it says was not read')
  const { materials, foundNothing } = content.artifacts
  if (materials.size === 0 && !foundNothing) {
    return failed(subject, 'the collection does not say which files the step found, and that is not the same as none', null)
  }
  if (candidates.length === 0) return notEvaluated(subject, `the step ${JSON.stringify(upstream)} has no accepted evidence`)
  if (foundNothing) return passed(subject, `the step found no files, so none can differ from those of ${JSON.stringify(upstream)}`, null)
  const attempts = candidates.flatMap((other): readonly Attempt[] => (other.content === undefined ? [] : [{ digest: other.digest, ...compareArtifacts(materials, other.content.artifacts.artifacts) }]))
  const matching = attempts.filter(({ shared, mismatches }) => shared > 0 && mismatches.length === 0)
  if (matching.length > 0) {
    return passed(subject, `the files are those that ${JSON.stringify(upstream)} left`, matching.map(({ digest }) => digest))
  }
  return failed(subject, whyNot(attempts, upstream), attempts.map(asValue))
}

function asValue({ digest, shared, mismatches }: Attempt): CheckValue {
  return { candidate: digest, shared, mismatches: mismatches.map(({ path, expected, found }) => ({ path, expected, found })) }
}

function whyNot(attempts: readonly Attempt[], upstream: string): string {
  const [nearest] = attempts.filter(({ shared }) => shared > 0).sort((a, b) => a.mismatches.length - b.mismatches.length)
  if (nearest === undefined) return `the files have no path in common with those of ${JSON.stringify(upstream)}`
  const paths = nearest.mismatches.map(({ path }) => JSON.stringify(path))
  const shown = paths.length > 5 ? `${paths.slice(0, 5).join(', ')} and ${paths.length - 5} more` : paths.join(', ')
  return `${shown} ${paths.length === 1 ? 'is' : 'are'} not what ${JSON.stringify(upstream)} left`
}
