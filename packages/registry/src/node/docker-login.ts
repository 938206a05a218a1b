import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dockerCredentials } from '../auth/docker-config.ts'
import type { CredentialProvider } from '../auth/credentials.ts'
import { RegistryError } from '../error.ts'
import { runHelper } from './credential-helper.ts'

/** Where logins are looked for. Nothing is taken from the process. */
export interface DockerLoginOptions {
  /** `DOCKER_CONFIG`, `REGISTRY_AUTH_FILE`, `XDG_RUNTIME_DIR`, `XDG_CONFIG_HOME`, `HOME`, and `PATH` for credential helpers. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds that a credential helper may take. Default: 30,000. */
  readonly helperTimeout?: number
}

/**
 * What `docker login` and its like have left: the first file that is there of `$DOCKER_CONFIG/config.json` (else
 * `~/.docker/config.json`), `$REGISTRY_AUTH_FILE`, `$XDG_RUNTIME_DIR/containers/auth.json` and
 * `${XDG_CONFIG_HOME:-~/.config}/containers/auth.json`. None is anonymous. It is read once, when a registry first asks.
 *
 * @example
 * const client = registryClient({ fetch, credentials: dockerLogin({ env: process.env }) })
 * @throws RegistryError `ERR_CREDENTIALS`, when asked
 */
export function dockerLogin({ env, helperTimeout = 30_000 }: DockerLoginOptions): CredentialProvider {
  let provider: Promise<CredentialProvider> | undefined
  const load = async (): Promise<CredentialProvider> => {
    for (const path of placesOf(env)) {
      const config = await readIfThere(path)
      if (config !== undefined) return dockerCredentials({ config, helper: async (suffix, server, signal) => runHelper({ suffix, server, env, timeout: helperTimeout, signal }) })
    }
    return async () => undefined
  }
  return async (name, options) => {
    provider ??= load()
    return (await provider)(name, options)
  }
}

function placesOf(env: DockerLoginOptions['env']): readonly string[] {
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name])
  const [docker, file, runtime, config, home] = ['DOCKER_CONFIG', 'REGISTRY_AUTH_FILE', 'XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'HOME'].map(given)
  const configHome = config ?? (home === undefined ? undefined : join(home, '.config'))
  return [
    docker === undefined ? home && join(home, '.docker', 'config.json') : join(docker, 'config.json'),
    file,
    runtime && join(runtime, 'containers', 'auth.json'),
    configHome && join(configHome, 'containers', 'auth.json'),
  ].filter((path) => path !== undefined)
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    // one that is there and cannot be read must not turn into "anonymous"
    throw new RegistryError('ERR_CREDENTIALS', `expected to read ${path}`, { cause: error })
  }
}
