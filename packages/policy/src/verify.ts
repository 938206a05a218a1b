import { PolicyError } from './error.ts'
import { evaluate } from './evaluate.ts'
import type { VerifyOptions } from './options.ts'
import { firstCause } from './report/first-cause.ts'
import type { Report } from './report/report.ts'

/**
 * Decides whether the evidence about some artifacts satisfies a policy. What returns is a pass.
 *
 * @throws PolicyError with the code of the first cause and the whole report.
 * @throws TypeError and CilockError as `evaluate`.
 *
 * @example
 * ```ts
 * const report = await verify({ policy, policyVerifiers: [verifier], subjects: ['sha256:…'], source: memorySource([envelope]), types: [productType], now: new Date() })
 * ```
 */
export async function verify(options: VerifyOptions): Promise<Report> {
  const report = await evaluate(options)
  if (report.verdict === 'passed') return report
  const cause = firstCause(report)
  throw new PolicyError(cause?.code ?? 'ERR_NO_COLLECTION', cause?.message ?? 'the policy is not satisfied', report)
}
