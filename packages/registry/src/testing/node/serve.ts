import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer, MemoryRegistry } from '../index.ts'

/** A registry that listens. */
export interface RegistryServer {
  /** Host and port, as references name it: this machine, at a port that was free. */
  readonly host: string
  /** Ends all connections and stops listening. */
  readonly close: () => Promise<void>
}

/**
 * Puts a registry for tests behind a real socket, for programs that are not handed a `fetch`.
 *
 * @example
 * const server = await serveRegistry(memoryRegistry())
 * // `${server.host}/team/app:v1`, and at the end:
 * await server.close()
 */
export async function serveRegistry(registry: MemoryRegistry): Promise<RegistryServer> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('error', () => undefined)
    request.on('end', () => send(response, answerTo(registry, request, Buffer.concat(pieces)), request.method === 'HEAD'))
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

function answerTo(registry: MemoryRegistry, { method = 'GET', url = '/', headers: { host = 'localhost' }, rawHeaders }: IncomingMessage, body: Buffer): Answer {
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  return registry.answer({ method, url: new URL(url, `http://${host}`), headers, body: new Uint8Array(body) })
}

function send(response: ServerResponse, { status, headers, body, ending }: Answer, isHead: boolean): void {
  if (ending === 'stall') return
  if (ending === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  response.writeHead(status, { 'content-length': String(body.length), ...headers })
  if (ending !== 'cut-off') response.end(isHead ? undefined : body)
  else response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.socket?.destroy())
}
