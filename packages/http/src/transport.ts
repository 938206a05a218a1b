import type { HttpRequest } from './options.ts'

/** One request and its answer, without any rule about either. Redirects are handed back, not followed. */
export type Transport = (request: TransportRequest) => Promise<TransportAnswer>

/** What goes out. */
export interface TransportRequest {
  /** What is to be done. */
  readonly method: HttpRequest['method']
  /** Where. */
  readonly url: URL
  /** Absent: none but those of the transport. */
  readonly headers?: Headers
  /** Pieces are sent as they come. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>
  /** Ends the exchange, and the reading of its answer. */
  readonly signal: AbortSignal
  /** The server that named the URL, where it was not the caller. It may not lead into a private network that it is not in itself. */
  readonly ledBy?: URL
}

/** What came back. */
export interface TransportAnswer {
  /** Of HTTP. */
  readonly status: number
  /** All of them. */
  readonly headers: Headers
  /** Undefined: there is none. */
  readonly body: TransportBody | undefined
  /** A redirect that the platform shows to nobody, as browsers do. */
  readonly isHiddenRedirect: boolean
}

/** The body of an answer. Read it to its end, or leave it. */
export interface TransportBody {
  /** The next piece; undefined: the end. */
  readonly read: () => Promise<Uint8Array | undefined>
  /** Gives up the rest. */
  readonly leave: () => Promise<void>
}

/** A `fetch` that brings a transport of its own, which is used in its place: see `nodeFetch()`. */
export type FetchWithTransport = typeof fetch & {
  /** Makes the requests. */
  readonly transport: Transport
}

/** The transport that a fetch has, or one that asks by the fetch itself. */
export function transportOf(fetch: typeof globalThis.fetch | FetchWithTransport): Transport {
  return 'transport' in fetch ? fetch.transport : async (request) => viaFetch(fetch, request)
}

async function viaFetch(fetch: typeof globalThis.fetch, { method, url, headers, body, signal }: TransportRequest): Promise<TransportAnswer> {
  const response = await fetch(url, {
    method,
    ...(headers !== undefined && { headers }),
    redirect: 'manual',
    credentials: 'omit',
    signal,
    ...bodyOf(body),
  })
  return { status: response.status, headers: response.headers, body: response.body === null ? undefined : bodyOfStream(response.body), isHiddenRedirect: response.type === 'opaqueredirect' }
}

/** Streams need `duplex`, which the types of fetch do not know. */
function bodyOf(body: TransportRequest['body']): RequestInit {
  if (body === undefined) return {}
  if (body instanceof Uint8Array) return { body: new Uint8Array(body) }
  const streaming: RequestInit & { readonly duplex: 'half' } = { body: streamOf(body), duplex: 'half' }
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

function bodyOfStream(stream: ReadableStream<Uint8Array>): TransportBody {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  return {
    read: async () => (await (reader ??= stream.getReader()).read()).value,
    leave: async () => (reader ?? stream).cancel().catch(() => undefined),
  }
}
