import { CilockError } from '@cilock/core'

/** Why a request came to nothing. Stable: match on these, never on messages. */
export type HttpErrorCode =
  // no connection, a reset, or an answer that breaks off
  | 'ERR_HTTP_NETWORK'
  // nothing came for longer than was allowed
  | 'ERR_HTTP_TIMEOUT'
  // a redirect that is not followed: to another origin, too many, without a place to go
  | 'ERR_HTTP_REDIRECT'
  // a URL that must not be asked: no TLS, credentials in it, another scheme, a private network to which a server outside leads
  | 'ERR_HTTP_URL'
  // a body that is longer than allowed
  | 'ERR_LIMIT_EXCEEDED'
  // the signal of the caller
  | 'ERR_ABORTED'

/** A request without an answer that could be used. An answer with an error status is no such error. */
export class HttpError extends CilockError<HttpErrorCode> {
  override readonly name: string = 'HttpError'
  /** What was to be done. */
  readonly method: string
  /** Without query and fragment, which may hold secrets. */
  readonly url: string

  constructor(code: HttpErrorCode, method: string, url: URL, message: string, options?: ErrorOptions) {
    super(code, `${method} ${shownUrl(url)}: ${message}`, options)
    this.method = method
    this.url = shownUrl(url)
  }
}

/** A URL as messages may show it: without user, query and fragment. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`
}
