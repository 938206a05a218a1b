import type { Answer, Asked } from './server/exchange.ts'

/** A `fetch` that reaches one origin and nothing else. */
export function fetchOf(origin: string, answer: (asked: Asked) => Answer): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    // the signal of a request that is collected as garbage is never heard of again: the caller's own is
    const signal = init?.signal ?? request.signal
    signal.throwIfAborted()
    const url = new URL(request.url)
    if (url.origin !== origin) throw new TypeError('fetch failed', { cause: new TypeError(`connect ECONNREFUSED ${url.host}`) })
    const body = new Uint8Array(await request.arrayBuffer())
    const given = answer({ method: request.method, target: `${url.pathname}${url.search}`, headers: request.headers, query: url.searchParams, body })
    if (given.ending === 'reset') throw new TypeError('fetch failed', { cause: new TypeError('read ECONNRESET') })
    if (given.ending === 'stall') return never(signal)
    const headers = new Headers(given.headers.map(([name, value]) => [name, value]))
    if (given.isChunked !== true && given.status !== 204) headers.set('content-length', String(given.body.length))
    const hasBody = request.method !== 'HEAD' && ![204, 304].includes(given.status)
    return new Response(hasBody ? streamOf(given, signal) : null, { status: given.status, headers })
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
  let pieces = [body.slice(0, middle), body.slice(middle)].filter(({ length }) => length > 0)
  if (ending !== undefined) pieces = pieces.slice(0, 1)
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
