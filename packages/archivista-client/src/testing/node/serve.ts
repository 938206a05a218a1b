import { serveDouble } from '@cilock/http/testing/node'
import type { MemoryArchivista } from '../index.ts'

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
export async function serveArchivista({ answer }: MemoryArchivista): Promise<ArchivistaServer> {
  const { host, close } = await serveDouble(answer, { brokenOff })
  return { url: `http://${host}`, close }
}

/** As the server was recorded to say it. */
const said = 'unexpected EOF\n'
const brokenOff = `HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nContent-Length: ${said.length}\r\nConnection: close\r\n\r\n${said}`
