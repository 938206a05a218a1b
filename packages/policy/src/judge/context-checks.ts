import { below } from '../document/reader.ts'
import type { Candidate } from '../evidence/candidate.ts'
import type { VerifyLimits } from '../limits.ts'
import { isWrapped } from '../rego/input-shape.ts'
import { failed, hasPassed, inPolicy, notEvaluated } from '../report/check.ts'
import type { Check, CheckValue } from '../report/report.ts'
import { viewsOf } from './context.ts'
import type { Others, Seen, View } from './context.ts'
import { ruleChecks } from './gate.ts'
import type { NamedStep, Ruling } from './ruling.ts'

/** What rules that look at other evidence say of a candidate. */
export interface ContextOutcome {
  readonly checks: readonly Check[]
  /** Whether they hold in view of something that counts. */
  readonly sometimes: boolean
  /** Whether they hold in view of all of it. */
  readonly always: boolean
}

/** Asks the rules of one step about its candidates. */
export type AskInContext = (candidate: Candidate) => ContextOutcome

/** Remembers what the rules said of a candidate in a view: the same views come round after round. */
export type ViewMemo = WeakMap<Candidate, Map<string, readonly Check[]>>

const nothingAsked: ContextOutcome = { checks: [], sometimes: true, always: true }

/**
 * How the rules of a step are asked in view of other evidence. `accepted` is what they wait for, `inView` what they look at:
 * the same, or more.
 */
export function askInContext(named: NamedStep, accepted: Others, inView: Others, ruling: Ruling, limits: Required<VerifyLimits>, memo: ViewMemo): AskInContext {
  const { name, step } = named
  if (!isWrapped(step)) return () => nothingAsked
  const missing = missingEvidence(named, accepted)
  if (missing.length > 0) return () => ({ checks: missing, sometimes: false, always: false })
  let views: readonly View[] | undefined
  let isAsked = false
  return (candidate) => {
    if (!isAsked) views = viewsOf(named, inView, ruling, limits)
    isAsked = true
    // too much to be asked is no reason to keep it from the rules of others
    if (views === undefined) return { checks: [tooMany(named, inView, limits)], sometimes: true, always: false }
    const known = memo.get(candidate) ?? new Map<string, readonly Check[]>()
    memo.set(candidate, known)
    const answers = views.map((view) => {
      const key = `${name}\n${view.id}`
      const checks = known.get(key) ?? ruleChecks(candidate, named, ruling, view.input)
      known.set(key, checks)
      return { view, checks }
    })
    return outcomeOf(answers)
  }
}

interface Answer {
  readonly view: View
  readonly checks: readonly Check[]
}

/** A check for each package: in the first view in which it fails, else in the first. */
function outcomeOf(answers: readonly Answer[]): ContextOutcome {
  const [first] = answers
  if (first === undefined) return nothingAsked
  const checks = first.checks.map((check, index) => {
    const failing = answers.flatMap(({ view, checks: all }) => {
      const other = all[index]
      return other === undefined || hasPassed(other) ? [] : [{ view, check: other }]
    })
    const [told] = failing
    if (told !== undefined) return inViewOf(told.check, told.view.seen, failing.length, answers.length)
    return answers.length === 1 ? check : { ...check, message: `${check.message}, in view of each of ${answers.length} choices of accepted evidence` }
  })
  const hold = answers.filter((answer) => answer.checks.every(hasPassed)).length
  return { checks, sometimes: hold > 0, always: hold === answers.length }
}

/** Says what the rules looked at when they did not hold. */
function inViewOf(check: Check, seen: readonly Seen[], failing: number, all: number): Check {
  if (seen.length === 0 || check.state !== 'failed') return check
  const names = seen.map(({ kind, name, digest }) => `${kind === 'step' ? 'step' : 'external attestation'} ${JSON.stringify(name)} (${digest.slice(0, 'sha256:'.length + 12)}…)`)
  const view: CheckValue = seen.map(({ kind, name, digest }) => ({ [kind]: name, candidate: digest }))
  const found: CheckValue = { ...(isObject(check.found) ? check.found : {}), view, views: { failing, all } }
  // Where there is no choice, the reader knows which it was; the data says it all the same.
  if (all === 1) return { ...check, found }
  return { ...check, message: `${check.message}; seen with ${names.join(', ')}, and so in ${failing} of ${all} choices of accepted evidence`, found }
}

function isObject(value: CheckValue): value is { readonly [key: string]: CheckValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function tooMany({ name, step: { attestationsFrom = [], externalFrom = [] } }: NamedStep, { steps, externals }: Others, { contexts }: Required<VerifyLimits>): Check {
  const counts = Object.fromEntries([
    ...attestationsFrom.map((other) => [other, (steps.get(other) ?? []).length] as const),
    ...externalFrom.map((other) => [other, (externals.get(other)?.accepted ?? []).length] as const),
  ])
  const shown = Object.entries(counts).map(([other, count]) => `${count} of ${JSON.stringify(other)}`).join(', ')
  const place = inPolicy(below(below('/steps', name), attestationsFrom.length > 0 ? 'attestationsFrom' : 'externalFrom'))
  return failed({ code: 'limit', place, expected: contexts }, `its rules would have to hold in view of more than ${contexts} choices of accepted evidence (${shown}), so they were not asked`, counts)
}

function missingEvidence({ name, step: { attestationsFrom = [], externalFrom = [] } }: NamedStep, { steps, externals }: Others): readonly Check[] {
  const pointer = below('/steps', name)
  return [
    ...attestationsFrom.flatMap((other, index) => {
      if ((steps.get(other) ?? []).length > 0) return []
      const place = inPolicy(below(below(pointer, 'attestationsFrom'), index))
      return [notEvaluated({ code: 'context', place, expected: other }, `the step ${JSON.stringify(other)}, which its rules look at, has no accepted evidence`)]
    }),
    ...externalFrom.flatMap((other, index) => {
      const found = externals.get(other)
      if (found?.verdict === 'passed' || found?.verdict === 'skipped') return []
      const place = inPolicy(below(below(pointer, 'externalFrom'), index))
      return [notEvaluated({ code: 'context', place, expected: other }, `the external attestation ${JSON.stringify(other)}, which its rules look at, was not accepted`)]
    }),
  ]
}
