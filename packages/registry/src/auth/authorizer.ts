import { CilockError, encodeBase64, encodeUtf8, isJsonObject, parseJson } from '@cilock/core'
import { isInnerAddress } from '@cilock/http'
import type { HttpClient } from '@cilock/http'
import { RegistryError } from '../error.ts'
import type { RepositoryName } from '../reference.ts'
import type { Challenge } from './challenge.ts'
import type { CredentialProvider, Credentials } from './credentials.ts'
import { coversScope, mergeScopes, parseScopes } from './scope.ts'
import type { Scope } from './scope.ts'

/** Answers challenges of one registry, and remembers what it got for it. */
export interface Authorizer {
  /** What to send along, from what is known: undefined before the first challenge. */
  readonly known: (name: RepositoryName, scopes: readonly Scope[]) => string | undefined
  /** What to send after a 401 to `refused`. Undefined: there is nothing else to try. */
  readonly answer: (name: RepositoryName, scopes: readonly Scope[], challenges: readonly Challenge[], refused: string | undefined, signal: AbortSignal | undefined) => Promise<string | undefined>
}

const maxTokenBytes = 64 * 1024

/** Tokens come from the realm that a registry names, by distribution's token and OAuth2 specifications. */
export function createAuthorizer(registry: URL, http: HttpClient, credentials: CredentialProvider | undefined, clientId: string): Authorizer {
  const known: { readonly repository: string; readonly scopes: readonly Scope[]; readonly header: string }[] = []
  // many requests at once are turned down together, and one token serves all
  const pending = new Map<string, { readonly header: Promise<string | undefined>; readonly signal: AbortSignal | undefined }>()
  // a service may give another refresh token for the one that was used
  const renewed = new Map<string, string>()

  const fetchToken = async (challenge: Challenge, found: Credentials | undefined, scopes: readonly Scope[], signal: AbortSignal | undefined): Promise<string> => {
    const realm = realmOf(challenge, registry)
    const service = challenge.parameters.get('service')
    const common = { signal, http }
    if (found?.kind === 'identity-token') {
      const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: renewed.get(found.token) ?? found.token, scope: scopes.join(' '), ...(service !== undefined && { service }) })
      const given = await request({ ...common, realm, method: 'POST', body: encodeUtf8(form.toString()), headers: { 'content-type': 'application/x-www-form-urlencoded' } })
      if (given === undefined) throw new RegistryError('ERR_REGISTRY_AUTH', `${shown(realm)} knows no identity tokens (404)`)
      if (given.refreshToken !== undefined) renewed.set(found.token, given.refreshToken)
      return given.token
    }
    const url = new URL(realm)
    if (service !== undefined) url.searchParams.set('service', service)
    for (const scope of scopes) url.searchParams.append('scope', scope)
    const given = await request({ ...common, realm: url, method: 'GET', headers: found?.kind === 'password' ? { authorization: basic(found) } : {} })
    if (given === undefined) throw new RegistryError('ERR_REGISTRY_AUTH', `${shown(realm)} is no token service (404)`)
    return given.token
  }

  const headerFor = async (name: RepositoryName, scopes: readonly Scope[], challenges: readonly Challenge[], signal: AbortSignal | undefined): Promise<string | undefined> => {
    const found = await credentials?.(name, { signal })
    const challenge = usable(challenges, found)
    if (challenge === undefined) return undefined
    if (found?.kind === 'registry-token') return `Bearer ${found.token}`
    if (challenge.scheme === 'basic') return found?.kind === 'password' ? basic(found) : undefined
    return `Bearer ${await fetchToken(challenge, found, mergeScopes([...parseScopes(challenge.parameters.get('scope')), ...scopes]), signal)}`
  }

  return {
    known: ({ repository }, scopes) => known.findLast((each) => each.repository === repository && scopes.every((scope) => each.scopes.some((given) => coversScope(given, scope))))?.header,
    async answer(name, scopes, challenges, refused, signal) {
      // what was turned down is worth nothing any more
      for (const each of known.filter(({ header }) => header === refused)) known.splice(known.indexOf(each), 1)
      const key = JSON.stringify([name.repository, scopes, challenges.map(({ scheme, parameters }) => [scheme, ...parameters])])
      const before = pending.get(key)
      // one caller's stopping stops nobody else's
      const waiting = before !== undefined && before.signal === signal ? before : { signal, header: headerFor(name, scopes, challenges, signal) }
      pending.set(key, waiting)
      const header = await waiting.header.finally(() => {
        if (pending.get(key) === waiting) pending.delete(key)
      })
      if (header !== undefined && !known.some((each) => each.header === header && each.repository === name.repository)) known.push({ repository: name.repository, scopes: mergeScopes(scopes), header: checkHeader(header) })
      // what nobody asks for any more
      if (known.length > maxKnown) known.shift()
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

interface TokenCall {
  readonly http: HttpClient
  readonly realm: URL
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly signal: AbortSignal | undefined
}

interface Token {
  readonly token: string
  readonly refreshToken?: string
}

/** Undefined: there is no such service (404). */
async function request({ http, realm, method, headers, body, signal }: TokenCall): Promise<Token | undefined> {
  const response = await http.send({ method, url: realm, headers: { accept: 'application/json', ...headers }, isIdempotent: true, redirect: 'none', ...(body !== undefined && { body }), ...(signal !== undefined && { signal }) })
  const { status } = response
  if (status === 404) {
    await response.cancel()
    return undefined
  }
  if (status === 401 || status === 403) {
    await response.cancel()
    const code = status === 401 ? 'ERR_REGISTRY_UNAUTHORIZED' : 'ERR_REGISTRY_FORBIDDEN'
    throw new RegistryError(code, `the token service ${shown(realm)} turns the credentials down (${status})`, { status })
  }
  if (status !== 200) {
    await response.cancel()
    throw new RegistryError('ERR_REGISTRY_AUTH', `the token service ${shown(realm)} answers ${status}`, { status })
  }
  return tokenOf(await response.bytes(maxTokenBytes), realm)
}

function tokenOf(bytes: Uint8Array, realm: URL): Token {
  let answer: unknown
  try {
    answer = parseJson(bytes, { maxDepth: 16 })
  } catch (error) {
    // the text may hold a token
    throw new RegistryError('ERR_REGISTRY_AUTH', `the token service ${shown(realm)} answers with what is no JSON`, CilockError.is(error) ? { cause: error } : {})
  }
  if (isJsonObject(answer)) {
    const { refresh_token: refreshToken } = answer
    for (const token of [answer['token'], answer['access_token']]) {
      if (typeof token === 'string' && token !== '') return { token, ...(typeof refreshToken === 'string' && refreshToken !== '' && { refreshToken }) }
    }
  }
  throw new RegistryError('ERR_REGISTRY_AUTH', `the token service ${shown(realm)} answers without a token`)
}

/** Credentials go there, and what it answers is believed: so it must not be anywhere. */
function realmOf({ parameters }: Challenge, registry: URL): URL {
  const text = parameters.get('realm') ?? ''
  if (!URL.canParse(text)) throw new RegistryError('ERR_REGISTRY_AUTH', `${registry.host} asks for a token of no service: its realm is no URL`)
  const realm = new URL(text)
  if (realm.username !== '' || realm.password !== '') throw new RegistryError('ERR_REGISTRY_AUTH', `${registry.host} names a realm with credentials in it`)
  if (realm.protocol !== 'https:' && !(realm.protocol === 'http:' && registry.protocol === 'http:')) throw new RegistryError('ERR_REGISTRY_AUTH', `${registry.host} names a realm without TLS: ${shown(realm)}`)
  if (isInnerAddress(realm.hostname) && realm.hostname !== registry.hostname && !isInnerAddress(registry.hostname)) {
    throw new RegistryError('ERR_REGISTRY_AUTH', `${registry.host} names a realm in a private network: ${shown(realm)}`)
  }
  realm.hash = ''
  return realm
}

function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${encodeBase64(encodeUtf8(`${username}:${password}`))}`
}

/** What comes from outside must not end the header. */
function checkHeader(header: string): string {
  if (!/^[\x20-\x7e]+$/.test(header)) throw new RegistryError('ERR_REGISTRY_AUTH', 'a token with characters that no header may have')
  return header
}

function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`
}
