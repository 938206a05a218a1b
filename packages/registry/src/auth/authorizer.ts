import { CilockError, encodeBase64, encodeUtf8, isJsonObject, parseJson } from '@cilock/core'
import { isInnerAddress } from '@cilock/http'
import type { HttpClient } from '@cilock/http'
import { RegistryError } from '../error.ts'
import type { RepositoryName } from '../reference.ts'
import type { Challenge } from './challenge.ts'
import type { CredentialProvider, Credentials } from './credentials.ts'

/** What a token has to allow: `repository:team/app:pull,push`. */
export type Scope = string

/** Answers challenges of one registry, and remembers what it got for it. */
export interface Authorizer {
  /** What to send along, from what is known: undefined before the first challenge. */
  readonly known: (name: RepositoryName, scopes: readonly Scope[]) => string | undefined
  /** What to send after a 401. Undefined: there is nothing else to try. */
  readonly answer: (name: RepositoryName, scopes: readonly Scope[], challenges: readonly Challenge[], signal: AbortSignal | undefined) => Promise<string | undefined>
}

const maxTokenBytes = 64 * 1024

/** Tokens come from the realm that a registry names, by distribution's token and OAuth2 specifications. */
export function createAuthorizer(registry: URL, http: HttpClient, credentials: CredentialProvider | undefined, clientId: string): Authorizer {
  const headers = new Map<string, string>()
  const keyOf = ({ repository }: RepositoryName, scopes: readonly Scope[]): string => `${repository} ${scopes.join(' ')}`

  const fetchToken = async (challenge: Challenge, found: Credentials | undefined, scopes: readonly Scope[], signal: AbortSignal | undefined): Promise<string> => {
    const realm = realmOf(challenge, registry)
    const service = challenge.parameters.get('service')
    const asked = [...new Set([...scopesOf(challenge.parameters.get('scope')), ...scopes].map(normal))]
    const common = { signal, realm, http }
    if (found?.kind === 'identity-token') {
      const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: found.token, scope: asked.join(' '), ...(service !== undefined && { service }) })
      const body = encodeUtf8(form.toString())
      const given = await request({ ...common, method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
      if (given !== undefined) return given
      throw new RegistryError('ERR_REGISTRY_AUTH', `${shown(realm)} knows no identity tokens (404)`)
    }
    const url = new URL(realm)
    if (service !== undefined) url.searchParams.set('service', service)
    for (const scope of asked) url.searchParams.append('scope', scope)
    const given = await request({ ...common, realm: url, method: 'GET', headers: found?.kind === 'password' ? { authorization: basic(found) } : {} })
    if (given !== undefined) return given
    throw new RegistryError('ERR_REGISTRY_AUTH', `${shown(realm)} is no token service (404)`)
  }

  return {
    known: (name, scopes) => headers.get(keyOf(name, scopes)),
    async answer(name, scopes, challenges, signal) {
      const challenge = challenges.find(({ scheme }) => scheme === 'bearer' || scheme === 'basic')
      if (challenge === undefined) return undefined
      const found = await credentials?.(name, { signal })
      let header: string | undefined
      if (found?.kind === 'registry-token') header = `Bearer ${found.token}`
      else if (challenge.scheme === 'basic') header = found?.kind === 'password' ? basic(found) : undefined
      else header = `Bearer ${await fetchToken(challenge, found, scopes, signal)}`
      const key = keyOf(name, scopes)
      if (header === undefined) headers.delete(key)
      else headers.set(key, checkHeader(header))
      return header
    },
  }
}

interface TokenCall {
  readonly http: HttpClient
  readonly realm: URL
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly signal: AbortSignal | undefined
}

/** Undefined: there is no such service (404). */
async function request({ http, realm, method, headers, body, signal }: TokenCall): Promise<string | undefined> {
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

function tokenOf(bytes: Uint8Array, realm: URL): string {
  let answer: unknown
  try {
    answer = parseJson(bytes, { maxDepth: 16 })
  } catch (error) {
    // the text may hold a token
    throw new RegistryError('ERR_REGISTRY_AUTH', `the token service ${shown(realm)} answers with what is no JSON`, CilockError.is(error) ? { cause: error } : {})
  }
  if (isJsonObject(answer)) {
    for (const token of [answer['token'], answer['access_token']]) if (typeof token === 'string' && token !== '') return token
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

function scopesOf(text: string | undefined): readonly Scope[] {
  return (text ?? '').split(' ').filter((scope) => /^[\w.:/*,()-]{1,512}$/.test(scope))
}

/** `push,pull` and `pull,push` are one. */
function normal(scope: Scope): Scope {
  const colon = scope.lastIndexOf(':')
  return `${scope.slice(0, colon + 1)}${scope.slice(colon + 1).split(',').toSorted().join(',')}`
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
