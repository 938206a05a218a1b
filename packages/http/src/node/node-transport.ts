import { lookup as platformLookup } from 'node:dns'
import type { Socket } from 'node:net'
import { PrivateAddress } from '../private-address.ts'
import type { Transport } from '../transport.ts'
import { isInnerAddress } from '../url.ts'
import { isInnerSocketAddress, outerLookup } from './addresses.ts'
import { hasProxies, roadsBy } from './agents.ts'
import { decoded } from './decoded.ts'
import { exchange } from './exchange.ts'
import { messageBody } from './message-body.ts'
import type { NodeFetchOptions } from './node-fetch.ts'

/** Makes requests by `node:http` and `node:https`, as `nodeFetch()` says. */
export function nodeTransport({ lookup = platformLookup }: NodeFetchOptions): Transport {
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

  return async (asked) => {
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
}
