import type { PolicyErrorCode } from '../error.ts'
import { checkRank, errorCodeOf } from './check-code.ts'
import { expectReport } from './expect-report.ts'
import { hasFailed, hasPassed } from './check.ts'
import type { CandidateReport, Check, ExternalReport, Report, StepReport } from './report.ts'

/** What a person should look at first. */
export interface Cause {
  /** The code of the error. */
  readonly code: PolicyErrorCode
  /** One sentence, with the step where there is one. */
  readonly message: string
  /** The check that failed. */
  readonly check: Check
  /** The step that it belongs to; absent for the policy's own. */
  readonly step?: string
  /** The external attestation, where it is one. */
  readonly external?: string
  /** Digest of the candidate that came nearest to passing. */
  readonly candidate?: string
}

/**
 * The first cause of a refusal, of the whole or of one step: what failed by itself, at the candidate that came nearest,
 * before what only follows from it. Undefined when nothing was refused.
 *
 * @throws TypeError for what is no report.
 */
export function firstCause(report: Report, step?: string): Cause | undefined {
  expectReport(report, 'firstCause')
  if (report.verdict === 'passed') return undefined
  if (step !== undefined) {
    const found = report.steps.find((each) => each.step === step)
    return found === undefined ? undefined : causeOf(found)
  }
  const ofPolicy = firstOf(report.policy.checks)
  if (ofPolicy !== undefined) return { code: errorCodeOf(ofPolicy.code), message: ofPolicy.message, check: ofPolicy }
  const causes = [...report.externals.flatMap((each) => causeOf(each) ?? []), ...report.steps.flatMap((each) => causeOf(each) ?? [])]
  const [ofStep] = causes.sort(firstToTell)
  if (ofStep !== undefined) return ofStep
  const unbound = report.subjects.flatMap(({ checks }) => checks).find((check) => !hasPassed(check))
  return unbound === undefined ? undefined : { code: errorCodeOf(unbound.code), message: unbound.message, check: unbound }
}

/** The first cause of one part of a refusal. */
export function causeOf(report: StepReport | ExternalReport): Cause | undefined {
  if (report.verdict === 'passed' || report.verdict === 'skipped') return undefined
  const owner = 'step' in report ? { step: report.step } : { external: report.external }
  const name = 'step' in report ? `step ${JSON.stringify(report.step)}` : `external attestation ${JSON.stringify(report.external)}`
  const candidate = nearestCandidate(report.candidates)
  // a candidate that was looked at says more than what the step as a whole lacks, unless the search itself was refused
  const ofStep = firstOf(report.checks)
  const ofCandidate = candidate === undefined ? undefined : (firstOf(candidate.checks) ?? candidate.checks.find((check) => !hasPassed(check)))
  const check = ofStep ?? ofCandidate ?? report.checks.find((each) => !hasPassed(each))
  if (check === undefined) return undefined
  const cause = { code: errorCodeOf(check.code), message: `${name}: ${check.message}`, check, ...owner }
  return check === ofCandidate && candidate !== undefined ? { ...cause, candidate: candidate.digest } : cause
}

/** The candidate that came nearest to passing. */
export function nearestCandidate(candidates: readonly CandidateReport[]): CandidateReport | undefined {
  return candidates.toSorted(nearestFirst).at(0)
}

/** Nearer is what comes further before its first failure, then what fails less; evidence of something else comes last. */
function nearestFirst(a: CandidateReport, b: CandidateReport): number {
  return Number(isForeign(a)) - Number(isForeign(b)) || progress(b) - progress(a) || failures(a) - failures(b)
}

function progress({ checks }: CandidateReport): number {
  return Math.min(...checks.filter((check) => !hasPassed(check)).map(({ code }) => checkRank(code)), Number.MAX_SAFE_INTEGER)
}

/** A source may give more than it was asked for: whole and well signed, but of another step, or of another type. */
function isForeign({ checks }: CandidateReport): boolean {
  return checks.some((check) => hasFailed(check) && (check.code === 'collection-name' || check.code === 'evidence-predicate-type'))
}

function failures({ checks }: CandidateReport): number {
  return checks.filter((check) => !hasPassed(check)).length
}

function firstOf(checks: readonly Check[]): Check | undefined {
  return checks.filter(hasFailed).sort((a, b) => checkRank(a.code) - checkRank(b.code)).at(0)
}

/** What failed by itself before what only follows, and then in the order of the checks. */
export function firstToTell(a: Cause, b: Cause): number {
  return weight(a) - weight(b) || checkRank(a.check.code) - checkRank(b.check.code)
}

/** Whether something failed by itself, and does not only follow from, or wait for, something else. */
export function standsAlone(cause: Cause): boolean {
  return weight(cause) === 0
}

/** What cannot be reached, or waits for another step, often follows from a failure elsewhere. */
function weight({ check }: Cause): number {
  if (!hasFailed(check)) return 2
  return check.code === 'subject' ? 1 : 0
}
