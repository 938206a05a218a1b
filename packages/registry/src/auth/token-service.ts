import { CilockError, encodeBase64, encodeUtf8, isJsonObject, parseJson } from '@cilock/core'
import { isInnerAddress } from '@cilock/http'
import type { HttpClient } from '@cilock/http'
import { RegistryError } from '../error.ts'
import type { Challenge } from './challenge.ts'
import type { Credentials } from './credentials.ts'
import type { Scope } from './scope.ts'

const maxTokenBytes = 64 * 1024
/** For how long a token is good at least, and at most where its service does not say (distribution's token specification). */
const shortestLife = 60

/** What a token service gave. */
export interface Token {
  readonly token: string
  /** In place of the identity token that was used. */
  readonly refreshToken?: string
  /** Seconds for which it is good. */
  readonly lifetime: number
}

/** What is asked of a token service. */
export interface TokenRequest {
  readonly http: HttpClient
  readonly realm: URL
  /** Which named the realm. */
  readonly registry: URL
  readonly service: string | undefined
  readonly scopes: readonly Scope[]
  readonly credentials: Credentials | undefined
  readonly clientId: string
  readonly signal: AbortSignal | undefined
}

/**
 * Asks for a token: by OAuth2 for an identity token, and as Docker did before where the service knows no POST (404, 405);
 * for a password or nothing by GET.
 */
export async function requestToken(asked: TokenRequest): Promise<Token> {
  const { realm, credentials } = asked
  if (credentials?.kind === 'identity-token') {
    const answer = await post(asked, credentials.token)
    if (typeof answer !== 'number') return answer
    // as containerd does: in place of a password
    return orRefuse(await get(asked, basic({ username: credentials.username ?? '', password: credentials.token })), realm)
  }
  return orRefuse(await get(asked, credentials?.kind === 'password' ? basic(credentials) : undefined), realm)
}

function orRefuse(answer: Token | number, realm: URL): Token {
  if (typeof answer === 'number') throw new RegistryError('ERR_REGISTRY_AUTH', `${shown(realm)} is no token service (${answer})`, { status: answer })
  return answer
}

async function post({ service, scopes, clientId, ...asked }: TokenRequest, identityToken: string): Promise<Token | number> {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: identityToken, scope: scopes.join(' '), ...(service !== undefined && { service }) })
  return send({ ...asked, method: 'POST', body: encodeUtf8(form.toString()), headers: { 'content-type': 'application/x-www-form-urlencoded' } })
}

async function get({ realm, service, scopes, ...asked }: TokenRequest, authorization: string | undefined): Promise<Token | number> {
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  return send({ ...asked, realm: url, method: 'GET', headers: authorization === undefined ? {} : { authorization } })
}

interface TokenCall extends Pick<TokenRequest, 'http' | 'realm' | 'registry' | 'signal'> {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** A number: there is no such service, or not by this method (404, 405). */
async function send({ http, realm, registry, method, headers, body, signal }: TokenCall): Promise<Token | number> {
  const response = await http.send({ method, url: realm, ledBy: registry, headers: { accept: 'application/json', ...headers }, isIdempotent: true, redirect: 'none', ...(body !== undefined && { body }), ...(signal !== undefined && { signal }) })
  const { status } = response
  if (status === 404 || status === 405) {
    await response.cancel()
    return status
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
    const { refresh_token: refreshToken, expires_in: life } = answer
    for (const token of [answer['token'], answer['access_token']]) {
      if (typeof token === 'string' && token !== '') return { token, lifetime: typeof life === 'number' && life > shortestLife ? life : shortestLife, ...(typeof refreshToken === 'string' && refreshToken !== '' && { refreshToken }) }
    }
  }
  throw new RegistryError('ERR_REGISTRY_AUTH', `the token service ${shown(realm)} answers without a token`)
}

/** Credentials go there, and what it answers is believed: so it must not be anywhere. */
export function realmOf({ parameters }: Challenge, registry: URL): URL {
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

export function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${encodeBase64(encodeUtf8(`${username}:${password}`))}`
}

function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`
}
