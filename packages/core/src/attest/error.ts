import { CilockError } from '../error.ts'
import type { CoreErrorCode } from '../error.ts'
import type { AttestorOutcome, AttestResult } from './options.ts'

/**
 * One attestor failed, or several did. What the others found was collected and signed all the same: it is in `result`,
 * as CI/lock writes it too, so that nothing that was seen is lost.
 */
export class AttestError extends CilockError<CoreErrorCode> {
  override readonly name = 'AttestError'
  /** What the others found, collected and signed. */
  readonly result: AttestResult
  /** The attestors that failed, with their errors. */
  readonly failed: readonly AttestorOutcome[]

  constructor(result: AttestResult) {
    const failed = result.outcomes.filter(({ outcome }) => outcome === 'failed')
    const reasons = failed.map(({ attestor, error }) => `${attestor}: ${error?.message ?? 'no reason given'}`)
    super('ERR_ATTESTOR_FAILED', `attestors failed: ${reasons.join('; ')}`, { cause: failed[0]?.error })
    this.result = result
    this.failed = failed
  }
}
