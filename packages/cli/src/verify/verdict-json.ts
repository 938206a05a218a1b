import { firstCause } from '@cilock/policy'
import type { Report } from '@cilock/policy'
import { messageOf } from '../describe-error.ts'
import { codeOf } from '../error.ts'
import { jsonText } from '../output/json-text.ts'

/** The one object of `--format json`. `passed`, `step`, `matchedSubject` and `observedSubjectName` are the Go tool's keys. */
export function verdictJson(report: Report): string {
  const cause = firstCause(report)
  const subject = report.subjects.find(({ boundBy }) => boundBy.length > 0)
  const [binding] = subject?.boundBy ?? []
  return jsonText({
    passed: report.verdict === 'passed',
    ...(report.verdict === 'passed' && binding !== undefined ? { ...(binding.step === undefined ? {} : { step: binding.step }), matchedSubject: subject?.digests[0], observedSubjectName: binding.name } : {}),
    ...(cause === undefined ? {} : { code: cause.code, message: cause.message, cause: cause.check, ...(cause.step === undefined ? {} : { step: cause.step }) }),
    report,
  }, 2)
}

/** The same for what went wrong before anything was judged. */
export function failureJson(error: unknown): string {
  return jsonText({ passed: false, code: codeOf(error), message: messageOf(error) }, 2)
}
