import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { dockerCredentials, imageIdentities } from '@cilock/registry'
import { dockerLogin, openLayout } from '@cilock/registry/node'
import { skipped, vectors } from '@cilock/vectors'

const folder = mkdtempSync(join(tmpdir(), 'cilock-registry-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const options = { signal: undefined }
const name = { registry: 'registry.example.com', repository: 'team/app' }
const auth = (pair: string): { readonly auth: string } => ({ auth: Buffer.from(pair).toString('base64') })

describe('a docker configuration', () => {
  const ask = async (config: object, of = name): Promise<unknown> => dockerCredentials({ config: JSON.stringify(config) })(of, options)

  it.each([
    ['the host', { 'registry.example.com': auth('a:b:c') }, { kind: 'password', username: 'a', password: 'b:c' }],
    ['a URL', { 'https://registry.example.com/v1/': auth('a:b') }, { kind: 'password', username: 'a', password: 'b' }],
    ['a path before the host', { 'registry.example.com': auth('a:b'), 'registry.example.com/team': auth('c:d') }, { kind: 'password', username: 'c', password: 'd' }],
    ['another host that ends alike', { 'evil-registry.example.com': auth('a:b'), 'registry.example.com.evil': auth('a:b') }, undefined],
    ['an identity token', { 'registry.example.com': { ...auth('a:b'), identitytoken: 't' } }, { kind: 'identity-token', token: 't', username: 'a' }],
    ['an identity token beside what is no password', { 'registry.example.com': { auth: '%%%', identitytoken: 't' } }, { kind: 'identity-token', token: 't' }],
    ['a registry token', { 'registry.example.com': { registrytoken: 't' } }, { kind: 'registry-token', token: 't' }],
    ['username and password', { 'registry.example.com': { username: 'a', password: 'b' } }, { kind: 'password', username: 'a', password: 'b' }],
  ])('is looked up by %s', async (_, auths, expected) => {
    expect(await ask({ auths })).toEqual(expected)
  })

  it('knows Docker Hub by its old name', async () => {
    expect(await ask({ auths: { 'https://index.docker.io/v1/': auth('a:b') } }, { registry: 'docker.io', repository: 'library/app' })).toMatchObject({ username: 'a' })
  })

  it.each([{ auths: { 'registry.example.com': { auth: '!' } } }, { auths: [] }, { credsStore: '../evil' }, { credsStore: 'store' }])('is refused: %j', async (config) => {
    await expect((async () => ask(config))()).rejects.toMatchObject({ code: 'ERR_CREDENTIALS' })
  })

  it('prefers a helper of the host to the store, and that to what stands there', async () => {
    const asked: string[] = []
    const helper = async (suffix: string, server: string): Promise<Uint8Array> => {
      asked.push(`${suffix} ${server}`)
      return Buffer.from(JSON.stringify({ Username: '<token>', Secret: suffix }))
    }
    const config = JSON.stringify({ auths: { 'registry.example.com': auth('a:b') }, credHelpers: { 'registry.example.com': 'one' }, credsStore: 'two' })
    const provider = dockerCredentials({ config, helper })
    expect(await provider(name, options)).toEqual({ kind: 'identity-token', token: 'one' })
    expect(await provider({ ...name, registry: 'other.example.com' }, options)).toEqual({ kind: 'identity-token', token: 'two' })
    expect(asked).toEqual(['one registry.example.com', 'two other.example.com'])
  })
})

describe('a login', () => {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const write = (suffix: string, script: string): void => {
    writeFileSync(join(bin, `docker-credential-${suffix}`), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, `docker-credential-${suffix}`), 0o755)
  }
  write('good', 'read server; printf \'{"ServerURL":"%s","Username":"alice","Secret":"s3cret"}\' "$server"')
  write('none', 'echo "credentials not found in native keychain"; exit 1')
  write('bad', 'echo s3cret; exit 3')
  write('slow', 'exec /bin/sleep 60')
  write('loud', 'head -c 100000 /dev/zero')
  write('text', 'echo s3cret')
  const ask = async (credsStore: string, helperTimeout?: number, signal?: AbortSignal): Promise<unknown> => {
    const home = mkdtempSync(join(folder, 'docker-'))
    writeFileSync(join(home, 'config.json'), JSON.stringify({ credsStore }))
    return dockerLogin({ env: { DOCKER_CONFIG: home, PATH: `${bin}:/usr/bin:/bin` }, ...(helperTimeout !== undefined && { helperTimeout }) })(name, { ...options, signal })
  }

  it('asks a helper', async () => {
    expect(await ask('good')).toEqual({ kind: 'password', username: 'alice', password: 's3cret' })
    expect(await ask('none')).toBeUndefined()
  })

  it.each(['bad', 'loud', 'text', 'missing'])('fails with a helper that does: %s', async (suffix) => {
    const error = await ask(suffix).catch((found: unknown) => found)
    expect(error).toMatchObject({ code: 'ERR_CREDENTIALS' })
    expect(String(error)).not.toContain('s3cret')
  })

  it('ends a helper that does not', async () => {
    await expect(ask('slow', 200)).rejects.toMatchObject({ code: 'ERR_CREDENTIALS' })
  })

  it('ends a helper, or does not ask it, where somebody stops it', async () => {
    await expect(ask('slow', undefined, AbortSignal.timeout(100))).rejects.toMatchObject({ name: 'RegistryError', code: 'ERR_ABORTED' })
    await expect(ask('good', undefined, AbortSignal.abort())).rejects.toMatchObject({ name: 'RegistryError', code: 'ERR_ABORTED' })
  })

  it('is anonymous where nobody logged in', async () => {
    expect(await dockerLogin({ env: { HOME: join(folder, 'nowhere') } })(name, options)).toBeUndefined()
  })
})

const part = 'golden/registry/identities/layouts'
const layouts = vectors(part) ?? ''

describe.skipIf(layouts === '')(layouts === '' ? `a layout ${skipped(part)}` : 'a layout', () => {
  it('is read like a repository', async () => {
    const store = await openLayout(join(layouts, 'id/docker-archive'))
    const found = await imageIdentities(store, 'default', { readLayers: true })
    expect(found.map(({ kind, digest }) => [kind, digest])).toEqual([
      ['manifest', 'sha256:6e310bc86428c632f02007be857907f5d1423adfb46fdde0dedd5a6684d5e6e4'],
      ['config', 'sha256:af35d4a8baf022342a5003e886ec495eca39801a95155b777a367be2972b1a65'],
      ['diff-id', 'sha256:c9cd24d9c2bd42c1c4af28cd38e9805458ea5f6fd1f17bf97c3aa0a007aaad27'],
    ])
  })

  it('is refused where its bytes are not those of their names', async () => {
    const copy = join(folder, 'layout')
    cpSync(join(layouts, 'id/docker-archive'), copy, { recursive: true })
    const file = join(copy, 'blobs/sha256/6e310bc86428c632f02007be857907f5d1423adfb46fdde0dedd5a6684d5e6e4')
    chmodSync(join(copy, 'blobs/sha256'), 0o755)
    rmSync(file)
    writeFileSync(file, '{}')
    await expect((await openLayout(copy)).manifest('default')).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
    rmSync(file)
    await expect((await openLayout(copy)).manifest('default')).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
    await expect((await openLayout(copy)).manifest('nope')).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
  })

  it('is refused where it is none', async () => {
    await expect(openLayout(folder)).rejects.toMatchObject({ code: 'ERR_LAYOUT_INVALID' })
  })
})
