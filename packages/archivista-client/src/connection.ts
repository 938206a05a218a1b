import { httpClient } from '@cilock/http'
import type { HttpClient, HttpRequest, HttpResponse } from '@cilock/http'
import { ArchivistaError } from './error.ts'
import { limitsOf } from './options.ts'
import type { ArchivistaLimits, ArchivistaOptions, TokenProvider } from './options.ts'

/** What of a request differs from one to the next. */
export interface Call extends Pick<HttpRequest, 'method' | 'headers' | 'body' | 'isIdempotent' | 'retryStatuses'> {
  /** Below the server's URL, beginning with a slash. */
  readonly path: string
  readonly signal: AbortSignal | undefined
}

/** The road to one server: its routes, credentials and limits. */
export class Connection {
  /** As it was given. */
  readonly url: string
  readonly limits: Required<ArchivistaLimits>
  /** Up to where a route begins. */
  readonly #root: string
  readonly #http: HttpClient
  readonly #token: TokenProvider | undefined

  constructor({ url, headers, token, apiPrefix = '', limits, ...http }: ArchivistaOptions) {
    this.url = String(url)
    const base = baseOf(this.url)
    if (apiPrefix !== '' && apiPrefix !== '/v1') throw new TypeError(`apiPrefix has to be "" or "/v1", not ${JSON.stringify(apiPrefix)}`)
    // two slashes in a row would make the server answer with a redirect, or name another host
    this.#root = `${base.href.replace(/\/+$/, '')}${apiPrefix}`
    this.limits = limitsOf(limits)
    this.#token = token
    this.#http = httpClient({ ...http, ...(headers !== undefined && { headers }) })
  }

  /** Sends a call with a token where there is a provider, and once more where the token was turned down. */
  async send(call: Call): Promise<HttpResponse> {
    const response = await this.#sendOnce(call, false)
    if (response.status !== 401 || this.#token === undefined) return response
    await response.cancel()
    return this.#sendOnce(call, true)
  }

  async #sendOnce({ path, signal, headers = {}, ...call }: Call, isRefused: boolean): Promise<HttpResponse> {
    const token = this.#token === undefined ? undefined : await this.#token({ audience: this.url, isRefused, signal })
    return this.#http.send({
      ...call,
      url: new URL(`${this.#root}${path}`),
      headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      ...(signal !== undefined && { signal }),
    })
  }
}

function baseOf(url: string): URL {
  if (!URL.canParse(url)) throw new TypeError(`url has to be the URL of a server, not ${JSON.stringify(url)}`)
  const base = new URL(url)
  if (base.search !== '' || base.hash !== '') throw new TypeError('url has to be without query and fragment')
  return base
}

/** The error that a status stands for. `what` begins the message. */
export async function statusError(response: HttpResponse, what: string, gitoid?: string): Promise<ArchivistaError> {
  const { status } = response
  const said = await response.excerpt()
  const message = `${what}: the server answers ${status}${said === '' ? '' : `: ${said}`}`
  const details = { status, ...(gitoid !== undefined && { gitoid }) }
  if (status === 401) return new ArchivistaError('ERR_ARCHIVISTA_UNAUTHORIZED', message, details)
  if (status === 403) return new ArchivistaError('ERR_ARCHIVISTA_FORBIDDEN', message, details)
  if (status === 404) return new ArchivistaError('ERR_ARCHIVISTA_NOT_FOUND', message, details)
  if (status === 408 || status === 429 || status >= 500) return new ArchivistaError('ERR_ARCHIVISTA_UNAVAILABLE', message, details)
  return new ArchivistaError('ERR_ARCHIVISTA_REFUSED', message, details)
}
