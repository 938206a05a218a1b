import { describe, expect, it } from 'vitest'
import { digestOf, registryClient } from '@cilock/registry'
import { pushImage } from '@cilock/registry/testing'
import { open, quick } from './memory.ts'

describe('access', () => {
  const access = { username: 'alice', password: 's3cret', identityToken: 'refresh-alice' }
  const password = async () => ({ kind: 'password', username: 'alice', password: 's3cret' }) as const

  it.each(['basic', 'token'] as const)('is shown when it is asked for: %s', async (kind) => {
    const { registry, app, other } = open({ access: { kind, ...access } }, { credentials: password })
    const image = await pushImage(app, 'v1')
    await other.putBlob(await app.blob(image.layer), { mountFrom: 'team/app' })
    expect(registry.requests[0]?.authorization).toBe('none')
    expect(registry.requests.find(({ target }) => target.startsWith('/token'))?.authorization).toBe(kind === 'token' ? 'basic' : undefined)
  })

  it('takes an identity token', async () => {
    const { app } = open({ access: { kind: 'token', ...access } }, { credentials: async () => ({ kind: 'identity-token', token: 'refresh-alice' }) })
    await pushImage(app, 'v1')
    expect(await app.tags()).toEqual(['v1'])
  })

  it('gets a new token when the old one is worth nothing', async () => {
    const { registry, app } = open({ access: { kind: 'token', ...access } }, { credentials: password })
    await pushImage(app, 'v1')
    registry.forgetTokens()
    expect(await app.tags()).toEqual(['v1'])
  })

  it.each(['basic', 'token'] as const)('is refused with a wrong password, which no message holds: %s', async (kind) => {
    const { app } = open({ access: { kind, ...access } }, { credentials: async () => ({ kind: 'password', username: 'alice', password: 'wr0ng' }) })
    const error = await app.manifest('v1').catch((found: unknown) => found)
    expect(error).toMatchObject({ code: 'ERR_REGISTRY_UNAUTHORIZED' })
    expect(String(error)).not.toMatch(/wr0ng|alice/)
  })

  it('is refused without credentials', async () => {
    const { app } = open({ access: { kind: 'basic', ...access } })
    await expect(app.manifest('v1')).rejects.toMatchObject({ code: 'ERR_REGISTRY_UNAUTHORIZED', status: 401 })
  })

  it.each([
    ['http://token.example.com/token', 'https://registry.example.com/'],
    ['https://169.254.169.254/token', 'https://registry.example.com/'],
    ['https://[::1]/token', 'https://registry.example.com/'],
    ['https://user:pw@token.example.com/', 'https://registry.example.com/'],
    ['nowhere', 'https://registry.example.com/'],
  ])('does not follow a realm to %s', async (realm) => {
    const asked: string[] = []
    const fetch: typeof globalThis.fetch = async (input) => {
      asked.push(new Request(input).url)
      return new Response(null, { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}",service="s"` } })
    }
    const app = registryClient({ fetch, credentials: password, ...quick }).repository('registry.example.com/team/app')
    await expect(app.manifest('v1')).rejects.toMatchObject({ code: 'ERR_REGISTRY_AUTH' })
    expect(asked).toEqual(['https://registry.example.com/v2/team/app/manifests/v1'])
  })
})

describe('a blob elsewhere', () => {
  const bytes = new TextEncoder().encode('kept in a bucket')
  const serve = (location: string): { readonly fetch: typeof fetch; readonly seen: [string, string | null][] } => {
    const seen: [string, string | null][] = []
    return {
      seen,
      fetch: async (input, init) => {
        const request = new Request(input, init)
        const { host } = new URL(request.url)
        seen.push([host, request.headers.get('authorization')])
        if (host === 'bucket.example.net') return new Response(bytes)
        if (request.headers.get('authorization') === null) return new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } })
        return new Response(null, { status: 307, headers: { location } })
      },
    }
  }
  const credentials = async () => ({ kind: 'password', username: 'alice', password: 's3cret' }) as const

  it('is fetched without credentials', async () => {
    const { fetch, seen } = serve('https://bucket.example.net/x?signature=y')
    const app = registryClient({ fetch, credentials, ...quick }).repository('registry.example.com/team/app')
    expect(await app.blob(digestOf(bytes))).toEqual(bytes)
    expect(seen.at(-1)).toEqual(['bucket.example.net', null])
  })

  it.each(['https://10.0.0.1/x', 'https://169.254.169.254/latest', 'https://[fd00::1]/x'])('is not fetched from %s', async (location) => {
    const app = registryClient({ fetch: serve(location).fetch, credentials, ...quick }).repository('registry.example.com/team/app')
    await expect(app.blob(digestOf(bytes))).rejects.toMatchObject({ code: 'ERR_HTTP_REDIRECT' })
  })

  it('is not followed where a manifest is asked for', async () => {
    const app = registryClient({ fetch: serve('https://bucket.example.net/x').fetch, credentials, ...quick }).repository('registry.example.com/team/app')
    await expect(app.manifest('v1')).rejects.toMatchObject({ code: 'ERR_HTTP_REDIRECT' })
  })
})
