import { hasFailed, hasPassed } from '../report/check.ts'
import { errorCodeOf } from '../report/check-code.ts'
import { expectReport } from '../report/expect-report.ts'
import { causeOf, firstCause, firstToTell, nearestCandidate, standsAlone } from '../report/first-cause.ts'
import type { Cause } from '../report/first-cause.ts'
import type { CandidateReport, Check, ExternalReport, Report, StepReport } from '../report/report.ts'
import type { Edit, EditOwner } from './edit.ts'
import { editsOf } from './edits-of.ts'
import { sentenceOf } from './sentence.ts'

/** Why one part of a policy was refused: the policy itself, a step, an external attestation, or an artifact. */
export interface ExplainedCause extends Cause {
  /** One sentence: how much was found, who signed, what was expected. */
  readonly sentence: string
  /** All that has to change for the nearest candidate, or for the part itself, and nothing that only follows from it. */
  readonly failing: readonly Check[]
  /** Whether it failed by itself; what does not waits for another part, or is reached through it. */
  readonly own: boolean
  /** How many envelopes were found for the part. */
  readonly candidates: number
  /** The candidate that came nearest to passing. */
  readonly nearest?: CandidateReport
  /** What would settle it, one thing each. `proposeChange()` tries them. */
  readonly edits: readonly Edit[]
}

/** Why a policy was, or was not, satisfied. */
export interface Explanation {
  /** The report's. */
  readonly verdict: Report['verdict']
  /** What to look at first; absent on a pass. */
  readonly first?: ExplainedCause
  /** One for each part that did not pass, what failed by itself first. */
  readonly causes: readonly ExplainedCause[]
}

/**
 * Says why a verification came out as it did: the first cause, and one for each part that did not pass. It adds nothing
 * to the report and decides nothing; the same report gives the same explanation.
 *
 * @throws TypeError for what is no report.
 * @example
 * ```ts
 * const { first } = explain(error.report)
 * console.log(first?.sentence) // step "build": 2 envelopes found, both signed by key ab12…; the step allows cd34…
 * ```
 */
export function explain(report: Report): Explanation {
  expectReport(report, 'explain')
  if (report.verdict === 'passed') return { verdict: 'passed', causes: [] }
  const parts = [...report.externals, ...report.steps].flatMap((part) => explainPart(part, report) ?? [])
  const wholes = [...policyCauses(report), ...bindingCauses(report)]
  const cause = firstCause(report)
  const isFirst = (each: ExplainedCause): boolean => each.check === cause?.check && each.step === cause.step && each.external === cause.external
  const causes = [...wholes, ...parts].sort((a, b) => Number(isFirst(b)) - Number(isFirst(a)) || firstToTell(a, b))
  const [first] = causes
  return { verdict: 'failed', causes, ...(first !== undefined && { first }) }
}

function explainPart(part: StepReport | ExternalReport, report: Report): ExplainedCause | undefined {
  const cause = causeOf(part)
  if (cause === undefined) return undefined
  const owner: EditOwner = 'step' in part ? { step: part.step } : { external: part.external }
  const nearest = nearestCandidate(part.candidates)
  const failing = failingOf(part, nearest)
  // another candidate may be nearer to passing by a change than the one that came nearest by itself
  const firsts = cause.candidate === undefined ? [cause.check] : part.candidates.flatMap((candidate) => candidate.checks.find(hasFailed) ?? [])
  const edits = distinct([...editsOf(cause.check, owner, report), ...firsts.flatMap((check) => editsOf(check, owner, report))])
  return { ...cause, sentence: sentenceOf(part, cause, failing), failing, own: standsAlone(cause), candidates: part.candidates.length, ...(nearest !== undefined && { nearest }), edits }
}

function failingOf(part: StepReport | ExternalReport, nearest: CandidateReport | undefined): readonly Check[] {
  const all = [...part.checks, ...(nearest?.checks ?? [])]
  const failing = all.filter(hasFailed)
  return failing.length > 0 ? failing : all.filter((check) => !hasPassed(check))
}

function policyCauses(report: Report): readonly ExplainedCause[] {
  return report.policy.checks.filter(hasFailed).map((check) => explainWhole(check, report))
}

function bindingCauses(report: Report): readonly ExplainedCause[] {
  return report.subjects.flatMap(({ checks }) => checks.filter(hasFailed).map((check) => explainWhole(check, report)))
}

function explainWhole(check: Check, report: Report): ExplainedCause {
  return { code: errorCodeOf(check.code), message: check.message, check, sentence: check.message, failing: [check], own: true, candidates: 0, edits: editsOf(check, undefined, report) }
}

function distinct(edits: readonly Edit[]): readonly Edit[] {
  const seen = new Map(edits.map((edit) => [JSON.stringify(edit), edit]))
  return [...seen.values()]
}
