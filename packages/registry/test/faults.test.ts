import { pushImage } from '@cilock/registry/testing'
import { describe, expect, it } from 'vitest'
import { pushReferrer, jsonBytes } from './image.ts'
import { open } from './memory.ts'

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

  it('never takes a page of referrers that is gone for the end of the list', async () => {
    const { registry, app } = open({ pageSize: 1 })
    const image = await pushImage(app, 'v1')
    for (const text of ['one', 'two']) await pushReferrer(app, image, 'text/a', text)
    registry.fail({ path: /\/referrers\//, kind: 'answer', status: 404, after: 1 })
    await expect(app.referrers(image.manifest)).rejects.toMatchObject({ code: 'ERR_REGISTRY_RESPONSE' })
  })

  it('never takes an image under the fallback tag for "no referrers"', async () => {
    const { app } = open({ referrers: false })
    const image = await pushImage(app, 'v1')
    await pushImage(app, image.manifest.replace(':', '-'), { architecture: 'arm64' })
    await expect(app.referrers(image.manifest)).rejects.toMatchObject({ code: 'ERR_MANIFEST_INVALID' })
  })

  it.each([401, 403, 429, 500, 503])('never takes %s for "no such blob"', async (status) => {
    const { registry, app } = open()
    const { layer } = await pushImage(app)
    expect(await app.headBlob(layer)).toBe('layer for amd64'.length)
    expect(await app.headBlob(`sha256:${'0'.repeat(64)}`)).toBeUndefined()
    registry.fail({ method: 'HEAD', kind: 'answer', status })
    await expect(app.headBlob(layer)).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_REGISTRY_/) as string })
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
