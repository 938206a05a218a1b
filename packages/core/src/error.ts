/** The codes that `@cilock/core` itself throws. Stable: match on these, never on messages. */
export type CoreErrorCode =
  // JSON, base64, PEM and other text that is not what its format says
  | 'ERR_MALFORMED'
  // a limit (size, depth, count) was passed; the message names it
  | 'ERR_LIMIT_EXCEEDED'
  // a key that cannot be used: unknown kind, too small, not available on this platform
  | 'ERR_KEY_UNSUPPORTED'
  // an encrypted key without a passphrase, or with a wrong one
  | 'ERR_KEY_PASSPHRASE'
  // no signature verified, or fewer distinct keys than the threshold
  | 'ERR_SIGNATURE_INVALID'
  | 'ERR_SIGNATURE_MISSING'
  | 'ERR_SIGNATURE_THRESHOLD'
  // the signed payload is of a type that the caller did not ask for
  | 'ERR_PAYLOAD_TYPE'
  // the payload is no in-toto statement of a version that is understood
  | 'ERR_STATEMENT_TYPE'
  // the statement's predicate is of another type than asked for
  | 'ERR_PREDICATE_TYPE'
  // evidence that contradicts itself: a tree root that its leaves do not have, one path with two digests
  | 'ERR_EVIDENCE_INVALID'
  // a digest of an unknown algorithm or of the wrong shape
  | 'ERR_DIGEST_INVALID'
  // an attestor had nothing to look at: an outcome of its own, not a failure
  | 'ERR_NOTHING_TO_ATTEST'
  // an attestor failed, or several did
  | 'ERR_ATTESTOR_FAILED'
  // the signer failed to sign
  | 'ERR_SIGNER_FAILED'
  // the run was stopped through its signal
  | 'ERR_ABORTED'
  // a file could not be read, changed while it was read, or lies outside of the working directory
  | 'ERR_FILE_UNREADABLE'
  | 'ERR_FILE_CHANGED'
  | 'ERR_FILE_OUTSIDE'
  // an attestor needs the network and the caller handed in no fetch
  | 'ERR_FETCH_MISSING'
  // an attestor found something that the dialect of the run cannot say
  | 'ERR_DIALECT_UNSUPPORTED'
  // a program that was to be run is not there, or cannot be executed
  | 'ERR_COMMAND_NOT_FOUND'
  | 'ERR_COMMAND_NOT_EXECUTABLE'
  // the same reference was given to a source twice
  | 'ERR_DUPLICATE_REFERENCE'

const brand = Symbol.for('@cilock/error')

/**
 * An error that says what was expected and what was found. Each package declares its own union of codes; a message is
 * for people and may change, and never holds a secret.
 */
export class CilockError<Code extends string = string> extends Error {
  override readonly name: string = 'CilockError'
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    Object.defineProperty(this, brand, { value: true })
  }

  /** Whether `error` is a CilockError; true also when two copies of this package are installed. */
  static is(error: unknown): error is CilockError {
    return error instanceof Error && brand in error
  }
}
