import { CilockError } from '@cilock/core'
import type { GateReport } from './report.ts'

/** An image that may not pass. `code` and message are those of the first cause: cosign's, the policy's, or `ERR_EVIDENCE_INCOMPLETE`. */
export class GateError extends CilockError {
  override readonly name: string = 'GateError'
  /** Everything that was looked at. */
  readonly report: GateReport

  constructor(code: string, message: string, report: GateReport, options?: ErrorOptions) {
    super(code, message, options)
    this.report = report
  }
}
