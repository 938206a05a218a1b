import { checkEvidenceOptions } from './check-options.ts'
import type { VerifyOptions } from './options.ts'
import type { Report } from './report/report.ts'
import { createVerifier } from './verifier.ts'

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
  checkEvidenceOptions(options)
  const verifier = await createVerifier(options)
  return verifier.verify(options)
}
