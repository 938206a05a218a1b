/** What requests are made with. Nothing is read from the process. */
export interface HttpClientOptions {
  /** The platform's, or one of your own; one with a `transport`, as `nodeFetch()` of `@cilock/http/node` has, is asked by that. */
  readonly fetch: typeof fetch
  /** Sent with every request, to the origin of the request alone. A repeated name is the caller's mistake and refused. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default: https, and http to this machine. Set to reach a server without TLS elsewhere. */
  readonly allowInsecure?: boolean
  /** When a request is tried again, and how often. */
  readonly retry?: RetryOptions
  /** How long is waited for what. */
  readonly timeouts?: Timeouts
  /** Waits, for tests. Default: the platform's timer; it ends early when the signal does. */
  readonly wait?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>
  /** 0 up to but not 1, for the jitter of pauses. Default: `Math.random`. */
  readonly random?: () => number
}

/** Requests that may be repeated safely are, after a pause that doubles, with jitter. */
export interface RetryOptions {
  /** How often a request is sent at most. Default: 4. */
  readonly attempts?: number
  /** Milliseconds before the second attempt. Default: 200. */
  readonly firstPause?: number
  /** Milliseconds at most, also where a server asks for more by `Retry-After`: then the answer is final. Default: 20,000. */
  readonly maxPause?: number
}

/** Milliseconds. */
export interface Timeouts {
  /** Until the head of the answer is there, the body of the request included. Default: 120,000. */
  readonly answer?: number
  /** Between two pieces of a body. Default: 30,000. */
  readonly idle?: number
}

/** Where redirects may lead. */
export type RedirectRule =
  // nowhere: the answer is an error
  | 'none'
  // to the same scheme, host and port; the request is repeated with all its headers
  | 'same-origin'
  // anywhere that is not an address of a private network, without the headers that were meant for the first origin
  | 'anywhere-without-credentials'

/** What is asked of a server. */
export interface HttpRequest {
  /** What is to be done. */
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Where. */
  readonly url: URL
  /** Over those of the client. */
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes, or a function that begins a new stream of them for each attempt. */
  readonly body?: Uint8Array | (() => AsyncIterable<Uint8Array>)
  /** Whether sending it twice does no harm; only then it is retried. Default: true for GET and HEAD. */
  readonly isIdempotent?: boolean
  /** Default: `same-origin` for GET and HEAD, and for others where the server keeps the method (307, 308). */
  readonly redirect?: RedirectRule
  /** Statuses with which the answer is asked for again, beside lost connections. Default: 408, 429, 502, 503, 504. */
  readonly retryStatuses?: readonly number[]
  /**
   * The server that named the URL, where it was not the caller. Where names are resolved (`nodeFetch()`), a request that
   * leads from a public server into a private network is refused with `ERR_HTTP_URL`, as a redirect there is.
   */
  readonly ledBy?: URL
  /** Stops the request, and what is read of its answer. */
  readonly signal?: AbortSignal
}

/** An answer, whatever its status. Read its body, or cancel it. */
export interface HttpResponse {
  /** The status of the answer. */
  readonly status: number
  /** The headers of the answer. */
  readonly headers: Headers
  /** After redirects. */
  readonly url: URL
  /**
   * The body in pieces as they come. Ends with ERR_LIMIT_EXCEEDED beyond `maxBytes`, ERR_HTTP_NETWORK where it breaks
   * off, ERR_HTTP_TIMEOUT where it stalls.
   */
  readonly stream: (maxBytes: number) => AsyncIterable<Uint8Array>
  /** The whole body. */
  readonly bytes: (maxBytes: number) => Promise<Uint8Array>
  /** The beginning of a body as text for a message: at most 500 characters, control characters escaped. */
  readonly excerpt: () => Promise<string>
  /** Gives up the rest of the body. */
  readonly cancel: () => Promise<void>
}
