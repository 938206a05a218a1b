import type { PolicyErrorCode } from '@cilock/policy'
import { judgeFailure, judgePass } from './judgement.ts'
import type { Judgement } from './judgement.ts'

/**
 * The types of {@link reportMatchers}. Tell them to Vitest once:
 *
 * ```ts
 * declare module 'vitest' {
 *   interface Matchers<T> extends ReportMatchers<T> {}
 * }
 * ```
 */
export interface ReportMatchers<R = unknown> {
  /** The policy was satisfied. */
  readonly toPass: () => R
  /** The policy was refused, and the first cause (of one step, where it is given) has this code. */
  readonly toFailWith: (code: PolicyErrorCode, step?: string) => R
}

/**
 * Matchers for reports and PolicyErrors, for the `expect` of Vitest, Jest and Bun.
 *
 * @example
 * ```ts
 * expect.extend(reportMatchers)
 * expect(await evaluate(options)).toFailWith('ERR_POLICY_EXPIRED')
 * await expect(verify(options)).rejects.toFailWith('ERR_POLICY_EXPIRED')
 * ```
 */
export const reportMatchers: {
  readonly toPass: (judged: unknown) => Judgement
  readonly toFailWith: (judged: unknown, code: PolicyErrorCode, step?: string) => Judgement
} = { toPass: judgePass, toFailWith: judgeFailure }
