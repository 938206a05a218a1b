import { describe, expect, it } from 'vitest'
import { digestOf, imageIdentities, mediaTypes, registryClient } from '@cilock/registry'
import type { Platform, Repository } from '@cilock/registry'
import { memoryRegistry } from '@cilock/registry/testing'
import type { MemoryRegistry, MemoryRegistryOptions } from '@cilock/registry/testing'
import { serveRegistry } from '@cilock/registry/testing/node'
import { jsonBytes, pushImage, pushReferrer } from './image.ts'

const quick = { retry: { attempts: 2, firstPause: 0 }, wait: async () => undefined }

function open(options?: MemoryRegistryOptions, more: object = {}): { readonly registry: MemoryRegistry; readonly app: Repository; readonly other: Repository } {
  const registry = memoryRegistry(options)
  const { repository } = registryClient({ fetch: registry.fetch, ...quick, ...more })
  return { registry, app: repository(`${registry.host}/team/app`), other: repository(`${registry.host}/team/other`) }
}

describe.each([true, false])('a registry with referrers: %s', (referrers) => {
  it('gives back what was pushed, by tag and digest', async () => {
    const { app } = open({ referrers })
    const image = await pushImage(app, 'v1')
    const manifest = await app.manifest('v1')
    expect(manifest).toMatchObject({ kind: 'image', digest: image.manifest, mediaType: mediaTypes.ociManifest })
    expect(await app.manifest(image.manifest)).toEqual(manifest)
    expect(new TextDecoder().decode(await app.blob(image.layer))).toBe('layer for amd64')
    expect(await app.tags()).toEqual(['v1'])
  })

  it('lists referrers, page by page, and by type', async () => {
    const { app } = open({ referrers, pageSize: 2 })
    const image = await pushImage(app, 'v1')
    expect(await app.referrers(image.manifest)).toEqual([])
    const pushed = []
    for (const [at, type] of ['text/a', 'text/b', 'text/a', 'text/b', 'text/a'].entries()) pushed.push(await pushReferrer(app, image, type, `note ${at}`))
    expect((await app.referrers(image.manifest)).map(({ digest }) => digest).toSorted()).toEqual(pushed.toSorted())
    const some = await app.referrers(image.manifest, { artifactType: 'text/b' })
    expect(some.map(({ digest }) => digest).toSorted()).toEqual([pushed[1], pushed[3]].toSorted())
    expect(await app.tags()).toHaveLength(referrers ? 1 : 2)
  })

  it('uploads in pieces, and mounts what another repository has', async () => {
    const { registry, app, other } = open({ referrers, absoluteLocations: true }, { limits: { chunkBytes: 7 } })
    const bytes = new TextEncoder().encode('twenty bytes of blob')
    const put = await app.putBlob({ digest: digestOf(bytes), size: bytes.length, open: async function* () { yield bytes.subarray(0, 3); yield bytes.subarray(3) } })
    expect(put.how).toBe('uploaded')
    expect(registry.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(3)
    expect(await app.blob(put)).toEqual(bytes)
    expect(await app.putBlob(bytes)).toMatchObject({ how: 'present' })
    expect(await other.putBlob(bytes, { mountFrom: 'team/app' })).toMatchObject({ how: 'mounted' })
    expect(await other.blob(put)).toEqual(bytes)
  })
})

it('deletes a tag', async () => {
  const { app } = open()
  const image = await pushImage(app, 'v1')
  await app.deleteManifest('v1')
  await expect(app.manifest('v1')).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND', status: 404, registryCodes: ['MANIFEST_UNKNOWN'] })
  expect((await app.manifest(image.manifest)).digest).toBe(image.manifest)
})

it('keeps a referrer that another client wrote in between', async () => {
  const { registry, app } = open({ referrers: false })
  const image = await pushImage(app, 'v1')
  const first = await pushReferrer(app, image, 'text/a', 'one')
  // once, the condition fails as if somebody had been faster
  registry.fail({ method: 'PUT', path: /manifests\/sha256-/, kind: 'answer', status: 412, times: 1 })
  const second = await pushReferrer(app, image, 'text/a', 'two')
  expect((await app.referrers(image.manifest)).map(({ digest }) => digest)).toEqual([first, second])
})

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

describe('faults', () => {
  const at = { manifest: /\/manifests\//, blob: /\/blobs\/sha256/ }

  it.each([
    ['a reset', { kind: 'reset' }, 'ERR_HTTP_NETWORK'],
    ['a body that breaks off', { kind: 'cut-off' }, 'ERR_HTTP_NETWORK'],
    ['truncated JSON', { kind: 'change', change: (body: Uint8Array) => body.slice(0, 40) }, 'ERR_MANIFEST_INVALID'],
    ['HTML', { kind: 'answer', headers: { 'content-type': 'text/html' }, body: '<html>' }, 'ERR_REGISTRY_RESPONSE'],
    ['schema 1', { kind: 'answer', headers: { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' }, body: '{"schemaVersion":1}' }, 'ERR_MANIFEST_UNSUPPORTED'],
    ['401', { kind: 'answer', status: 401 }, 'ERR_REGISTRY_UNAUTHORIZED'],
    ['403', { kind: 'answer', status: 403 }, 'ERR_REGISTRY_FORBIDDEN'],
    ['404', { kind: 'answer', status: 404 }, 'ERR_REGISTRY_NOT_FOUND'],
    ['409', { kind: 'answer', status: 409 }, 'ERR_REGISTRY_CONFLICT'],
    ['413', { kind: 'answer', status: 413 }, 'ERR_REGISTRY_REFUSED'],
    ['429', { kind: 'answer', status: 429 }, 'ERR_REGISTRY_RATE_LIMITED'],
    ['500', { kind: 'answer', status: 500 }, 'ERR_REGISTRY_FAILED'],
    ['502', { kind: 'answer', status: 502 }, 'ERR_REGISTRY_UNAVAILABLE'],
    ['another digest in a header', { kind: 'change', headers: { 'docker-content-digest': `sha256:${'0'.repeat(64)}` } }, 'ERR_REGISTRY_INTEGRITY'],
    ['a manifest of 5 MiB', { kind: 'answer', body: ' '.repeat(5 * 1024 ** 2) }, 'ERR_LIMIT_EXCEEDED'],
  ] as const)('%s at a manifest', async (_, fault, code) => {
    const { registry, app } = open()
    await pushImage(app, 'v1')
    registry.fail({ method: 'GET', path: at.manifest, ...fault })
    await expect(app.manifest('v1')).rejects.toMatchObject({ code })
    registry.heal()
    expect((await app.manifest('v1')).kind).toBe('image')
  })

  it('a stall', async () => {
    const { registry, app } = open({}, { timeouts: { answer: 20 }, retry: { attempts: 1 } })
    registry.fail({ kind: 'stall' })
    await expect(app.manifest('v1')).rejects.toMatchObject({ code: 'ERR_HTTP_TIMEOUT' })
  })

  it.each([
    ['other bytes', (body: Uint8Array) => body.map((byte) => byte ^ 1), 'ERR_REGISTRY_INTEGRITY'],
    ['fewer bytes', (body: Uint8Array) => body.slice(1), 'ERR_REGISTRY_INTEGRITY'],
  ] as const)('%s for the digest of a blob and of a manifest', async (_, change, code) => {
    const { registry, app } = open()
    const image = await pushImage(app, 'v1')
    registry.fail({ method: 'GET', kind: 'change', change })
    await expect(app.blob(image.layer)).rejects.toMatchObject({ code })
    await expect(app.blob({ digest: image.layer, size: 15 })).rejects.toMatchObject({ code })
    await expect(app.manifest(image.manifest)).rejects.toMatchObject({ code })
  })

  it('a blob that is longer than wanted, or than is said', async () => {
    const { app } = open()
    const { layer } = await pushImage(app, 'v1')
    await expect(app.blob(layer, { maxBytes: 4 })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
    await expect(app.blob({ digest: layer, size: 14 })).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
  })

  it('a lost blob, and a lost manifest', async () => {
    const { registry, app } = open()
    registry.fail({ method: 'PUT', path: /\/blobs\//, kind: 'lost-write' })
    await expect(app.putBlob(jsonBytes({}))).rejects.toMatchObject({ code: 'ERR_REGISTRY_LOST' })
    registry.heal()
    registry.fail({ method: 'PUT', path: at.manifest, kind: 'lost-write' })
    await expect(pushImage(app, 'v1')).rejects.toMatchObject({ code: 'ERR_REGISTRY_LOST' })
  })

  it('a lost entry of the fallback tag', async () => {
    const { registry, app } = open({ referrers: false })
    const image = await pushImage(app, 'v1')
    registry.fail({ method: 'PUT', path: /manifests\/sha256-/, kind: 'lost-write' })
    await expect(pushReferrer(app, image, 'text/a', 'one')).rejects.toMatchObject({ code: 'ERR_REGISTRY_LOST' })
  })

  it('a lost piece of an upload', async () => {
    const { registry, app } = open({}, { limits: { chunkBytes: 4 } })
    registry.fail({ method: 'PATCH', after: 1, kind: 'lost-write' })
    await expect(app.putBlob(jsonBytes({ some: 'content' }), { chunked: true })).rejects.toMatchObject({ code: 'ERR_REGISTRY_UPLOAD' })
  })

  it.each([401, 403, 429, 500, 503])('never takes %s for "no referrers"', async (status) => {
    for (const path of [/\/referrers\//, /manifests\/sha256-/]) {
      const { registry, app } = open()
      const image = await pushImage(app, 'v1')
      registry.fail({ path, kind: 'answer', status })
      await expect(app.referrers(image.manifest)).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_REGISTRY_/) as string })
    }
  })

  it.each(['http://other.localhost/v2/x', 'ftp://registry.localhost/', 'https://user:pw@example.com/'])('an upload that is sent to %s', async (location) => {
    const { registry, app } = open()
    registry.fail({ method: 'POST', kind: 'answer', status: 202, headers: { location } })
    await expect(app.putBlob(jsonBytes({}))).rejects.toMatchObject({ code: 'ERR_REGISTRY_UPLOAD' })
  })

  it('tries again where that is safe', async () => {
    const { registry, app } = open()
    await pushImage(app, 'v1')
    registry.fail({ kind: 'reset', times: 1 })
    expect((await app.manifest('v1')).kind).toBe('image')
    registry.heal()
    registry.fail({ kind: 'answer', status: 500, times: 1 })
    expect((await app.manifest('v1')).kind).toBe('image')
  })

  it('pages that go round in a circle, or elsewhere', async () => {
    const { registry, app } = open()
    await pushImage(app, 'v1')
    registry.fail({ path: /tags/, kind: 'answer', body: '{"tags":["a"]}', headers: { link: '</v2/team/app/tags/list?n=1000>; rel=next' } })
    await expect(app.tags()).rejects.toMatchObject({ code: 'ERR_REGISTRY_RESPONSE' })
    registry.heal()
    registry.fail({ path: /tags/, kind: 'answer', body: '{"tags":["a"]}', headers: { link: '<https://example.com/v2/x>; rel=next' } })
    await expect(app.tags()).rejects.toMatchObject({ code: 'ERR_REGISTRY_RESPONSE' })
  })

  it('a call that is stopped', async () => {
    const { app } = open()
    await expect(app.manifest('v1', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })
})

describe('identities', () => {
  const pushIndex = async (app: Repository, entries: readonly object[]): Promise<string> => (await app.putManifest(jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: entries }), { tag: 'multi' })).digest
  const entry = ({ manifest, size }: { readonly manifest: string; readonly size: number }, architecture: string): object => ({ mediaType: mediaTypes.ociManifest, digest: manifest, size, platform: { os: 'linux', architecture } })

  it('leads from the index to the diff ids, and says how', async () => {
    const { app } = open()
    const [amd, arm] = [await pushImage(app), await pushImage(app, undefined, 'arm64')]
    const index = await pushIndex(app, [entry(amd, 'amd64'), entry(arm, 'arm64')])
    const found = await imageIdentities(app, 'multi', { platform: { architecture: 'arm64' }, readLayers: true })
    const toManifest = { from: index, to: arm.manifest, pointer: '/manifests/1/digest' }
    const toConfig = { from: arm.manifest, to: arm.config, pointer: '/config/digest' }
    const platform = { os: 'linux', architecture: 'arm64' }
    expect(found).toEqual([
      { kind: 'index', digest: index, chain: [], proof: 'bytes' },
      { kind: 'manifest', digest: arm.manifest, platform, chain: [toManifest], proof: 'bytes' },
      { kind: 'config', digest: arm.config, platform, chain: [toManifest, toConfig], proof: 'bytes' },
      { kind: 'diff-id', digest: arm.layer, platform, chain: [toManifest, toConfig, { from: arm.config, to: arm.layer, pointer: '/rootfs/diff_ids/0' }], proof: 'bytes' },
    ])
    expect((await imageIdentities(app, 'multi')).filter(({ kind }) => kind === 'config').map(({ digest }) => digest)).toEqual([amd.config, arm.config])
  })

  it('has none for a platform that is not there', async () => {
    const { app } = open()
    await pushIndex(app, [entry(await pushImage(app), 'amd64')])
    await expect(imageIdentities(app, 'multi', { platform: { os: 'windows' } })).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
  })

  describe('of an index leave nothing out that a machine would pull', () => {
    const evil = { os: 'linux', architecture: 'arm64' }
    const configs = async (app: Repository, platform?: Partial<Platform>): Promise<readonly string[]> =>
      (await imageIdentities(app, 'multi', platform === undefined ? {} : { platform })).filter(({ kind }) => kind === 'config').map(({ digest }) => digest)
    const attestation = { 'vnd.docker.reference.type': 'attestation-manifest' }

    it.each([
      ['which an annotation calls an attestation', { platform: evil, annotations: attestation }],
      ['which an annotation calls an attestation, for no platform', { annotations: attestation }],
    ])('an image %s', async (_, more) => {
      const { app } = open()
      const [good, other] = [await pushImage(app), await pushImage(app, undefined, 'arm64')]
      await pushIndex(app, [entry(good, 'amd64'), { mediaType: mediaTypes.ociManifest, digest: other.manifest, size: other.size, ...more }])
      expect(await configs(app)).toEqual([good.config, other.config])
    })
    it('but leave out what is for a platform that no machine has, as the attestations of BuildKit are', async () => {
      const { app } = open()
      const [good, other] = [await pushImage(app), await pushImage(app, undefined, 'unknown')]
      await pushIndex(app, [entry(good, 'amd64'), { ...entry(other, 'unknown'), platform: { os: 'unknown', architecture: 'unknown' }, annotations: attestation }])
      expect(await configs(app)).toEqual([good.config])
    })

    const pushOdd = async (app: Repository, mediaType: string): Promise<{ readonly manifest: string; readonly config: string; readonly size: number }> => {
      const config = jsonBytes({ ...evil, rootfs: { type: 'layers', diff_ids: [] } })
      await app.putBlob(config)
      const bytes = jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: { mediaType, digest: digestOf(config), size: config.length }, layers: [] })
      return { manifest: (await app.putManifest(bytes)).digest, config: digestOf(config), size: bytes.length }
    }
    it.each(['application/octet-stream', 'application/json', 'text/html'])('an image whose configuration is called %s, as Docker takes it', async (type) => {
      const { app } = open()
      const [good, odd] = [await pushImage(app), await pushOdd(app, type)]
      await pushIndex(app, [entry(good, 'amd64'), { mediaType: mediaTypes.ociManifest, digest: odd.manifest, size: odd.size }])
      expect(await configs(app)).toEqual([good.config, odd.config])
    })
    it('what is listed for a machine, whatever its configuration is called; but no artifact that is for none', async () => {
      const { app } = open()
      const [good, odd] = [await pushImage(app), await pushOdd(app, 'application/vnd.example.config')]
      await pushIndex(app, [entry(good, 'amd64'), entry(odd, 'arm64')])
      expect(await configs(app)).toEqual([good.config, odd.config])
      await pushIndex(app, [entry(good, 'amd64'), { mediaType: mediaTypes.ociManifest, digest: odd.manifest, size: odd.size }])
      expect(await configs(app)).toEqual([good.config])
    })
    it.each([
      [{ os: 'linux', architecture: 'x86_64' }, { os: 'linux', architecture: 'amd64' }],
      [{ os: 'Linux', architecture: 'AMD64' }, { os: 'linux', architecture: 'amd64' }],
      [{ os: 'linux', architecture: 'amd64' }, { os: 'linux', architecture: 'amd64', variant: 'v1' }],
      [{ os: 'linux', architecture: 'arm64' }, { os: 'linux', architecture: 'arm64', variant: 'v8' }],
      [{ os: 'linux', architecture: 'aarch64', variant: '8' }, { os: 'linux', architecture: 'arm64', variant: 'v8' }],
      [{ os: 'linux', architecture: 'armhf' }, { architecture: 'arm', variant: 'v7' }],
      [{ os: 'linux', architecture: 'armel' }, { architecture: 'arm', variant: 'v6' }],
      [{ os: 'linux', architecture: 'arm' }, { architecture: 'arm', variant: '7' }],
      [{ os: 'linux', architecture: 'i386' }, { architecture: '386' }],
      [{ os: 'macos', architecture: 'arm64' }, { os: 'darwin' }],
      [{ os: 'windows', architecture: 'amd64' }, { os: 'windows', 'os.version': '10.0.1' }],
    ])('what is listed for %j where %j is wanted', async (listed, wanted) => {
      const { app } = open()
      const image = await pushImage(app)
      await pushIndex(app, [{ ...entry(image, ''), platform: listed }])
      expect(await configs(app, wanted)).toEqual([image.config])
    })
    it.each([
      [{ os: 'linux', architecture: 'arm', variant: 'v6' }, { architecture: 'arm', variant: 'v7' }],
      [{ os: 'linux', architecture: 'amd64' }, { architecture: 'arm64' }],
      [{ os: 'linux', architecture: 'amd64' }, { os: 'darwin' }],
      [{ os: 'windows', architecture: 'amd64', 'os.version': '10.0.2' }, { 'os.version': '10.0.1' }],
    ])('but not what is listed for %j where %j is wanted', async (listed, wanted) => {
      const { app } = open()
      await pushIndex(app, [{ ...entry(await pushImage(app), ''), platform: listed }])
      await expect(configs(app, wanted)).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
    })
  })

  it('refuses a size that is not that of the manifest', async () => {
    const { app } = open()
    const image = await pushImage(app)
    await pushIndex(app, [entry({ ...image, size: image.size + 1 }, 'amd64')])
    await expect(imageIdentities(app, 'multi')).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
  })

  it('refuses an artifact', async () => {
    const { app } = open()
    const digest = await pushReferrer(app, await pushImage(app), 'text/a', 'note')
    await expect(imageIdentities(app, digest)).rejects.toMatchObject({ code: 'ERR_MANIFEST_UNSUPPORTED' })
  })

  it('refuses layers that the configuration does not list', async () => {
    const { app } = open()
    const config = jsonBytes({ os: 'linux', architecture: 'amd64', rootfs: { diff_ids: [`sha256:${'1'.repeat(64)}`] } })
    const layer = jsonBytes('layer')
    await app.putBlob(config)
    await app.putBlob(layer)
    const manifest = (layers: readonly object[]): Uint8Array => jsonBytes({ schemaVersion: 2, config: { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length }, layers })
    await app.putManifest(manifest([]), { tag: 'fewer' })
    await app.putManifest(manifest([{ mediaType: mediaTypes.ociLayer, digest: digestOf(layer), size: layer.length }]), { tag: 'other' })
    await expect(imageIdentities(app, 'fewer')).rejects.toMatchObject({ code: 'ERR_MANIFEST_INVALID' })
    await expect(imageIdentities(app, 'other', { readLayers: true })).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
    expect((await imageIdentities(app, 'other')).at(-1)).toMatchObject({ kind: 'diff-id', proof: 'named' })
  })
})

it('works over a socket', async () => {
  const registry = memoryRegistry()
  const server = await serveRegistry(registry)
  try {
    const app = registryClient({ fetch, ...quick }).repository(`${server.host}/team/app`)
    const image = await pushImage(app, 'v1')
    await pushReferrer(app, image, 'text/a', 'one')
    expect(await app.referrers(image.manifest)).toHaveLength(1)
    registry.fail({ kind: 'reset' })
    await expect(app.manifest('v1')).rejects.toMatchObject({ code: 'ERR_HTTP_NETWORK' })
    registry.heal()
    registry.fail({ kind: 'cut-off' })
    await expect(app.manifest('v1')).rejects.toMatchObject({ code: 'ERR_HTTP_NETWORK' })
  } finally {
    await server.close()
  }
})
