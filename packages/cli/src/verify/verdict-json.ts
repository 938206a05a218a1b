import { firstCause } from '@cilock/policy'
import type { Report } from '@cilock/policy'
import { messageOf } from '../describe-error.ts'
import { codeOf } from '../error.ts'

/** The one object of `--format json`. `passed`, `step`, `matchedSubject` and `observedSubjectName` are the Go tool's keys. */
export function verdictJson(report: Report): string {
  const cause = firstCause(report)
  const subject = report.subjects.find(({ boundBy }) => boundBy.length > 0)
  const [binding] = subject?.boundBy ?? []
  return print({
    passed: report.verdict === 'passed',
    ...(report.verdict === 'passed' && binding !== undefined ? { ...(binding.step === undefined ? {} : { step: binding.step }), matchedSubject: subject?.digests[0], observedSubjectName: binding.name } : {}),
    ...(cause === undefined ? {} : { code: cause.code, message: cause.message, cause: cause.check, ...(cause.step === undefined ? {} : { step: cause.step }) }),
    report,
  })
}

/** The same for what went wrong before anything was judged. */
export function failureJson(error: unknown): string {
  return print({ passed: false, code: codeOf(error), message: messageOf(error) })
}

function print(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
