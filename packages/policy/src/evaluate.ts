import { checkOptions } from './check-options.ts'
import { openPolicy } from './document/open-policy.ts'
import { Collector } from './evidence/collect.ts'
import { isSatisfied, judge } from './judge/judge.ts'
import type { Judgement } from './judge/judge.ts'
import { limitsOf } from './limits.ts'
import type { VerifyOptions } from './options.ts'
import { hasPassed, inPolicy, notEvaluated } from './report/check.ts'
import type { Check, Report } from './report/report.ts'
import { wantedSubjects } from './subjects.ts'
import type { WantedSubject } from './subjects.ts'

/**
 * Holds evidence against a policy and gives the whole report, whatever the verdict. Use `verify()` to decide: a verify
 * that returns is a pass.
 *
 * The report is a pure function of the inputs: neither the order of envelopes and keys nor copies of them change it.
 *
 * @throws TypeError when an option is missing or of the wrong kind, `subjects` or `policyVerifiers` is empty, or `now` is no
 * time.
 * @throws CilockError `ERR_DIGEST_INVALID` (a subject is no digest), `ERR_SOURCE_FAILED` or the source's own error,
 * `ERR_ABORTED`.
 *
 * @example
 * ```ts
 * const report = await evaluate({ policy, policyVerifiers: [verifier], subjects: ['sha256:…'], source, types, now: new Date() })
 * console.log(report.verdict, firstCause(report)?.message)
 * ```
 */
export async function evaluate(options: VerifyOptions): Promise<Report> {
  checkOptions(options)
  const { policy: envelope, policyVerifiers: verifiers, now, source, types, signal } = options
  const limits = limitsOf(options.limits)
  const wanted = wantedSubjects(options.subjects)

  const opened = await openPolicy({ envelope, verifiers, now, limits })
  const report = (judgement: Judgement): Report => ({
    verdict: opened.report.checks.every(hasPassed) && isSatisfied(judgement) ? 'passed' : 'failed',
    now: now.toISOString(),
    policy: opened.report,
    ...judgement,
  })
  const { policy } = opened
  if (policy === undefined) return report(nothingJudged(opened.steps, wanted))

  const collector = new Collector({ policy, wanted, source, types, limits, ...(signal === undefined ? {} : { signal }) })
  const judgement = judge({ policy, wanted, limits, evidence: await collector.byDigest() })
  if (isSatisfied(judgement)) return report(judgement)
  return report(judge({ policy, wanted, limits, evidence: await collector.byName() }))
}

function nothingJudged(steps: readonly string[], wanted: readonly WantedSubject[]): Judgement {
  const reason = 'no evidence was looked for, since the policy cannot be used'
  return {
    steps: steps.toSorted().map((step) => ({ step, verdict: 'not-evaluated', checks: [notEvaluated({ code: 'collection', place: inPolicy(''), expected: null }, reason)], candidates: [] })),
    subjects: wanted.map(({ digests }) => ({ digests, boundBy: [], checks: [notEvaluated({ code: 'binding', place: inPolicy(''), expected: digests }, reason)] as readonly Check[] })),
  }
}
