import { Attempt, headersFor, timeoutDefaults } from './attempt.ts'
import { Deadlines } from './deadlines.ts'
import { HttpError } from './error.ts'
import type { HttpClientOptions, HttpRequest, HttpResponse } from './options.ts'
import { PrivateAddress } from './private-address.ts'
import { firstHop, nextHop } from './redirect.ts'
import type { Hop } from './redirect.ts'
import { httpResponse } from './response.ts'
import { pauseBefore, retryDefaults } from './retry.ts'
import { transportOf } from './transport.ts'
import type { TransportAnswer } from './transport.ts'
import { checkUrl } from './url.ts'
import { wait as platformWait } from './wait.ts'

/** Makes requests by the rules that it was made with. */
export interface HttpClient {
  /**
   * Sends a request until there is an answer. An answer with an error status is an answer.
   *
   * @throws HttpError `ERR_HTTP_URL`, `ERR_HTTP_NETWORK`, `ERR_HTTP_TIMEOUT`, `ERR_HTTP_REDIRECT`, `ERR_ABORTED`
   */
  readonly send: (request: HttpRequest) => Promise<HttpResponse>
}

const temporary: readonly number[] = [408, 429, 502, 503, 504]

/**
 * A client whose requests have an end: deadlines, bounded bodies, few redirects and none to other origins with
 * credentials, retries of what may be repeated.
 *
 * In a browser, redirects cannot be looked at and are refused.
 *
 * @example
 * const { send } = httpClient({ fetch })
 * const response = await send({ method: 'GET', url: new URL('https://example.com/') })
 * const bytes = await response.bytes(1024 * 1024)
 */
export function httpClient(options: HttpClientOptions): HttpClient {
  const { fetch, headers = {}, allowInsecure = false, wait = platformWait, random = Math.random } = options
  if (typeof fetch !== 'function') throw new TypeError('fetch has to be a function')
  const retry = { ...retryDefaults, ...options.retry }
  const timeouts = { ...timeoutDefaults, ...options.timeouts }
  const deadlines = new Deadlines()
  const transport = transportOf(fetch)

  const exchange = async (request: HttpRequest, hop: Hop): Promise<{ readonly answer: TransportAnswer; readonly attempt: Attempt }> => {
    const attempt = new Attempt(hop.method, hop.url, request.signal, deadlines)
    attempt.expect('the answer', timeouts.answer)
    try {
      const sent = headersFor(request, headers, hop.isFirstOrigin)
      // a body is made anew for each attempt
      const body = typeof request.body === 'function' ? request.body() : request.body
      const answer = await transport({
        method: hop.method,
        url: hop.url,
        signal: attempt.signal,
        ...(sent !== undefined && { headers: sent }),
        ...(body !== undefined && { body }),
        ...(hop.ledBy !== undefined && { ledBy: hop.ledBy }),
      })
      return { answer, attempt }
    } catch (error) {
      attempt.end()
      if (PrivateAddress.is(error)) throw new HttpError(hop.count > 0 ? 'ERR_HTTP_REDIRECT' : 'ERR_HTTP_URL', hop.method, hop.url, `${hop.ledBy?.host ?? ''} leads there, and ${error.message}`)
      throw attempt.failure(error)
    }
  }

  const follow = async (request: HttpRequest): Promise<HttpResponse> => {
    let hop: Hop = firstHop(request)
    for (;;) {
      checkUrl(hop.url, hop.method, allowInsecure)
      const { answer: given, attempt } = await exchange(request, hop)
      const answer = httpResponse(given, hop.method, hop.url, attempt, timeouts.idle)
      if (given.isHiddenRedirect) {
        await answer.cancel()
        throw new HttpError('ERR_HTTP_REDIRECT', hop.method, hop.url, 'a redirect, which cannot be looked at in a browser')
      }
      let next: Hop | undefined
      try {
        next = nextHop(hop, request, given.status, given.headers.get('location'), allowInsecure)
      } catch (error) {
        await answer.cancel()
        throw error
      }
      if (next === undefined) return answer
      await answer.cancel()
      hop = next
    }
  }

  return {
    send: async (request) => {
      const mayRepeat = request.isIdempotent ?? (request.method === 'GET' || request.method === 'HEAD')
      for (let attempt = 1; ; attempt++) {
        const isLast = !mayRepeat || attempt >= retry.attempts
        let pause: number | undefined
        try {
          const answer = await follow(request)
          if (isLast || !(request.retryStatuses ?? temporary).includes(answer.status)) return answer
          pause = pauseBefore(attempt, retry, random, answer.headers.get('retry-after'))
          if (pause === undefined) return answer
          await answer.cancel()
        } catch (error) {
          if (isLast || !isTransient(error)) throw error
          pause = pauseBefore(attempt, retry, random) ?? 0
        }
        await wait(pause, request.signal)
        if (request.signal?.aborted === true) throw new HttpError('ERR_ABORTED', request.method, request.url, 'the request was stopped', { cause: request.signal.reason })
      }
    },
  }
}

function isTransient(error: unknown): boolean {
  return error instanceof HttpError && (error.code === 'ERR_HTTP_NETWORK' || error.code === 'ERR_HTTP_TIMEOUT')
}
