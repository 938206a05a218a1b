import { lookup as platformLookup } from 'node:dns'
import type { LookupFunction, Socket } from 'node:net'
import { PrivateAddress } from '../private-address.ts'
import type { FetchWithTransport, TransportAnswer, TransportRequest } from '../transport.ts'
import { isInnerAddress } from '../url.ts'
import { isInnerSocketAddress, outerLookup } from './addresses.ts'
import { hasProxies, roadsBy } from './agents.ts'
import { decoded } from './decoded.ts'
import { exchange } from './exchange.ts'
import { messageBody } from './message-body.ts'

/** What names stand for. */
export interface NodeFetchOptions {
  /** Default: that of `node:dns`, which asks the operating system. */
  readonly lookup?: LookupFunction
}

/**
 * A `fetch` for Node whose requests the clients built on `@cilock/http` make by `node:http` and `node:https`: small answers cost
 * about a third of what the platform's own takes for them, and no server outside leads into a private network by any name
 * (redirects, token services, places of uploads), since it sees the very address that a socket connects to. Where the
 * caller's own server is in a private network, it may lead to others there. Called as a function it is the platform's
 * `fetch`, and none of this holds.
 *
 * Connections are kept for further requests, by this fetch alone. Where Node was told to take proxies from the environment
 * (`NODE_USE_ENV_PROXY`) they are used; a proxy looks names up itself, and addresses are not seen.
 *
 * @example
 * const client = archivistaClient({ url: 'https://archivista.example.com', fetch: nodeFetch() })
 */
export function nodeFetch({ lookup = platformLookup }: NodeFetchOptions = {}): FetchWithTransport {
  // kept apart: a connection that the caller wanted is no way in for anybody else
  const free = roadsBy(lookup)
  const guarded = roadsBy(outerLookup(lookup))
  // hosts, as the last connection found them
  const inner = new Set<string>()
  const noted = new WeakSet<Socket>()
  const note = (host: string, socket: Socket): void => {
    const { remoteAddress } = socket
    if (remoteAddress === undefined || noted.has(socket)) return
    noted.add(socket)
    if (isInnerSocketAddress(remoteAddress)) inner.add(host)
    else inner.delete(host)
  }
  const mayLeadInward = ({ hostname, host }: URL): boolean => hasProxies || isInnerAddress(hostname) || inner.has(host)

  const transport = async (asked: TransportRequest): Promise<TransportAnswer> => {
    const { url, ledBy } = asked
    const isFree = ledBy === undefined || mayLeadInward(ledBy)
    // an address is not looked up
    if (!isFree && isInnerAddress(url.hostname)) throw new PrivateAddress(url.hostname)
    const { request, agent } = await (isFree ? free : guarded)(url.protocol)
    const message = await exchange(request, agent, asked)
    note(url.host, message.socket)
    const headers = new Headers()
    for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) headers.append(message.rawHeaders[at] ?? '', message.rawHeaders[at + 1] ?? '')
    const answer = { status: message.statusCode ?? 0, headers, isHiddenRedirect: false }
    if (asked.method === 'HEAD' || answer.status === 204 || answer.status === 304) {
      // frees the connection
      message.resume()
      return { ...answer, body: undefined }
    }
    return { ...answer, body: messageBody(message, await decoded(message)) }
  }
  return Object.assign(async (...request: Parameters<typeof fetch>) => fetch(...request), { transport })
}
