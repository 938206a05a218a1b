/** What `compileGlob` refuses. Stable: match on these, never on messages. */
export type GlobErrorCode =
  // the pattern is not of the dialect: an open class, an empty class, a range that runs backwards …
  | 'ERR_GLOB_INVALID'
  // the pattern is longer than 10,000 characters
  | 'ERR_GLOB_TOO_LONG'

/** Why a pattern was refused, and where in it. */
export class GlobError extends Error {
  override readonly name: string = 'GlobError'
  readonly code: GlobErrorCode
  /** The character (code point, counted from 0) at which the pattern stops making sense. */
  readonly offset: number

  constructor(code: GlobErrorCode, message: string, offset: number) {
    super(message)
    this.code = code
    this.offset = offset
    // The mark of @cilock/core's errors, so that CilockError.is() knows this one without a dependency on core.
    Object.defineProperty(this, Symbol.for('@cilock/error'), { value: true })
  }
}
