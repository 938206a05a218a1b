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
  const steps = new Map([...ruling.policy.steps.keys()].map((name) => [name, new Map<Candidate, Outcome>()]))
  const outcome = (name: string, candidate: Candidate): Outcome => {
    const outcomes = steps.get(name)
    const known = outcomes?.get(candidate)
    if (known !== undefined) return known
    const step = ruling.policy.steps.get(name)
    const checks = step === undefined ? [] : gateChecks(candidate, { name, step }, ruling)
    const made = { checks, passes: step !== undefined && candidate.checks.every(hasPassed) && checks.every(hasPassed) }
    outcomes?.set(candidate, made)
    return made
  }
  return { checks: (name, candidate) => outcome(name, candidate).checks, passes: (name, candidate) => outcome(name, candidate).passes }
}
