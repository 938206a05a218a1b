import { checkEvidenceOptions } from './check-options.ts'
import type { VerifyOptions } from './options.ts'
import type { Report } from './report/report.ts'
import { createVerifier } from './verifier.ts'

/**
 * Holds evidence against a policy and gives the whole report, whatever the verdict. Use `verify()` to decide: a verify
 * that returns is a pass.
 *
 * The report is a pure function of the inputs: neither the order of envelopes and keys nor copies of them change it.
 *
 * @throws TypeError when an option is missing or of the wrong kind, `subjects` or `policyVerifiers` is empty, or `now` is no
 * time.
 * @throws CilockError `ERR_DIGEST_INVALID` (a subject is no digest), `ERR_SOURCE_FAILED` or the source's own error,
 * `ERR_ABORTED`.
 *
 * @example
 * ```ts
 * const report = await evaluate({ policy, policyVerifiers: [verifier], subjects: ['sha256:…'], source, types, now: new Date() })
 * console.log(report.verdict, firstCause(report)?.message)
 * ```
 */
export async function evaluate(options: VerifyOptions): Promise<Report> {
  checkEvidenceOptions(options)
  const verifier = await createVerifier(options)
  return verifier.evaluate(options)
}
