import { CilockError } from '@cilock/core'

/** Why Archivista did not do what it was asked. Stable: match on these, never on messages. */
export type ArchivistaErrorCode =
  // no such envelope, as far as the server says
  | 'ERR_ARCHIVISTA_NOT_FOUND'
  // the server wants credentials, or other ones (401)
  | 'ERR_ARCHIVISTA_UNAUTHORIZED'
  // these credentials may not (403)
  | 'ERR_ARCHIVISTA_FORBIDDEN'
  // the server refuses what was sent (400, 409, 413, 422, or 500 for what it cannot index)
  | 'ERR_ARCHIVISTA_REFUSED'
  // the envelope was stored, but the server could not index it: it is found by its gitoid alone
  | 'ERR_ARCHIVISTA_NOT_INDEXED'
  // bytes that are not those of their gitoid, or another gitoid than that of the bytes
  | 'ERR_ARCHIVISTA_INTEGRITY'
  // the server said that it has stored an envelope, and does not have it
  | 'ERR_ARCHIVISTA_LOST'
  // an answer that is none: not the JSON that was asked for, no data, a part of the data
  | 'ERR_ARCHIVISTA_RESPONSE'
  // a query with errors
  | 'ERR_ARCHIVISTA_QUERY'
  // the server cannot answer now (429, 5xx), after all attempts
  | 'ERR_ARCHIVISTA_UNAVAILABLE'
  // some of what was found could not be fetched, so the answer would be less than there is
  | 'ERR_ARCHIVISTA_INCOMPLETE'
  // it did not come in the time that was waited for it
  | 'ERR_ARCHIVISTA_TIMEOUT'
  // more than the limits allow
  | 'ERR_LIMIT_EXCEEDED'
  // no gitoid, or no digest
  | 'ERR_DIGEST_INVALID'
  | 'ERR_ABORTED'

/** What an error knows besides its code and message. */
export interface ArchivistaErrorDetails extends ErrorOptions {
  /** Of the envelope that it is about. */
  readonly gitoid?: string
  /** Of the answer, where it decided. */
  readonly status?: number
  /** Each envelope that could not be fetched. Default: none. */
  readonly failures?: readonly DownloadFailure[]
}

/** What could not be fetched, and why. */
export interface DownloadFailure {
  /** Of the envelope. */
  readonly gitoid: string
  /** Why it could not be fetched. */
  readonly error: CilockError
}

/** Something that Archivista did not do. Lost connections and stalls are `HttpError`s of `@cilock/http`. */
export class ArchivistaError extends CilockError<ArchivistaErrorCode> {
  override readonly name: string = 'ArchivistaError'
  /** Of the envelope that it is about. */
  readonly gitoid: string | undefined
  /** Of the answer, where it decided. */
  readonly status: number | undefined
  /** With `ERR_ARCHIVISTA_INCOMPLETE`: each envelope that could not be fetched. */
  readonly failures: readonly DownloadFailure[]

  constructor(code: ArchivistaErrorCode, message: string, { gitoid, status, failures = [], ...options }: ArchivistaErrorDetails = {}) {
    super(code, message, options)
    this.gitoid = gitoid
    this.status = status
    this.failures = failures
  }
}
