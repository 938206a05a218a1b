import { CilockError } from '@cilock/core'
import { checkEvidenceOptions, checkPolicyOptions } from './check-options.ts'
import { openPolicy } from './document/open-policy.ts'
import type { OpenedPolicy } from './document/open-policy.ts'
import { externalPointer, attestationPointer } from './document/rego.ts'
import { sortedEntries } from './document/rules.ts'
import type { Policy } from './document/open-policy.ts'
import { PolicyError } from './error.ts'
import { Budget, BudgetSpent } from './evidence/budget.ts'
import { Collector } from './evidence/collect.ts'
import { SignatureReader } from './evidence/signature-reader.ts'
import { toldOnce } from './evidence/told-once.ts'
import { gateOf } from './judge/gate-memo.ts'
import { isSatisfied, judge } from './judge/judge.ts'
import type { Judgement } from './judge/judge.ts'
import type { Ruling } from './judge/ruling.ts'
import { limitsOf } from './limits.ts'
import type { VerifyLimits } from './limits.ts'
import type { CallerInput, EvidenceOptions, PolicyOptions } from './options.ts'
import { impossibleReads } from './rego/input-paths.ts'
import { externalInputShape, stepInputShape } from './rego/input-shape.ts'
import { failed, hasPassed, inPolicy, notEvaluated } from './report/check.ts'
import { firstCause } from './report/first-cause.ts'
import type { Check, CheckValue, Report } from './report/report.ts'
import { wantedSubjects } from './subjects.ts'
import type { WantedSubject } from './subjects.ts'
import { presetOf, rulesOf } from './verify-rules.ts'
import type { VerifyRules } from './verify-rules.ts'

/**
 * A policy that was opened, ready to judge any number of artifacts. It remembers a bounded number of certificates by their
 * bytes, since the next artifact is likely to come with the same ones, and nothing of what it judged.
 */
export interface PolicyVerifier {
  /**
   * As `verify()`.
   *
   * @throws PolicyError with the code of the first cause and the whole report.
   */
  readonly verify: (options: EvidenceOptions) => Promise<Report>
  /** As `evaluate()`. */
  readonly evaluate: (options: EvidenceOptions) => Promise<Report>
  /** Evaluates one after the other; reports come in the order of the options. */
  readonly verifyMany: (options: readonly EvidenceOptions[]) => Promise<readonly Report[]>
}

/**
 * Opens a policy once, its signature, keys and rules, for many verifications. A policy that cannot be used makes each of
 * them fail with its reason; nothing is thrown here for it.
 *
 * @throws TypeError when an option is missing or of the wrong kind.
 *
 * @example
 * ```ts
 * const verifier = await createVerifier({ policy, policyVerifiers: [release], types })
 * for (const digest of digests) await verifier.verify({ subjects: [digest], source, now: new Date() })
 * ```
 */
export async function createVerifier(options: PolicyOptions): Promise<PolicyVerifier> {
  checkPolicyOptions(options)
  const { policy: envelope, policyVerifiers: verifiers, types } = options
  const rules = rulesOf(options.rules)
  // CI/lock ends its search after three hops
  const limits = limitsOf({ ...(presetOf(options.rules) === 'compat' && { searchDepth: 3 }), ...options.limits })
  const opened = await openPolicy({ envelope, verifiers, limits, rules })
  const unreadable = onceForNoInput((input) => (opened.policy === undefined || !rules.inputPaths ? [] : impossibleInput(opened.policy, input, types)))
  const about: Opened = { opened, rules, limits, types, unreadable }
  const evaluate = async (evidence: EvidenceOptions): Promise<Report> => evaluateWith(about, evidence)
  return {
    evaluate,
    verify: async (evidence) => {
      const report = await evaluate(evidence)
      if (report.verdict === 'passed') return report
      const cause = firstCause(report)
      throw new PolicyError(cause?.code ?? 'ERR_NO_COLLECTION', cause?.message ?? 'the policy is not satisfied', report)
    },
    verifyMany: async (all) => {
      if (!Array.isArray(all)) throw new TypeError('verifyMany: `options` is not an array')
      const reports: Report[] = []
      for (const each of all) reports.push(await evaluate(each))
      return reports
    },
  }
}

interface Opened {
  readonly opened: OpenedPolicy
  readonly rules: VerifyRules
  readonly limits: Required<VerifyLimits>
  readonly types: PolicyOptions['types']
  /** Rules that read what can never be there, in view of what the caller adds. */
  readonly unreadable: (input: CallerInput) => readonly Check[]
}

/** What a policy alone decides is found out once; what a caller adds to it may be another thing each time. */
function onceForNoInput<T>(find: (input: CallerInput) => T): (input: CallerInput) => T {
  let known: { readonly found: T } | undefined
  return (input) => (Object.keys(input).length > 0 ? find(input) : (known ??= { found: find(input) }).found)
}

