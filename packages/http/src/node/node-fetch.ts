import type { LookupFunction } from 'node:net'
import type { FetchWithTransport, Transport, TransportAnswer, TransportRequest } from '../transport.ts'

/** What names stand for. */
export interface NodeFetchOptions {
  /** Default: that of `node:dns`, which asks the operating system. */
  readonly lookup?: LookupFunction
}

/**
 * A `fetch` for Node whose requests the clients built on `@cilock/http` make by `node:http` and `node:https`: small answers cost
 * about a third of what the platform's own takes for them, and no server outside leads into a private network by any name
 * (redirects, token services, places of uploads), since it sees the very address that a socket connects to. Where the
 * caller's own server is in a private network, it may lead to names there; to bare addresses only where it was named by
 * one itself. Called as a function it is the platform's `fetch`, and none of this holds.
 *
 * Node's network is loaded with the first request. Connections are kept for further requests, by this fetch alone. Where Node
 * was told to take proxies from the environment (`NODE_USE_ENV_PROXY`) they are used; a proxy looks names up itself, and
 * addresses are not seen.
 *
 * @example
 * const client = archivistaClient({ url: 'https://archivista.example.com', fetch: nodeFetch() })
 */
export function nodeFetch(options: NodeFetchOptions = {}): FetchWithTransport {
  let loading: Promise<Transport> | undefined
  const transport = async (request: TransportRequest): Promise<TransportAnswer> => {
    loading ??= import('./node-transport.ts').then(({ nodeTransport }) => nodeTransport(options))
    return (await loading)(request)
  }
  return Object.assign(async (...request: Parameters<typeof fetch>) => fetch(...request), { transport })
}
