import { firstCause, PolicyError } from '@cilock/policy'
import type { PolicyErrorCode, Report } from '@cilock/policy'

/** What the assertions look at: a report, or the error that carries one. */
export type Judged = Report | PolicyError

/** Whether an assertion holds, and how to say that it does not (or, for `not`, that it does). */
export interface Judgement {
  /** Whether it holds. */
  readonly pass: boolean
  /** What to say when it does not. */
  readonly message: () => string
  /** What should have been. */
  readonly expected: string
  /** What was. */
  readonly actual: string
}

/** Whether a policy was satisfied. */
export function judgePass(judged: unknown): Judgement {
  const found = findingOf(judged)
  return {
    pass: found.code === 'passed',
    message: () => (found.code === 'passed' ? 'expected a refusal, found a pass' : `expected a pass, found ${found.code}: ${found.message}`),
    expected: 'passed',
    actual: found.code,
  }
}

/** Whether the first cause of a refusal, of the whole or of one step, has a code. */
export function judgeFailure(judged: unknown, code: PolicyErrorCode, step?: string): Judgement {
  if (typeof code !== 'string') throw new TypeError(`expected a code to look for, found ${String(code)}`)
  const found = findingOf(judged, step)
  const where = step === undefined ? '' : ` at step ${JSON.stringify(step)}`
  return {
    pass: found.code === code,
    message: () => (found.code === code ? `expected another first cause than ${code}${where}, found it: ${found.message}` : `expected ${code}${where}, found ${found.code}: ${found.message}`),
    expected: code,
    actual: found.code,
  }
}

interface Finding {
  readonly code: PolicyErrorCode | 'passed'
  readonly message: string
}

function findingOf(judged: unknown, step?: string): Finding {
  const report = reportOf(judged)
  if (step !== undefined && !report.steps.some((each) => each.step === step)) {
    throw new TypeError(`expected a step of the report (${report.steps.map((each) => each.step).join(', ') || 'it has none'}), found ${JSON.stringify(step)}`)
  }
  const cause = firstCause(report, step)
  return cause ?? { code: 'passed', message: step === undefined ? 'the policy is satisfied' : 'the step passed' }
}

function reportOf(judged: unknown): Report {
  if (judged instanceof PolicyError) return judged.report
  if (isReport(judged)) return judged
  throw new TypeError('expected a report of evaluate() or verify(), or a PolicyError; found something else (was it awaited?)')
}

function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && 'verdict' in value && 'steps' in value && Array.isArray(value.steps)
}