async function evaluateWith({ opened, rules, limits, types, unreadable: unreadableWith }: Opened, options: EvidenceOptions): Promise<Report> {
  checkEvidenceOptions(options)
  const { source, now, clockSkew = 0, input = {}, onStatement, signal } = options
  if (signal?.aborted === true) throw new CilockError('ERR_ABORTED', 'the verification was stopped', { cause: signal.reason })
  const wanted = wantedSubjects(options.subjects)
  const unreadable = unreadableWith(input)
  const checks = [...opened.report.checks, ...unreadable, opened.expiry(now, clockSkew)]
  const report = (judgement: Judgement, spent: readonly Check[] = []): Report => ({
    verdict: checks.every(hasPassed) && spent.length === 0 && isSatisfied(judgement, rules) ? 'passed' : 'failed',
    now: now.toISOString(),
    policy: { ...opened.report, checks: [...checks, ...spent] },
    ...judgement,
    ...(Object.keys(input).length > 0 && { callerInput: sortedInput(input) }),
  })
  const { policy } = opened
  if (policy === undefined || unreadable.length > 0) return report(nothingJudged(opened, wanted, 'no evidence was looked for, since the policy cannot be used'))

  const budget = new Budget(limits)
  const ruling: Ruling = { policy, rules, types, now, input, budget }
  const gate = gateOf(ruling)
  const collector = new Collector({ policy, wanted, source, types, limits, rules, accepts: gate.passes, signatures: new SignatureReader({ signers: policy.signersAt(now), limits, signal }), budget, ...(signal === undefined ? {} : { signal }) })
  const tell = toldOnce(onStatement)
  let judgement: Judgement | undefined
  try {
    judgement = judge({ ruling, gate, wanted, limits, evidence: tell(await collector.byDigest()) })
    if (isSatisfied(judgement, rules)) return report(judgement)
    judgement = judge({ ruling, gate, wanted, limits, evidence: tell(await collector.byName()) })
    return report(judgement)
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error
    return report(judgement ?? nothingJudged(opened, wanted, 'there is more evidence than the limits of the call allow to look at'), [failed({ code: 'limit', place: inPolicy(''), expected: error.most }, error.message, error.limit)])
  }
}

/** Rules that read what can never be there, in view of what the caller adds. */
function impossibleInput(policy: Policy, input: CallerInput, types: PolicyOptions['types']): readonly Check[] {
  const added = (type: string): readonly string[] => (Object.hasOwn(input, type) ? Object.keys(input[type] ?? {}) : [])
  return [
    ...sortedEntries(policy.steps).flatMap(([name, step]) =>
      (step.attestations ?? []).flatMap(({ type = '' }, index) => {
        const modules = policy.rego.get(attestationPointer(name, index))
        return modules === undefined ? [] : impossibleReads(modules.modules, stepInputShape(step, type, added(type), policy, types))
      }),
    ),
    ...sortedEntries(policy.externals).flatMap(([name, { predicateType = '' }]) => {
      const modules = policy.rego.get(externalPointer(name))
      return modules === undefined ? [] : impossibleReads(modules.modules, externalInputShape(predicateType, added(predicateType), types))
    }),
  ].map(({ code, pointer, message, expected, found }) => failed({ code, place: inPolicy(pointer), expected }, message, found))
}

/** Plain data in a fixed order, so that the same input gives the same bytes. What is computed is told where it is used. */
function sortedInput(input: CallerInput): Readonly<Record<string, CheckValue>> {
  const valuesOf = (keys: CallerInput[string]) => sortedKeys(keys).flatMap((key) => (typeof keys[key] === 'function' ? [] : [[key, (keys[key] ?? null) as CheckValue] as const]))
  return Object.fromEntries(sortedKeys(input).map((type) => [type, Object.fromEntries(valuesOf(input[type] ?? {}))]))
}

function sortedKeys(record: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(record).sort()
}

function nothingJudged({ steps, externals }: OpenedPolicy, wanted: readonly WantedSubject[], reason: string): Judgement {
  return {
    steps: steps.toSorted().map((step) => ({ step, verdict: 'not-evaluated', checks: [notEvaluated({ code: 'collection', place: inPolicy(''), expected: null }, reason)], candidates: [] })),
    subjects: wanted.map(({ digests }) => ({ digests, boundBy: [], checks: [notEvaluated({ code: 'binding', place: inPolicy(''), expected: digests }, reason)] })),
    externals: externals
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, members: { predicateType = '', required = true } }) => ({
        external: name,
        predicateType,
        required,
        verdict: 'not-evaluated',
        checks: [notEvaluated({ code: 'external', place: inPolicy(''), expected: predicateType }, reason)],
        candidates: [],
      })),
  }
}
