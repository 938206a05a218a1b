import { describe, expect, it } from 'vitest'
import { digestOf, mediaTypes, registryClient } from '@cilock/registry'
import { memoryRegistry, pushImage } from '@cilock/registry/testing'
import { serveRegistry } from '@cilock/registry/testing/node'
import { pushReferrer } from './image.ts'
import { open, quick } from './memory.ts'

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

describe('limits let through what is as much as they say, and nothing more', () => {
  it('of a blob', async () => {
    const { app } = open()
    const { layer } = await pushImage(app)
    const size = 'layer for amd64'.length
    for (const blob of [layer, { mediaType: mediaTypes.ociLayer, digest: layer, size }]) {
      expect(await app.blob(blob, { maxBytes: size })).toHaveLength(size)
      await expect(app.blob(blob, { maxBytes: size - 1 })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
    }
  })

  it('of a list of referrers', async () => {
    const referrersWith = async (listEntries: number): Promise<readonly unknown[]> => {
      const { app } = open({ pageSize: 2 }, { limits: { listEntries } })
      const image = await pushImage(app)
      for (const text of ['one', 'two', 'three']) await pushReferrer(app, image, 'text/a', text)
      return app.referrers(image.manifest)
    }
    expect(await referrersWith(3)).toHaveLength(3)
    await expect(referrersWith(2)).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
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
