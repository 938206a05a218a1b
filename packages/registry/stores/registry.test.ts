import { nodeFetch } from '@cilock/http/node'
import { digestOf, imageIdentities, registryClient } from '@cilock/registry'
import { pushImage } from '@cilock/registry/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pushReferrer } from '../test/image.ts'
import { startRegistry, starter } from './server.ts'
import type { RealRegistry } from './server.ts'

const folder = starter()
const name = folder === undefined ? 'SKIPPED: needs tools/oci-registry beside the vectors' : 'a real registry'

describe.skipIf(folder === undefined).each([true, false])(`${name}, with referrers: %s`, (referrers) => {
  let server: RealRegistry
  beforeAll(() => {
    server = startRegistry(folder ?? '', referrers)
  }, 300_000)
  afterAll(() => server.stop())

  it.each([
    ['fetch', fetch],
    ['nodeFetch', nodeFetch()],
  ])('takes and gives what we push by %s', async (by, fetch) => {
    const { repository } = registryClient({ fetch, limits: { chunkBytes: 1000 } })
    const [app, other] = [repository(`${server.host}/${by.toLowerCase()}/app`), repository(`${server.host}/${by.toLowerCase()}/other`)]
    const image = await pushImage(app, 'v1')
    expect((await app.manifest('v1')).digest).toBe(image.manifest)
    const bytes = new Uint8Array(2500).map((_, at) => at % 251)
    const put = await app.putBlob(bytes, { chunked: true })
    expect(put).toMatchObject({ how: 'uploaded', digest: digestOf(bytes) })
    expect(await app.blob(put)).toEqual(bytes)
    expect(await other.putBlob(bytes, { mountFrom: `${by.toLowerCase()}/app` })).toMatchObject({ how: 'mounted' })
    const pushed = [await pushReferrer(app, image, 'text/a', 'one'), await pushReferrer(app, image, 'text/b', 'two')]
    expect((await app.referrers(image.manifest)).map(({ digest }) => digest).toSorted()).toEqual(pushed.toSorted())
    expect((await app.referrers(image.manifest, { artifactType: 'text/b' })).map(({ digest }) => digest)).toEqual([pushed[1]])
    // the fallback tag is there where it is needed, and nowhere else
    expect(await app.tags()).toEqual(referrers ? ['v1'] : [image.manifest.replace(':', '-'), 'v1'])
    expect((await imageIdentities(app, 'v1', { readLayers: true })).map(({ digest }) => digest)).toEqual([image.manifest, image.config, image.layer])
    await app.deleteManifest('v1')
    await expect(app.manifest('v1')).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
  })
})
