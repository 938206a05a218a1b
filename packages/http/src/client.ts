import { Attempt, headersFor, timeoutDefaults } from './attempt.ts'
import { Deadlines } from './deadlines.ts'
import { HttpError } from './error.ts'
import type { HttpClientOptions, HttpRequest, HttpResponse } from './options.ts'
import { nextHop } from './redirect.ts'
import type { Hop } from './redirect.ts'
import { httpResponse } from './response.ts'
import { pauseBefore, retryDefaults } from './retry.ts'
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

  const exchange = async (request: HttpRequest, hop: Hop): Promise<{ readonly response: Response; readonly attempt: Attempt }> => {
    const attempt = new Attempt(hop.method, hop.url, request.signal, deadlines)
    attempt.expect('the answer', timeouts.answer)
    try {
      const sent = headersFor(request, headers, hop.isFirstOrigin)
      const response = await fetch(hop.url, {
        method: hop.method,
        ...(sent !== undefined && { headers: sent }),
        redirect: 'manual',
        credentials: 'omit',
        signal: attempt.signal,
        ...bodyOf(request),
      })
      return { response, attempt }
    } catch (error) {
      attempt.end()
      throw attempt.failure(error)
    }
  }

  const follow = async (request: HttpRequest): Promise<HttpResponse> => {
    let hop: Hop = { url: request.url, method: request.method, count: 0, isFirstOrigin: true }
    for (;;) {
      checkUrl(hop.url, hop.method, allowInsecure)
      const { response, attempt } = await exchange(request, hop)
      const answer = httpResponse(response, hop.method, hop.url, attempt, timeouts.idle)
      if (response.type === 'opaqueredirect') {
        await answer.cancel()
        throw new HttpError('ERR_HTTP_REDIRECT', hop.method, hop.url, 'a redirect, which cannot be looked at in a browser')
      }
      let next: Hop | undefined
      try {
        next = nextHop(hop, request, response.status, response.headers.get('location'), allowInsecure)
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

/** A body that is made anew for each attempt. Streams need `duplex`, which the types of fetch do not know. */
function bodyOf({ body }: HttpRequest): RequestInit {
  if (body === undefined) return {}
  if (body instanceof Uint8Array) return { body: new Uint8Array(body) }
  const streaming: RequestInit & { readonly duplex: 'half' } = { body: streamOf(body()), duplex: 'half' }
  return streaming
}

function streamOf(pieces: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await iterator.return?.()
    },
  })
}
