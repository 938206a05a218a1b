import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import type { TransportRequest } from '../transport.ts'
import { acceptedEncodings } from './decoded.ts'

/** `request` of node:http or node:https. */
export type Request = (url: URL, options: RequestOptions) => ClientRequest

/** Milliseconds for a connection alone: what does not answer then is tried again, long before the deadline of an answer. */
const connectTimeout = 10_000

/** Sends a request; gives its answer once its head is there. */
export async function exchange(request: Request, agent: Agent, { method, url, headers, body, signal }: TransportRequest): Promise<IncomingMessage> {
  signal.throwIfAborted()
  const sent: Record<string, string> = { accept: '*/*', 'accept-encoding': acceptedEncodings, 'user-agent': 'cilock' }
  for (const [name, value] of headers ?? []) sent[name] = value
  if (body instanceof Uint8Array) sent['content-length'] = String(body.length)
  else if (body === undefined && method !== 'GET' && method !== 'HEAD') sent['content-length'] = '0'
  const outgoing = request(url, { method, agent, headers: sent })
  return new Promise((resolve, reject) => {
    const stop = (): void => void outgoing.destroy(new Error('the request was stopped'))
    signal.addEventListener('abort', stop, { once: true })
    outgoing.once('response', resolve)
    outgoing.on('error', reject)
    outgoing.once('close', () => {
      signal.removeEventListener('abort', stop)
      reject(new Error('the connection was closed before an answer'))
    })
    outgoing.once('socket', (socket) => {
      if (!socket.connecting) return
      const timer = setTimeout(() => outgoing.destroy(new Error(`no connection within ${connectTimeout} ms`)), connectTimeout)
      const connected = (): void => clearTimeout(timer)
      socket.once('connect', connected).once('close', connected)
    })
    if (body === undefined || body instanceof Uint8Array) outgoing.end(body)
    else
      send(body, outgoing).catch((error: unknown) => {
        // what came of it stands in the answer where there is one already
        reject(error)
        outgoing.destroy()
      })
  })
}

/** Sends no faster than the server takes. */
async function send(pieces: AsyncIterable<Uint8Array>, outgoing: ClientRequest): Promise<void> {
  for await (const piece of pieces) {
    if (outgoing.destroyed) return
    if (!outgoing.write(piece)) await room(outgoing)
  }
  outgoing.end()
}

/** Resolves when more can be sent, or nothing ever again. */
async function room(outgoing: ClientRequest): Promise<void> {
  if (outgoing.destroyed) return
  await new Promise<void>((resolve) => {
    const goOn = (): void => {
      outgoing.off('drain', goOn).off('close', goOn)
      resolve()
    }
    outgoing.on('drain', goOn).on('close', goOn)
  })
}
