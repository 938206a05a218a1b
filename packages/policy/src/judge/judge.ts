import { below } from '../document/reader.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { VerifyLimits } from '../limits.ts'
import { failed, hasPassed, inPolicy, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { VerifyRules } from '../verify-rules.ts'
import type { CandidateReport, Check, ExternalReport, StepReport, SubjectReport } from '../report/report.ts'
import type { WantedSubject } from '../subjects.ts'
import { acceptCandidates } from './accept.ts'
import type { Accepted, Judged } from './accept.ts'
import { bindingsTo, isMaterialOf } from './bindings.ts'
import { checkSubject } from './check-subject.ts'
import { externalBindings, judgeExternals } from './externals.ts'
import type { JudgedExternal } from './externals.ts'
import type { Gate } from './gate-memo.ts'
import type { Ruling } from './ruling.ts'

interface JudgeOptions {
  readonly ruling: Ruling
  readonly gate: Gate
  readonly evidence: Evidence
  readonly wanted: readonly WantedSubject[]
  readonly limits: Required<VerifyLimits>
}

/** What came of the evidence. */
export interface Judgement {
  readonly steps: readonly StepReport[]
  readonly subjects: readonly SubjectReport[]
  readonly externals: readonly ExternalReport[]
}

/** Holds all that was collected against the policy. */
export function judge(options: JudgeOptions): Judgement {
  const { ruling, gate, evidence, wanted, limits } = options
  const externals = judgeExternals({ evidence, wanted, ruling, limits })
  const accepted = acceptCandidates({ ruling, gate, evidence, externals, wanted, limits })
  const steps = [...accepted.steps].map(([name, candidates]) => reportStep(name, candidates, accepted, options))
  const subjects = wanted.map((subject) => reportSubject(subject, steps, accepted, externals, options))
  return { steps, subjects, externals: [...externals.values()].map(({ report }) => report) }
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
  const { candidate, gate, links, isAccepted } = judged
  const [name, ...others] = gate
  const checks = [...candidate.checks, ...(name === undefined ? [] : [name]), checkSubject(judged, wanted, accepted.reach.isCut), ...others, ...links]
  return {
    digest: candidate.digest,
    payloadType: candidate.payloadType,
    references: candidate.references,
    verdict: isAccepted ? 'passed' : 'failed',
    signers: candidate.signers,
    checks,
  }
}

function reportSubject(
  wanted: WantedSubject,
  steps: readonly StepReport[],
  accepted: Accepted,
  externals: ReadonlyMap<string, JudgedExternal>,
  { evidence: { proofs }, ruling }: JudgeOptions,
): SubjectReport {
  const counting = [...accepted.steps].flatMap(([step, candidates]) => candidates.filter(({ isAccepted }) => isAccepted).map(({ candidate }) => ({ step, candidate })))
  const bindingsOf = bindingsTo(wanted, proofs)
  const boundBy = [...counting.flatMap(({ step, candidate }) => bindingsOf(step, candidate)), ...externalBindings(externals, wanted)]
  const subject: CheckSubject = { code: 'binding', place: inPolicy(''), expected: wanted.digests }
  const what = wanted.digests.join(' ')
  const check = (): Check => {
    if (boundBy.length > 0) return passed(subject, `${what} is bound to accepted evidence`, boundBy.map(({ step, external }) => step ?? external ?? ''))
    if (!ruling.rules.boundSubjects) return notEvaluated(subject, `${what} is not bound to accepted evidence, and need not be`)
    const failing = steps.find(({ verdict }) => verdict !== 'passed')
    const missing = [...externals.values()].find(({ verdict }) => verdict === 'failed')?.report.external
    if (steps.length === 0 && missing !== undefined) return notEvaluated(subject, `the external attestation ${JSON.stringify(missing)} was not accepted, which could speak about ${what}`)
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
export function isSatisfied({ steps, subjects, externals }: Judgement, { boundSubjects }: VerifyRules): boolean {
  const isVerified = steps.length > 0 || externals.some(({ verdict }) => verdict === 'passed')
  const isBound = subjects.length > 0 && subjects.every(({ checks }) => checks.every(hasPassed))
  return isVerified && steps.every(({ verdict }) => verdict === 'passed') && externals.every(({ verdict }) => verdict === 'passed' || verdict === 'skipped') && (isBound || !boundSubjects)
}
