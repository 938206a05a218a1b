import { httpClient, isLoopback, pause } from '@cilock/http'
import type { HttpClient, HttpRequest, HttpResponse } from '@cilock/http'
import { createAuthorizer } from '../auth/authorizer.ts'
import type { Authorizer } from '../auth/authorizer.ts'
import type { Scope } from '../auth/scope.ts'
import { parseChallenges } from '../auth/challenge.ts'
import type { RepositoryName } from '../reference.ts'
import { limitsOf } from './options.ts'
import type { RegistryLimits, RegistryOptions } from './options.ts'

/** A request to a registry. */
export interface Call extends Pick<HttpRequest, 'method' | 'headers' | 'body' | 'isIdempotent' | 'redirect'> {
  /** A path below `/v2/`, or a URL that the registry gave for an upload. */
  readonly to: string | URL
  /** What is to be done with the repository, in the words of scopes. */
  readonly actions: 'pull' | 'pull,push' | 'delete,pull'
  /** A repository whose blob is mounted: it has to be readable too. */
  readonly from?: string
  readonly signal: AbortSignal | undefined
}

/** A failed registry may have failed for a moment (500), unlike other servers, whose 500 is for the request. */
export const temporary: readonly number[] = [408, 429, 500, 502, 503, 504]

/** The road to one registry. */
export class Connection {
  readonly url: URL
  readonly limits: Required<RegistryLimits>
  /** Waits before what is tried again, and says whether there is another time. */
  readonly pause: (attempt: number, signal: AbortSignal | undefined) => Promise<boolean>
  readonly #http: HttpClient
  readonly #authorizer: Authorizer

  constructor(registry: string, { credentials, plainHttp = [], clientId = 'cilock', clock, limits, ...http }: RegistryOptions) {
    this.url = urlOf(registry, plainHttp)
    this.limits = limitsOf(limits)
    const { retry = {}, wait, random } = http
    this.pause = async (attempt, signal) => pause(attempt, { retry, signal, ...(wait !== undefined && { wait }), ...(random !== undefined && { random }) })
    const allowInsecure = this.url.protocol === 'http:'
    this.#http = httpClient({ ...http, allowInsecure })
    const { headers: _, ...rest } = http
    // what is meant for registries is not meant for token services
    this.#authorizer = createAuthorizer(this.url, { http: httpClient({ ...rest, allowInsecure }), credentials, clientId, clock })
  }

  /** Sends a call; where the registry wants credentials, once more with them. */
  async send(name: RepositoryName, { to, actions, from, signal, headers = {}, ...call }: Call): Promise<HttpResponse> {
    const scopes = [`repository:${name.repository}:${actions}`, ...(from === undefined ? [] : [`repository:${from}:pull`])]
    const url = typeof to === 'string' ? new URL(`/v2/${to}`, this.url) : to
    const mayBeKnown = url.origin === this.url.origin
    const attempt = async (authorization: string | undefined): Promise<HttpResponse> =>
      this.#http.send({
        ...call,
        url,
        headers: { ...headers, ...(authorization !== undefined && mayBeKnown && { authorization }) },
        retryStatuses: temporary,
        ...(!mayBeKnown && { ledBy: this.url }),
        ...(signal !== undefined && { signal }),
      })
    // where an upload goes elsewhere, nothing is sent along
    const known = mayBeKnown ? await this.#authorizer.known(name, scopes, signal) : undefined
    const response = await attempt(known)
    if (response.status !== 401 || !mayBeKnown || response.url.origin !== this.url.origin) return response
    const answer = await this.#answer(name, scopes, response, known, signal)
    // the same again would be turned down again
    if (answer === undefined || answer === known) return response
    await response.cancel()
    return attempt(answer)
  }

  async #answer(name: RepositoryName, scopes: readonly Scope[], response: HttpResponse, known: string | undefined, signal: AbortSignal | undefined): Promise<string | undefined> {
    try {
      return await this.#authorizer.answer(name, scopes, parseChallenges(response.headers.get('www-authenticate')), known, signal)
    } catch (error) {
      await response.cancel()
      throw error
    }
  }
}

function urlOf(registry: string, plainHttp: readonly string[]): URL {
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry
  const secure = new URL(`https://${host}`)
  return isLoopback(secure.hostname) || plainHttp.includes(registry) ? new URL(`http://${host}`) : secure
}
