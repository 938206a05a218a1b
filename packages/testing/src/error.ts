import { CilockError } from '@cilock/core'

/** The codes that `@cilock/testing` itself throws. */
export type TestingErrorCode =
  // an assertion about a report or an attestor does not hold
  | 'ERR_ASSERTION'
  // an envelope has nothing of the kind that was to be tampered with
  | 'ERR_NOTHING_TO_TAMPER'

/** An assertion that does not hold. Runners that show a difference find it in `expected` and `actual`. */
export class AssertionError extends CilockError<TestingErrorCode> {
  override readonly name: string = 'AssertionError'
  /** What should have been. */
  readonly expected: unknown
  /** What was. */
  readonly actual: unknown

  constructor(message: string, { expected, actual, ...options }: { readonly expected?: unknown; readonly actual?: unknown } & ErrorOptions = {}) {
    super('ERR_ASSERTION', message, options)
    this.expected = expected
    this.actual = actual
  }
}
