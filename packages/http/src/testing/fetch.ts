import type { Answer, Answerer } from './exchange.ts'

/**
 * A `fetch` that reaches one origin, a double there, and nothing else. Redirects are handed back, not followed.
 *
 * @example
 * const fetch = fetchDouble('http://store.localhost', () => ({ status: 200, headers: [], body: new Uint8Array() }))
 */
export function fetchDouble(origin: string, answer: Answerer): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const { method, headers } = request
    // the signal of a request that is collected as garbage is never heard of again: the caller's own is
    const signal = init?.signal ?? request.signal
    signal.throwIfAborted()
    const url = new URL(request.url)
    if (url.origin !== origin) throw new TypeError('fetch failed', { cause: new TypeError(`connect ECONNREFUSED ${url.host}`) })
    const given = answer({ method, target: `${url.pathname}${url.search}`, url, headers, body: new Uint8Array(await request.arrayBuffer()) })
    if (given.ending === 'reset') throw new TypeError('fetch failed', { cause: new TypeError('read ECONNRESET') })
    if (given.ending === 'stall') return never(signal)
    const sent = new Headers(given.headers.map(([name, value]): [string, string] => [name, value]))
    if (given.isChunked !== true && given.status !== 204 && !sent.has('content-length')) sent.set('content-length', String(given.body.length))
    const hasBody = method !== 'HEAD' && ![204, 304].includes(given.status)
    return new Response(hasBody ? streamOf(given, signal) : null, { status: given.status, headers: sent })
  }
}

async function never(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    // a socket would keep the program alive; here nothing else does
    const alive = setInterval(() => undefined, 60_000)
    const end = (): void => {
      clearInterval(alive)
      reject(signal.reason instanceof Error ? signal.reason : new TypeError('aborted'))
    }
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
  })
}

/** In two pieces, so that nobody relies on getting all at once. */
function streamOf({ body, ending }: Answer, signal: AbortSignal): ReadableStream<Uint8Array> {
  const middle = Math.ceil(body.length / 2)
  const all = [body.slice(0, middle), body.slice(middle)].filter(({ length }) => length > 0)
  const pieces = ending === undefined ? all : all.slice(0, 1)
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = pieces.shift()
      if (piece !== undefined) controller.enqueue(piece)
      else if (ending === 'cut-off') controller.error(new TypeError('terminated', { cause: new TypeError('other side closed') }))
      else if (ending === 'stall-body') await never(signal)
      else controller.close()
    },
  })
}
