import type { Subject } from '@cilock/core'
import type { Policy } from '../document/open-policy.ts'
import { below } from '../document/reader.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { VerifyLimits } from '../limits.ts'
import { failed, hasPassed, inPolicy, inStatement, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { CandidateReport, Check, CheckValue, StepReport, SubjectReport } from '../report/report.ts'
import type { WantedSubject } from '../subjects.ts'
import { acceptCandidates } from './accept.ts'
import type { Accepted, Judged } from './accept.ts'
import { bindingsOf, isMaterialOf } from './bindings.ts'

interface JudgeOptions {
  readonly policy: Policy
  readonly evidence: Evidence
  readonly wanted: readonly WantedSubject[]
  readonly limits: Required<VerifyLimits>
}

/** What came of the evidence. */
export interface Judgement {
  readonly steps: readonly StepReport[]
  readonly subjects: readonly SubjectReport[]
}

/** Holds all that was collected against the policy. */
export function judge(options: JudgeOptions): Judgement {
  const { policy, evidence, wanted, limits } = options
  const accepted = acceptCandidates({ policy, evidence, wanted, searchDepth: limits.searchDepth })
  const steps = [...accepted.steps].map(([name, candidates]) => reportStep(name, candidates, accepted, options))
  return { steps, subjects: wanted.map((subject, index) => reportSubject(subject, index, steps, accepted, evidence)) }
}

function reportStep(name: string, judged: readonly Judged[], accepted: Accepted, { evidence, wanted, limits }: JudgeOptions): StepReport {
  const candidates = judged.map((each) => reportCandidate(each, accepted, wanted))
  const verdict = judged.some(({ isAccepted }) => isAccepted) ? 'passed' : 'failed'
  const place = inPolicy(below('/steps', name))
  const collection: CheckSubject = { code: 'collection', place, expected: `a collection named ${JSON.stringify(name)}` }
  const limit: CheckSubject = { code: 'limit', place, expected: limits.envelopes }
  const overLimit = evidence.steps.get(name)?.overLimit === true && verdict === 'failed'
  return {
    step: name,
    verdict,
    checks: [
      candidates.length > 0
        ? passed(collection, `the source has ${candidates.length} of them`, candidates.length)
        : failed(collection, `no collection named ${JSON.stringify(name)} was found`, 0),
      ...(overLimit ? [failed(limit, `the source has more than ${limits.envelopes} envelopes for the step, so they were not looked at`, null)] : []),
    ],
    candidates,
  }
}

function reportCandidate(judged: Judged, accepted: Accepted, wanted: readonly WantedSubject[]): CandidateReport {
  const { candidate, gate, artifacts, isAccepted } = judged
  const [name, ...others] = gate
  const checks = [...candidate.checks, ...(name === undefined ? [] : [name]), checkSubject(judged, accepted, wanted), ...others, ...artifacts]
  return {
    digest: candidate.digest,
    payloadType: candidate.payloadType,
    references: candidate.references,
    verdict: isAccepted ? 'passed' : 'failed',
    signers: candidate.signers,
    checks,
  }
}

function checkSubject({ candidate: { content }, reachedBy, isCutOff }: Judged, { reach }: Accepted, wanted: readonly WantedSubject[]): Check {
  const handedIn = wanted.flatMap(({ digests }) => digests)
  const subject: CheckSubject = { code: 'subject', place: inStatement('/subject'), expected: handedIn }
  if (content === undefined) return notEvaluated(subject, 'what it says was not read')
  const found: CheckValue = content.statement.subject.map(({ name, digest }) => ({ name, digest }))
  if (reachedBy !== undefined) {
    const how = handedIn.includes(reachedBy) ? 'which was handed in' : 'which accepted evidence leads to'
    return passed(subject, `it is about ${reachedBy}, ${how}`, reachedBy)
  }
  if (isCutOff) return failed(subject, 'only evidence that was turned down for its artifacts leads to it', found)
  const cut = reach.isCut ? '; the search ended at its depth' : ''
  return failed(subject, `nothing that it is about was handed in, and no accepted evidence leads to it; it is about ${listed(content.statement.subject)}${cut}`, found)
}

/** The first subjects with the beginning of a digest; the check's data has them all. */
function listed(subjects: readonly Subject[]): string {
  if (subjects.length === 0) return 'nothing'
  const shown = subjects.slice(0, 2).map(({ name, digest }) => {
    const [[algorithm, value] = ['no digest', '']] = Object.entries(digest)
    return `${JSON.stringify(shortened(name))} (${value === '' ? algorithm : `${algorithm}:${value.slice(0, 12)}…`})`
  })
  return `${shown.join(', ')}${subjects.length > shown.length ? ` and ${subjects.length - shown.length} more` : ''}`
}

/** Without the place where types live, and not longer than a line bears. */
function shortened(name: string): string {
  const short = name.replace(/^https:\/\/[^/]+\/attestations\//, '')
  return short.length <= 48 ? short : `${short.slice(0, 48)}…`
}

function reportSubject(wanted: WantedSubject, index: number, steps: readonly StepReport[], accepted: Accepted, { proofs }: Evidence): SubjectReport {
  const counting = [...accepted.steps].flatMap(([step, candidates]) => candidates.filter(({ isAccepted }) => isAccepted).map(({ candidate }) => ({ step, candidate })))
  const boundBy = counting.flatMap(({ step, candidate }) => bindingsOf(step, candidate, wanted, proofs))
  const subject: CheckSubject = { code: 'binding', place: inPolicy(''), expected: wanted.digests }
  const what = wanted.digests.join(' ')
  const check = (): Check => {
    if (boundBy.length > 0) return passed(subject, `${what} is bound to accepted evidence`, boundBy.map(({ step }) => step))
    const failing = steps.find(({ verdict }) => verdict !== 'passed')
    if (failing !== undefined) return notEvaluated(subject, `the step ${JSON.stringify(failing.step)} has no accepted evidence that could speak about ${what}`)
    if (wanted.anchors.length === 0) return failed(subject, `${what} can bind nothing: of the algorithms known only sha256, gitoid:sha256 and dirHash do`, null)
    const found = counting.filter(({ candidate }) => isMaterialOf(candidate, wanted)).map(({ step }) => step)
    if (found.length === 0) return failed(subject, `no accepted evidence speaks about ${what}`, null)
    const names = found.map((step) => JSON.stringify(step)).join(', ')
    return failed(subject, `${what} is only among what ${names} found, and no step made it or says anything about it`, found)
  }
  return { digests: wanted.digests, boundBy, checks: [check()] }
}

/** Whether nothing is left to be desired. */
export function isSatisfied({ steps, subjects }: Judgement): boolean {
  return steps.length > 0 && steps.every(({ verdict }) => verdict === 'passed') && subjects.length > 0 && subjects.every(({ checks }) => checks.every(hasPassed))
}
