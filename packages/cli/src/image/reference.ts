import { resolve } from 'node:path'
import type { Verifier } from '@cilock/core'
import { parseReference, registryClient } from '@cilock/registry'
import type { Platform, Repository } from '@cilock/registry'
import { dockerLogin } from '@cilock/registry/node'
import { usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { readNamedFile } from '../read-file.ts'

/** An image in a registry. */
export interface NamedImage {
  readonly store: Repository
  /** Its tag or digest. */
  readonly image: string
}

/** The image of a reference, with the logins that docker has. */
export function imageOf(text: string, io: CliIo): NamedImage {
  if (io.fetch === undefined) throw usage(`${JSON.stringify(text)} is an image, and this program was not given the network`)
  const { tag, digest, ...name } = parseReference(text)
  const { repository } = registryClient({ fetch: io.fetch, credentials: dockerLogin({ env: io.env }) })
  return { store: repository(name), image: digest ?? tag ?? 'latest' }
}

/** `linux/arm64`, `linux/arm/v7`. */
export function platformOf(flags: Flags): Partial<Platform> | undefined {
  const text = flags.string('platform') ?? ''
  if (text === '') return undefined
  const [os = '', architecture = '', variant, ...more] = text.split('/')
  if (os === '' || architecture === '' || more.length > 0) throw usage(`--platform: expected os/architecture, found ${JSON.stringify(text)}`)
  return { os, architecture, ...(variant !== undefined && { variant }) }
}

/** The keys of cosign that files hold. */
export async function cosignKeys(paths: readonly string[], io: CliIo): Promise<readonly Verifier[]> {
  const { cosignVerifier } = await import('@cilock/cosign')
  return Promise.all(paths.map(async (path) => cosignVerifier(new TextDecoder().decode(await readNamedFile('key', resolve(io.workingDir, path))))))
}
