import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer, Answerer, Asked } from '../exchange.ts'

/** A double that listens. */
export interface DoubleServer {
  /** Host and port: this machine, at a port that was free. */
  readonly host: string
  /** Ends all connections and stops listening. */
  readonly close: () => Promise<void>
}

/** How a double behaves at its socket. */
export interface ServeOptions {
  /** What is said where a request breaks off. Default: nothing. */
  readonly brokenOff?: string
}

/**
 * Puts a double behind a real socket, for programs that are not handed a `fetch`.
 *
 * @example
 * const server = await serveDouble(({ target }) => ({ status: 200, headers: [], body: new TextEncoder().encode(target) }))
 * await server.close()
 */
export async function serveDouble(answer: Answerer, { brokenOff }: ServeOptions = {}): Promise<DoubleServer> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    // a body that breaks off is answered as soon as the socket says so, below
    request.on('error', () => undefined)
    request.on('end', () => send(response, answer(askedBy(request, Buffer.concat(pieces))), request.method === 'HEAD'))
  })
  server.on('clientError', (_, socket) => {
    if (brokenOff === undefined) socket.destroy()
    else if (socket.writable) socket.end(brokenOff)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function askedBy({ method = 'GET', url: target = '/', headers: { host = 'localhost' }, rawHeaders }: IncomingMessage, body: Buffer): Asked {
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  const origin = `http://${host}`
  return { method, target, url: URL.canParse(target, origin) ? new URL(target, origin) : new URL(origin), headers, body: new Uint8Array(body) }
}

function send(response: ServerResponse, { status, headers, body, isChunked, ending }: Answer, isHead: boolean): void {
  const { socket } = response
  if (ending === 'stall') return
  if (ending === 'reset') {
    socket?.resetAndDestroy()
    return
  }
  for (const [name, value] of headers) response.appendHeader(name, value)
  if (isChunked !== true && !response.hasHeader('content-length')) response.setHeader('Content-Length', body.length)
  response.writeHead(status)
  if (ending === undefined) {
    response.end(isHead ? undefined : body)
    return
  }
  response.write(body.subarray(0, Math.ceil(body.length / 2)), () => {
    if (ending === 'cut-off') socket?.destroy()
  })
}
