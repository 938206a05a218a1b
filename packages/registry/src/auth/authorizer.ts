import type { HttpClient } from '@cilock/http'
import { RegistryError } from '../error.ts'
import type { RepositoryName } from '../reference.ts'
import type { Challenge } from './challenge.ts'
import type { CredentialProvider, Credentials } from './credentials.ts'
import { coversScope, mergeScopes, parseScopes } from './scope.ts'
import type { Scope } from './scope.ts'
import { basic, realmOf, requestToken } from './token-service.ts'
import type { Token } from './token-service.ts'

/** Answers challenges of one registry, and remembers what it got for it. */
export interface Authorizer {
  /** What to send along, from what is known: undefined before the first challenge. What has ended is asked for anew. */
  readonly known: (name: RepositoryName, scopes: readonly Scope[], signal: AbortSignal | undefined) => Promise<string | undefined>
  /** What to send after a 401 to `refused`. Undefined: there is nothing else to try. */
  readonly answer: (name: RepositoryName, scopes: readonly Scope[], challenges: readonly Challenge[], refused: string | undefined, signal: AbortSignal | undefined) => Promise<string | undefined>
}

/** What is needed to answer. */
export interface AuthorizerOptions {
  readonly http: HttpClient
  readonly credentials: CredentialProvider | undefined
  readonly clientId: string
  /** Without it a token is good until it is turned down. */
  readonly clock: (() => Date) | undefined
}

/** What was sent along once, and for what. */
interface Known {
  readonly repository: string
  readonly scopes: readonly Scope[]
  readonly header: string
  readonly challenges: readonly Challenge[]
  /** In milliseconds, by the clock that is handed in. */
  readonly endsAt: number
}

interface Header {
  readonly text: string
  readonly endsAt: number
}

/** A request takes its time, too. */
const margin = 5000

/** Tokens come from the realm that a registry names, by distribution's token and OAuth2 specifications. */
export function createAuthorizer(registry: URL, { http, credentials, clientId, clock }: AuthorizerOptions): Authorizer {
  const known: Known[] = []
  // many requests at once are turned down together, and one token serves all
  const pending = new Map<string, { readonly header: Promise<Header | undefined>; readonly signal: AbortSignal | undefined }>()
  // a service may give another refresh token for the one that was used
  const renewed = new Map<string, string>()

  const fetchToken = async (challenge: Challenge, found: Credentials | undefined, scopes: readonly Scope[], signal: AbortSignal | undefined): Promise<Token> => {
    const current = found?.kind === 'identity-token' ? { ...found, token: renewed.get(found.token) ?? found.token } : found
    const given = await requestToken({ http, realm: realmOf(challenge, registry), registry, service: challenge.parameters.get('service'), scopes, credentials: current, clientId, signal })
    if (given.refreshToken !== undefined && found?.kind === 'identity-token') renewed.set(found.token, given.refreshToken)
    return given
  }

  const headerFor = async (name: RepositoryName, scopes: readonly Scope[], challenges: readonly Challenge[], signal: AbortSignal | undefined): Promise<Header | undefined> => {
    const found = await credentials?.(name, { signal })
    const challenge = usable(challenges, found)
    if (challenge === undefined) return undefined
    if (found?.kind === 'registry-token') return { text: `Bearer ${found.token}`, endsAt: Number.POSITIVE_INFINITY }
    if (challenge.scheme === 'basic') return found?.kind === 'password' ? { text: basic(found), endsAt: Number.POSITIVE_INFINITY } : undefined
    // from when it was asked for, since its service's clock need not be this one
    const asked = clock?.().getTime()
    const { token, lifetime } = await fetchToken(challenge, found, mergeScopes([...parseScopes(challenge.parameters.get('scope')), ...scopes]), signal)
    return { text: `Bearer ${token}`, endsAt: asked === undefined ? Number.POSITIVE_INFINITY : asked + lifetime * 1000 - margin }
  }

  const answer: Authorizer['answer'] = async (name, scopes, challenges, refused, signal) => {
    // what was turned down is worth nothing any more
    for (const each of known.filter(({ header }) => header === refused)) known.splice(known.indexOf(each), 1)
    const key = JSON.stringify([name.repository, scopes, challenges.map(({ scheme, parameters }) => [scheme, ...parameters])])
    const before = pending.get(key)
    // one caller's stopping stops nobody else's
    const waiting = before !== undefined && before.signal === signal ? before : { signal, header: headerFor(name, scopes, challenges, signal) }
    pending.set(key, waiting)
    const given = await waiting.header.finally(() => {
      if (pending.get(key) === waiting) pending.delete(key)
    })
    if (given === undefined) return undefined
    const { text: header, endsAt } = given
    if (!known.some((each) => each.header === header && each.repository === name.repository && each.endsAt >= endsAt)) known.push({ repository: name.repository, scopes: mergeScopes(scopes), header: checkHeader(header), challenges, endsAt })
    // what nobody asks for any more
    if (known.length > maxKnown) known.shift()
    return header
  }

  return {
    answer,
    async known(name, scopes, signal) {
      const found = known.findLast((each) => each.repository === name.repository && scopes.every((scope) => each.scopes.some((given) => coversScope(given, scope))))
      if (found === undefined || clock === undefined || clock().getTime() < found.endsAt) return found?.header
      // others that find the same ended join this one: so it goes when there is another
      const header = await answer(name, scopes, found.challenges, undefined, signal)
      if (known.includes(found)) known.splice(known.indexOf(found), 1)
      return header
    },
  }
}

/** Tokens that are remembered. */
const maxKnown = 256

/** The first challenge that can be met with what there is: a bearer needs a realm to ask, basic a password. */
function usable(challenges: readonly Challenge[], found: Credentials | undefined): Challenge | undefined {
  const known = challenges.filter(({ scheme }) => scheme === 'bearer' || scheme === 'basic')
  return known.find(({ scheme, parameters }) => (scheme === 'basic' ? found?.kind === 'password' : found?.kind === 'registry-token' || parameters.has('realm'))) ?? known[0]
}

/** What comes from outside must not end the header. */
function checkHeader(header: string): string {
  if (!/^[\x20-\x7e]+$/.test(header)) throw new RegistryError('ERR_REGISTRY_AUTH', 'a token with characters that no header may have')
  return header
}
