import { CilockError } from '@cilock/core'
import type { Deadlines } from './deadlines.ts'
import { HttpError } from './error.ts'
import type { HttpRequest, Timeouts } from './options.ts'

/** One exchange: what ends it early, and who did. */
export class Attempt {
  readonly #controller = new AbortController()
  readonly #method: string
  readonly #url: URL
  readonly #caller: AbortSignal | undefined
  readonly #deadlines: Deadlines
  #expected: { readonly what: string; readonly milliseconds: number } | undefined
  #timedOut: string | undefined

  constructor(method: string, url: URL, caller: AbortSignal | undefined, deadlines: Deadlines) {
    this.#deadlines = deadlines
    this.#method = method
    this.#url = url
    this.#caller = caller
    caller?.addEventListener('abort', this.#stop, { once: true })
    if (caller?.aborted === true) this.#stop()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Starts the clock anew for what is waited for now. */
  expect(what: string, milliseconds: number): void {
    this.#expected = { what, milliseconds }
    this.#deadlines.set(this.#expire, milliseconds)
  }

  end(): void {
    this.#deadlines.clear(this.#expire)
    this.#caller?.removeEventListener('abort', this.#stop)
  }

  /** Whatever went wrong, as an error with a code. */
  failure(error: unknown): Error {
    if (this.#caller?.aborted === true) return new HttpError('ERR_ABORTED', this.#method, this.#url, 'the request was stopped', { cause: this.#caller.reason })
    if (this.#timedOut !== undefined) return new HttpError('ERR_HTTP_TIMEOUT', this.#method, this.#url, this.#timedOut)
    // what the caller's own body threw, and our own limits
    if (CilockError.is(error)) return error
    return new HttpError('ERR_HTTP_NETWORK', this.#method, this.#url, reasonOf(error), { cause: error })
  }

  readonly #stop = (): void => {
    this.#controller.abort()
  }

  readonly #expire = (): void => {
    this.#timedOut = `${this.#expected?.what ?? 'the answer'} did not come within ${this.#expected?.milliseconds ?? 0} ms`
    this.#controller.abort()
  }
}

/** Platforms hide the reason of a failed fetch in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the exchange failed'
  const { cause } = error
  const inner = cause instanceof Error && cause.message !== '' ? cause.message : error.message
  return `the exchange failed: ${inner === '' ? error.name : inner}`
}

export const timeoutDefaults: Required<Timeouts> = { answer: 120_000, idle: 30_000 }

/**
 * The headers of one hop: the client's and the request's own go to the first origin alone, apart from what merely describes.
 * Undefined where there are none.
 */
export function headersFor(request: HttpRequest, shared: Readonly<Record<string, string>>, isFirstOrigin: boolean): Headers | undefined {
  let headers: Headers | undefined
  for (const [name, value] of Object.entries({ ...shared, ...request.headers })) {
    if (!isFirstOrigin && !['accept', 'range'].includes(name.toLowerCase())) continue
    headers ??= new Headers()
    headers.set(name, value)
  }
  return headers
}
