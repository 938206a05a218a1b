import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer, MemoryArchivista } from '../index.ts'

/** A server that listens. */
export interface ArchivistaServer {
  /** Where it listens: this machine, at a port that was free. */
  readonly url: string
  /** Ends all connections and stops listening. */
  readonly close: () => Promise<void>
}

/**
 * Puts an Archivista for tests behind a real socket, for programs that are not handed a `fetch`.
 *
 * @example
 * const server = await serveArchivista(memoryArchivista())
 * // server.url, and at the end:
 * await server.close()
 */
export async function serveArchivista(archivista: MemoryArchivista): Promise<ArchivistaServer> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    // a body that breaks off is answered as soon as the socket says so, below
    request.on('error', () => undefined)
    request.on('end', () => send(response, answerTo(archivista, request, Buffer.concat(pieces)), request.method === 'HEAD'))
  })
  server.on('clientError', (_, socket) => {
    const said = 'unexpected EOF\n'
    if (socket.writable) socket.end(`HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nContent-Length: ${said.length}\r\nConnection: close\r\n\r\n${said}`)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function answerTo(archivista: MemoryArchivista, { method = 'GET', url = '/', rawHeaders }: IncomingMessage, body: Buffer): Answer {
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  const question = url.indexOf('?')
  return archivista.answer({ method, target: url, headers, query: new URLSearchParams(question < 0 ? '' : url.slice(question)), body: new Uint8Array(body) })
}

function send(response: ServerResponse, { status, headers, body, isChunked, ending }: Answer, isHead: boolean): void {
  const { socket } = response
  if (ending === 'stall') return
  if (ending === 'reset') {
    socket?.resetAndDestroy()
    return
  }
  for (const [name, value] of headers) response.setHeader(name, value)
  if (isChunked !== true) response.setHeader('Content-Length', body.length)
  response.writeHead(status)
  if (ending === undefined) {
    response.end(isHead ? undefined : body)
    return
  }
  response.write(body.subarray(0, Math.ceil(body.length / 2)), () => {
    if (ending === 'cut-off') socket?.destroy()
  })
}
