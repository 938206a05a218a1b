import { Agent, globalAgent, request } from 'node:http'
import type { AgentOptions } from 'node:http'
import type { LookupFunction } from 'node:net'
import type { Request } from './exchange.ts'

/** What makes requests of one protocol, and the connections that it keeps. */
export interface Road {
  readonly request: Request
  readonly agent: Agent
}

/** Milliseconds; many servers close a connection soon after that, and a request on its way would be lost. */
const keepAliveTimeout = 4000

// What Node took from the environment, where it was told to; @types/node knows nothing of it.
const { proxyEnv } = (globalAgent as { readonly options?: { readonly proxyEnv?: unknown } }).options ?? {}

/** Whether requests go by proxies, which look names up themselves. */
export const hasProxies: boolean = proxyEnv !== undefined

/** The roads to servers whose names a lookup resolves, by protocol. */
export function roadsBy(lookup: LookupFunction): (protocol: string) => Promise<Road> {
  const options: AgentOptions = { keepAlive: true, timeout: keepAliveTimeout, lookup, ...(hasProxies && { proxyEnv }) }
  const plain: Road = { request, agent: new Agent(options) }
  let secure: Promise<Road> | undefined
  return async (protocol) => {
    if (protocol === 'http:') return plain
    // TLS takes a while to load
    return (secure ??= import('node:https').then((https) => ({ request: https.request, agent: new https.Agent(options) })))
  }
}
