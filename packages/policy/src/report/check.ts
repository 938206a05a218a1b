import type { CheckCode } from './check-code.ts'
import type { Check, CheckPlace, CheckValue } from './report.ts'

/** What a check is about, apart from its outcome. */
export interface CheckSubject {
  readonly code: CheckCode
  readonly place: CheckPlace
  readonly expected: CheckValue
}

export function passed(subject: CheckSubject, message: string, found: CheckValue): Check {
  return outcome(subject, 'passed', message, found)
}

export function failed(subject: CheckSubject, message: string, found: CheckValue): Check {
  return outcome(subject, 'failed', message, found)
}

/** `reason` says what stood in the way. */
export function notEvaluated(subject: CheckSubject, reason: string): Check {
  return outcome(subject, 'not-evaluated', reason, null)
}

// one order of members, whoever makes the check: reports are compared byte by byte
function outcome({ code, expected, place }: CheckSubject, state: Check['state'], message: string, found: CheckValue): Check {
  return { code, state, message, expected, found, place: { document: place.document, pointer: place.pointer } }
}

export function hasPassed({ state }: Check): boolean {
  return state === 'passed'
}

export function hasFailed({ state }: Check): boolean {
  return state === 'failed'
}

export function inPolicy(pointer: string): CheckPlace {
  return { document: 'policy', pointer }
}

export function inEnvelope(pointer: string): CheckPlace {
  return { document: 'envelope', pointer }
}

export function inStatement(pointer: string): CheckPlace {
  return { document: 'statement', pointer }
}
