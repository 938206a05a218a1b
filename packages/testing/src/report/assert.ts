import type { PolicyErrorCode } from '@cilock/policy'
import { AssertionError } from '../error.ts'
import { judgeFailure, judgePass } from './judgement.ts'
import type { Judged, Judgement } from './judgement.ts'

/**
 * Holds when the policy was satisfied.
 *
 * @throws AssertionError with the first cause otherwise.
 * @throws TypeError for anything but a report or a PolicyError.
 */
export function assertPasses(judged: Judged): void {
  hold(judgePass(judged))
}

/**
 * Holds when the policy was refused and the first cause has this code; with a step, the first cause of that step.
 *
 * @throws AssertionError when it passed, or failed for another reason, which the message tells.
 * @throws TypeError for anything but a report or a PolicyError, and for a step that the report does not have.
 * @example
 * ```ts
 * assertFailsWith(await evaluate(options), 'ERR_FUNCTIONARY_MISMATCH')
 * ```
 */
export function assertFailsWith(judged: Judged, code: PolicyErrorCode, step?: string): void {
  hold(judgeFailure(judged, code, step))
}

function hold({ pass, message, expected, actual }: Judgement): void {
  if (!pass) throw new AssertionError(message(), { expected, actual })
}
