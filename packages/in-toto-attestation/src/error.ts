/** The codes that this package throws. Stable: match on these, never on messages. */
export type InTotoErrorCode =
  // JSON or bytes that are not what their message says
  | 'ERR_MALFORMED'
  // nested too deep
  | 'ERR_LIMIT_EXCEEDED'
  // a number that a protobuf message would change
  | 'ERR_NUMBER_INEXACT'
  // a statement of another version
  | 'ERR_STATEMENT_TYPE'
  // a predicate of another type than asked for
  | 'ERR_PREDICATE_TYPE'

const brand = Symbol.for('@cilock/error')

/** What was expected, what was found, and where. `CilockError.is()` of `@cilock/core` knows it too. */
export class InTotoError extends Error {
  override readonly name: string = 'InTotoError'
  readonly code: InTotoErrorCode
  /** What was expected and found, without the place. */
  readonly reason: string
  /** JSON pointer to what is wrong; empty for the whole, and where there is no telling. */
  readonly path: string

  constructor(code: InTotoErrorCode, reason: string, path: string = '', options?: ErrorOptions) {
    super(path === '' ? reason : `${reason} at ${path}`, options)
    this.code = code
    this.reason = reason
    this.path = path
    Object.defineProperty(this, brand, { value: true })
  }

  /** Whether `error` is an InTotoError; true also when two copies of this package are installed. */
  static is(error: unknown): error is InTotoError {
    return error instanceof Error && brand in error && error.name === 'InTotoError'
  }
}
