import type { Candidate } from '../evidence/candidate.ts'
import { hasPassed } from '../report/check.ts'
import type { Check } from '../report/report.ts'
import { gateChecks } from './gate.ts'
import type { Ruling } from './ruling.ts'

/** The gates of a policy's steps; a candidate is judged once for each. */
export interface Gate {
  readonly checks: (step: string, candidate: Candidate) => readonly Check[]
  readonly passes: (step: string, candidate: Candidate) => boolean
}

interface Outcome {
  readonly checks: readonly Check[]
  readonly passes: boolean
}

export function gateOf(ruling: Ruling): Gate {
  const outcomes = new WeakMap<Candidate, Map<string, Outcome>>()
  const outcome = (name: string, candidate: Candidate): Outcome => {
    const known = outcomes.get(candidate) ?? new Map<string, Outcome>()
    outcomes.set(candidate, known)
    const before = known.get(name)
    if (before !== undefined) return before
    const step = ruling.policy.steps.get(name)
    const checks = step === undefined ? [] : gateChecks(candidate, { name, step }, ruling)
    const made = { checks, passes: step !== undefined && [...candidate.checks, ...checks].every(hasPassed) }
    known.set(name, made)
    return made
  }
  return { checks: (name, candidate) => outcome(name, candidate).checks, passes: (name, candidate) => outcome(name, candidate).passes }
}
