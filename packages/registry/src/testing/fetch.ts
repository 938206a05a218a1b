import type { Answer, Asked } from './exchange.ts'

/** A `fetch` that reaches one origin and nothing else. */
export function fetchOf(origin: string, answer: (asked: Asked) => Answer): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const { method, headers } = request
    // the signal of a request that is collected as garbage is never heard of again: the caller's own is
    const signal = init?.signal ?? request.signal
    signal.throwIfAborted()
    const url = new URL(request.url)
    if (url.origin !== origin) throw new TypeError('fetch failed', { cause: new TypeError(`connect ECONNREFUSED ${url.host}`) })
    const given = answer({ method, url, headers, body: new Uint8Array(await request.arrayBuffer()) })
    if (given.ending === 'reset') throw new TypeError('fetch failed', { cause: new TypeError('read ECONNRESET') })
    if (given.ending === 'stall') return stalled(signal)
    const sent = new Headers(given.headers)
    if (!sent.has('content-length') && given.status !== 204) sent.set('content-length', String(given.body.length))
    const hasBody = method !== 'HEAD' && ![204, 304].includes(given.status)
    return new Response(hasBody ? streamOf(given) : null, { status: given.status, headers: sent })
  }
}

async function stalled(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    // a socket would keep the program alive; here nothing else does
    const alive = setInterval(() => undefined, 60_000)
    const end = (): void => {
      clearInterval(alive)
      reject(new TypeError('aborted'))
    }
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
  })
}

/** In two pieces, so that nobody relies on getting all at once. */
function streamOf({ body, ending }: Answer): ReadableStream<Uint8Array> {
  const middle = Math.ceil(body.length / 2)
  const pieces = [body.slice(0, middle), ...(ending === 'cut-off' ? [] : [body.slice(middle)])].filter(({ length }) => length > 0)
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift()
      if (piece !== undefined) controller.enqueue(piece)
      else if (ending === 'cut-off') controller.error(new TypeError('terminated', { cause: new TypeError('other side closed') }))
      else controller.close()
    },
  })
}
