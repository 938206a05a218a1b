import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { registryClient } from '@cilock/registry'
import type { Repository, WritableImageStore } from '@cilock/registry'
import { writeArchive, writeLayout } from '@cilock/registry/node'
import { memoryRegistry, pushImage } from '@cilock/registry/testing'
import type { MemoryRegistry } from '@cilock/registry/testing'
import { pushReferrer } from './image.ts'

const root = mkdtempSync(join(tmpdir(), 'cilock-replaces-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const over = (registry: MemoryRegistry, change: (request: Request) => Promise<Response> = registry.fetch): Repository =>
  registryClient({ fetch: async (input, init) => change(new Request(input, init)), wait: async () => undefined }).repository(`${registry.host}/team/app`)

/** Two images by their bytes, and a tag for neither. */
async function images(store: WritableImageStore): Promise<readonly [Uint8Array, Uint8Array]> {
  const [one, other] = [await pushImage(store), await pushImage(store, undefined, { architecture: 'arm64' })]
  return [(await store.manifest(one.manifest)).bytes, (await store.manifest(other.manifest)).bytes]
}

describe.each<[string, () => Promise<WritableImageStore>]>([
  ['a registry that takes conditions', async () => over(memoryRegistry())],
  ['a layout', async () => writeLayout(join(root, 'layout'))],
  ['an archive', async () => writeArchive(join(root, 'archive.tar'))],
])('%s', (_, open) => {
  it('lets a tag be replaced only where it leads to what was read', async () => {
    const store = await open()
    const [one, other] = await images(store)
    const first = await store.putManifest(one, { tag: 'v1', replaces: null })
    await expect(store.putManifest(other, { tag: 'v1', replaces: null })).rejects.toMatchObject({ code: 'ERR_REGISTRY_CONFLICT' })
    const read = await store.manifest('v1')
    const second = await store.putManifest(other, { tag: 'v1', replaces: read })
    expect((await store.manifest('v1')).digest).toBe(second.digest)
    await expect(store.putManifest(one, { tag: 'v1', replaces: read })).rejects.toMatchObject({ code: 'ERR_REGISTRY_CONFLICT' })
    await expect(store.putManifest(one, { tag: 'v2', replaces: read })).rejects.toMatchObject({ code: 'ERR_REGISTRY_CONFLICT' })
    expect((await store.manifest('v1')).digest).toBe(second.digest)
    expect(await store.tags()).toEqual(['v1'])
    // and without a condition
    expect((await store.putManifest(one, { tag: 'v1' })).digest).toBe(first.digest)
  })

  it('refuses a condition without a tag', async () => {
    const store = await open()
    const [one] = await images(store)
    await expect(store.putManifest(one, { replaces: null })).rejects.toThrow(TypeError)
  })
})

it('what a first try has written, whose answer was lost, is written', async () => {
  const registry = memoryRegistry()
  const [one] = await images(over(registry))
  let tries = 0
  const store = over(registry, async (request) => {
    const isTag = request.method === 'PUT' && request.url.endsWith('/manifests/v1')
    const response = await registry.fetch(request)
    if (isTag && tries++ === 0) throw new TypeError('fetch failed')
    return response
  })
  await store.putManifest(one, { tag: 'v1', replaces: null })
  expect(tries).toBe(2)
  expect((await store.manifest('v1')).bytes).toEqual(one)
})

it('a registry that takes no conditions writes all the same', async () => {
  const store = over(memoryRegistry({ conditions: false }))
  const [one, other] = await images(store)
  await store.putManifest(one, { tag: 'v1' })
  const { digest } = await store.putManifest(other, { tag: 'v1', replaces: null })
  expect((await store.manifest('v1')).digest).toBe(digest)
})

it.each(['W/"weak"', 'unquoted', '"a\nb"'])('%j is no version to write over', async (etag) => {
  const registry = memoryRegistry()
  const conditions: (string | null)[] = []
  const store = over(registry, async (request) => {
    if (request.method === 'PUT') conditions.push(request.headers.get('if-match'))
    const response = await registry.fetch(request)
    if (!response.headers.has('etag')) return response
    const headers = new Headers(response.headers)
    headers.delete('etag')
    const changed = new Response(response.body, { status: response.status, headers })
    Object.defineProperty(changed.headers, 'get', { value: (name: string) => (name === 'etag' ? etag : headers.get(name)) })
    return changed
  })
  const [one, other] = await images(store)
  await store.putManifest(one, { tag: 'v1' })
  await store.putManifest(other, { tag: 'v1', replaces: await store.manifest('v1') })
  expect(conditions.filter((each) => each !== null)).toEqual([])
})

describe('the list of referrers under the fallback tag', () => {
  it.each([true, false])('loses none where two write at the same time (conditions: %s)', async (conditions) => {
    const store = over(memoryRegistry({ referrers: false, conditions }))
    const image = await pushImage(store, 'v1')
    const pushed = await Promise.all(['a', 'b', 'c'].map(async (each) => pushReferrer(store, image, 'text/a', each)))
    expect((await store.referrers(image.manifest)).map(({ digest }) => digest).toSorted()).toEqual(pushed.toSorted())
  })

  it('is not begun anew over what another has begun', async () => {
    const registry = memoryRegistry({ referrers: false })
    const plain = over(registry)
    const image = await pushImage(plain, 'v1')
    let isFirst = true
    const slow = over(registry, async (request) => {
      if (isFirst && request.method === 'PUT' && request.url.includes('/manifests/sha256-')) {
        isFirst = false
        await pushReferrer(plain, image, 'text/a', 'faster')
      }
      return registry.fetch(request)
    })
    await pushReferrer(slow, image, 'text/a', 'slower')
    expect(await plain.referrers(image.manifest)).toHaveLength(2)
  })

  it('is written where the registry takes every condition for broken', async () => {
    const registry = memoryRegistry({ referrers: false })
    const store = over(registry, async (request) => (request.headers.has('if-match') || request.headers.has('if-none-match') ? new Response(null, { status: 412 }) : registry.fetch(request)))
    const image = await pushImage(store, 'v1')
    await pushReferrer(store, image, 'text/a', 'one')
    await pushReferrer(store, image, 'text/a', 'two')
    expect(await store.referrers(image.manifest)).toHaveLength(2)
    registry.fail({ method: 'PUT', path: /manifests\/sha256-/, kind: 'answer', status: 409 })
    await expect(pushReferrer(store, image, 'text/a', 'three')).rejects.toMatchObject({ code: 'ERR_REGISTRY_CONFLICT' })
  })
})
