import { upstreamFirst } from '../document/cycles.ts'
import type { Policy } from '../document/open-policy.ts'
import type { Candidate } from '../evidence/candidate.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { reach } from '../evidence/reach.ts'
import type { Reach } from '../evidence/reach.ts'
import { hasPassed } from '../report/check.ts'
import type { Check } from '../report/report.ts'
import type { WantedSubject } from '../subjects.ts'
import { artifactChecks } from './artifacts-from.ts'
import { gateChecks } from './gate.ts'
import type { NamedStep } from './gate.ts'

/** What came of one candidate of one step. */
export interface Judged {
  readonly candidate: Candidate
  readonly gate: readonly Check[]
  readonly artifacts: readonly Check[]
  /** The digest by which it was found. */
  readonly reachedBy: string | undefined
  /** Found at first, but only through evidence that was turned down. */
  readonly isCutOff: boolean
  readonly isAccepted: boolean
}

export interface Accepted {
  readonly steps: ReadonlyMap<string, readonly Judged[]>
  readonly reach: Reach
}

interface AcceptOptions {
  readonly policy: Policy
  readonly evidence: Evidence
  readonly wanted: readonly WantedSubject[]
  readonly searchDepth: number
}

interface Round {
  readonly reach: Reach
  readonly accepted: ReadonlyMap<string, readonly Candidate[]>
  readonly artifacts: ReadonlyMap<string, ReadonlyMap<Candidate, readonly Check[]>>
}

/**
 * Decides which candidates count. Everything that was collected is there before the first of them is judged, so no
 * verdict rests on what was found first.
 *
 * A candidate whose artifacts do not fit is dropped, and with it what it alone leads to: the walk is made again without
 * it until nothing changes.
 */
export function acceptCandidates({ policy, evidence, wanted, searchDepth }: AcceptOptions): Accepted {
  const steps = [...policy.steps.keys()].sort().map((name): NamedStep => ({ name, step: policy.steps.get(name) ?? {}, keys: policy.keys }))
  const gates = new Map(steps.map((step) => [step.name, new Map(candidatesOf(evidence, step.name).map((candidate) => [candidate, gateChecks(candidate, step)]))]))
  const passesGate = (name: string, candidate: Candidate): boolean => [...candidate.checks, ...(gates.get(name)?.get(candidate) ?? [])].every(hasPassed)

  const dropped = new Map(steps.map(({ name }) => [name, new Map<Candidate, readonly Check[]>()]))
  const judge = (): Round => {
    const accepts = (name: string, candidate: Candidate): boolean => dropped.get(name)?.has(candidate) !== true && passesGate(name, candidate)
    const found = reach({ evidence, wanted, depth: searchDepth, accepts })
    return { reach: found, ...followArtifacts(steps, evidence, (name, candidate) => accepts(name, candidate) && found.steps.get(name)?.has(candidate) === true) }
  }

  const first = judge()
  let last = first
  while (steps.every(({ name }) => (last.accepted.get(name) ?? []).length > 0) && drop(last, dropped, passesGate)) last = judge()

  const judged = steps.map(({ name }) => {
    const candidates = candidatesOf(evidence, name).map((candidate): Judged => {
      const reachedBy = last.reach.steps.get(name)?.get(candidate)
      return {
        candidate,
        gate: gates.get(name)?.get(candidate) ?? [],
        artifacts: dropped.get(name)?.get(candidate) ?? last.artifacts.get(name)?.get(candidate) ?? [],
        reachedBy,
        isCutOff: reachedBy === undefined && first.reach.steps.get(name)?.has(candidate) === true,
        isAccepted: (last.accepted.get(name) ?? []).includes(candidate),
      }
    })
    return [name, candidates] as const
  })
  return { steps: new Map(judged), reach: last.reach }
}

function candidatesOf(evidence: Evidence, step: string): readonly Candidate[] {
  return evidence.steps.get(step)?.candidates ?? []
}

/** Steps before those that use what they left, so that only evidence whose own artifacts fit serves as upstream. */
function followArtifacts(steps: readonly NamedStep[], evidence: Evidence, counts: (step: string, candidate: Candidate) => boolean): Pick<Round, 'accepted' | 'artifacts'> {
  const byName = new Map(steps.map((step) => [step.name, step]))
  const accepted = new Map<string, readonly Candidate[]>()
  const artifacts = new Map<string, ReadonlyMap<Candidate, readonly Check[]>>()
  for (const name of upstreamFirst(new Map(steps.map(({ name, step }) => [name, step.artifactsFrom ?? []])))) {
    const step = byName.get(name)
    if (step === undefined) continue
    const checks = new Map(candidatesOf(evidence, name).map((candidate) => [candidate, artifactChecks(candidate, step, accepted)]))
    artifacts.set(name, checks)
    accepted.set(name, [...checks].filter(([candidate, edges]) => counts(name, candidate) && edges.every(hasPassed)).map(([candidate]) => candidate))
  }
  return { accepted, artifacts }
}

/** Notes the candidates that only their artifacts keep from counting; says whether there is a new one. */
function drop(round: Round, dropped: ReadonlyMap<string, Map<Candidate, readonly Check[]>>, passesGate: (step: string, candidate: Candidate) => boolean): boolean {
  let isNew = false
  for (const [name, checks] of round.artifacts) {
    const known = dropped.get(name)
    for (const [candidate, edges] of checks) {
      if (known === undefined || known.has(candidate) || edges.every(hasPassed)) continue
      if (!passesGate(name, candidate) || round.reach.steps.get(name)?.has(candidate) !== true) continue
      known.set(candidate, edges)
      isNew = true
    }
  }
  return isNew
}
