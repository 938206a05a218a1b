import { CilockError, decodeBase64, decodeUtf8, isJsonObject, parseJson } from '@cilock/core'
import type { JsonObject, JsonValue } from '@cilock/core'
import { RegistryError } from '../error.ts'
import type { RepositoryName } from '../reference.ts'
import type { CredentialProvider, Credentials } from './credentials.ts'

/** Asks `docker-credential-<suffix> get` for a server: its JSON, or undefined where it knows none. */
export type CredentialHelper = (suffix: string, server: string, signal: AbortSignal | undefined) => Promise<Uint8Array | undefined>

/** Where credentials are. */
export interface DockerCredentialsOptions {
  /** The content of `config.json` or `auth.json`. */
  readonly config: Uint8Array | string
  /** Runs credential helpers. Default: a configuration that needs one is refused. */
  readonly helper?: CredentialHelper
}

/**
 * Credentials of a docker configuration: `credHelpers`, then `credsStore`, then `auths`, by the repository, each path above
 * it, and the registry. Hosts are compared whole.
 *
 * @throws RegistryError `ERR_CREDENTIALS` when it is no docker configuration; and, when asked, where a helper fails or what
 * it says is no credential.
 */
export function dockerCredentials({ config, helper }: DockerCredentialsOptions): CredentialProvider {
  const document = object(read(config, 'the docker configuration'), 'the docker configuration')
  const auths = new Map(Object.entries(object(document['auths'], 'auths')).map(([key, value]) => [normalKey(key), value]))
  const helpers = new Map(Object.entries(object(document['credHelpers'], 'credHelpers')))
  const store = document['credsStore']

  return async (name, { signal }) => {
    const servers = serversOf(name)
    const named = servers.find((server) => helpers.has(server))
    const suffix = named === undefined ? store : helpers.get(named)
    if (suffix !== undefined && suffix !== '' && suffix !== null) {
      const server = named ?? (name.registry === 'docker.io' ? hubServer : name.registry)
      const found = await ask(suffix, server, helper, signal)
      if (found !== undefined || named !== undefined) return found
    }
    for (const key of keysOf(name)) {
      const entry = auths.get(key)
      if (entry !== undefined) return fromEntry(entry)
    }
    return undefined
  }
}

const hubServer = 'https://index.docker.io/v1/'

function serversOf({ registry }: RepositoryName): readonly string[] {
  return registry === 'docker.io' ? [hubServer, 'index.docker.io', 'docker.io'] : [registry]
}

/** From the most particular on. */
function keysOf({ registry, repository }: RepositoryName): readonly string[] {
  const parts = repository.split('/')
  const paths = parts.map((_, index) => parts.slice(0, parts.length - index).join('/'))
  const hosts = registry === 'docker.io' ? ['index.docker.io', 'docker.io'] : [registry]
  return [...hosts.flatMap((host) => paths.map((path) => `${host}/${path}`)), ...hosts]
}

/** Keys may be URLs with Docker's version in their path. */
function normalKey(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/v[12]\/?$/, '').replace(/\/+$/, '')
}

async function ask(suffix: JsonValue, server: string, helper: CredentialHelper | undefined, signal: AbortSignal | undefined): Promise<Credentials | undefined> {
  if (typeof suffix !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(suffix)) throw refuse('a credential helper of letters, digits, ., _ and -')
  if (helper === undefined) throw refuse(`no credential helper (${suffix}), since none may be run here`)
  const output = await helper(suffix, server, signal)
  if (output === undefined) return undefined
  const answer = object(read(output, `the answer of docker-credential-${suffix}`), `the answer of docker-credential-${suffix}`)
  const [username, secret] = [answer['Username'], answer['Secret']]
  if (typeof username !== 'string' || typeof secret !== 'string') throw refuse(`Username and Secret in the answer of docker-credential-${suffix}`)
  if (secret === '' && username === '') return undefined
  return username === '<token>' ? { kind: 'identity-token', token: secret } : { kind: 'password', username, password: secret }
}

function fromEntry(value: JsonValue): Credentials | undefined {
  const entry = object(value, 'an entry of auths')
  const text = (key: string): string | undefined => {
    const found = entry[key]
    return typeof found === 'string' && found !== '' ? found : undefined
  }
  const registryToken = text('registrytoken')
  if (registryToken !== undefined) return { kind: 'registry-token', token: registryToken }
  const identityToken = text('identitytoken')
  const auth = text('auth')
  if (identityToken !== undefined) {
    const username = auth === undefined ? text('username') : usernameIn(auth)
    return { kind: 'identity-token', token: identityToken, ...(username !== undefined && { username }) }
  }
  if (auth !== undefined) return fromAuth(auth)
  const [username, password] = [text('username'), text('password')]
  return username === undefined || password === undefined ? undefined : { kind: 'password', username, password }
}

/** Beside an identity token it says little, and may be anything. */
function usernameIn(auth: string): string | undefined {
  try {
    return fromAuth(auth).username
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}

function fromAuth(auth: string): { readonly kind: 'password'; readonly username: string; readonly password: string } {
  let pair: string
  try {
    // some tools pad the decoded text with zeros
    pair = decodeUtf8(decodeBase64(auth)).replace(/\0+$/, '')
  } catch {
    // the text is a secret
    throw refuse('base64 of user:password as auth')
  }
  const colon = pair.indexOf(':')
  if (colon < 1) throw refuse('base64 of user:password as auth')
  return { kind: 'password', username: pair.slice(0, colon), password: pair.slice(colon + 1) }
}

function read(text: Uint8Array | string, what: string): JsonValue {
  try {
    return parseJson(text, { maxDepth: 32, maxBytes: 1024 * 1024 })
  } catch (error) {
    if (!CilockError.is(error)) throw error
    throw new RegistryError('ERR_CREDENTIALS', `expected JSON of at most 1 MiB in ${what}: ${error.code}`)
  }
}

function object(value: JsonValue | undefined, what: string): JsonObject {
  if (value === undefined || value === null) return {}
  if (!isJsonObject(value)) throw refuse(`an object in ${what}`)
  return value
}

function refuse(expected: string): RegistryError {
  return new RegistryError('ERR_CREDENTIALS', `expected ${expected}`)
}
