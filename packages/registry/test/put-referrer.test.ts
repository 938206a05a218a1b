import { mediaTypes, putReferrer } from '@cilock/registry'
import type { PutReferrerOptions } from '@cilock/registry'
import { pushImage, pushIndex } from '@cilock/registry/testing'
import { describe, expect, it } from 'vitest'
import { open } from './memory.ts'

const text = (content: string): Uint8Array => new TextEncoder().encode(content)
const note = { mediaType: 'text/plain', content: text('a note') }

describe.each([true, false])('putReferrer, in a registry with referrers: %s', (referrers) => {
  it('puts an artifact beside an image, as the image specification says', async () => {
    const { app } = open({ referrers })
    const image = await pushImage(app, 'v1')
    const subject = { mediaType: mediaTypes.ociManifest, digest: image.manifest, size: image.size }
    const put = await putReferrer({ store: app, subject, artifactType: 'text/note', layers: [{ ...note, annotations: { a: 'b' } }, { mediaType: 'text/more', content: text('more') }], annotations: { c: 'd' } })
    expect(new TextDecoder().decode(put.bytes)).toBe(
      `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"text/note","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[{"mediaType":"text/plain","digest":"sha256:f63e34a034f19a24438f2d74b242bc96682abd843ecc4ea63fefed4006d860a3","size":6,"annotations":{"a":"b"}},{"mediaType":"text/more","digest":"sha256:187897ce0afcf20b50ba2b37dca84a951b7046f29ed5ab94f010619f69d6e189","size":4}],"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"${image.manifest}","size":${image.size}},"annotations":{"c":"d"}}`,
    )
    expect(await app.referrers(image.manifest)).toMatchObject([{ digest: put.digest, artifactType: 'text/note' }])
    expect(await app.blob('sha256:187897ce0afcf20b50ba2b37dca84a951b7046f29ed5ab94f010619f69d6e189')).toEqual(text('more'))
    expect((await putReferrer({ store: app, subject, artifactType: 'text/note', layers: [{ ...note, annotations: { a: 'b' } }, { mediaType: 'text/more', content: text('more') }], annotations: { c: 'd' } })).digest).toBe(put.digest)
  })

  it('puts one beside an index too', async () => {
    const { app } = open({ referrers })
    const digest = await pushIndex(app, [await pushImage(app), await pushImage(app, undefined, { architecture: 'arm64' })], 'v1')
    const { bytes, mediaType } = await app.manifest('v1')
    const put = await putReferrer({ store: app, subject: { mediaType, digest, size: bytes.length }, artifactType: 'text/note', layers: [note] })
    expect((await app.referrers(digest)).map((each) => each.digest)).toEqual([put.digest])
    expect(JSON.parse(new TextDecoder().decode(put.bytes))).toMatchObject({ subject: { mediaType: mediaTypes.ociIndex, digest, size: bytes.length } })
  })
})

it('has something to put, of a kind', async () => {
  const { app } = open()
  const subject = { mediaType: mediaTypes.ociManifest, digest: `sha256:${'0'.repeat(64)}`, size: 1 }
  await expect(putReferrer({ store: app, subject, artifactType: 'text/note', layers: [] })).rejects.toThrow(TypeError)
  await expect(putReferrer({ store: app, subject, artifactType: '', layers: [note] })).rejects.toThrow(TypeError)
})

describe('a signal', () => {
  it.each(['putBlob', 'putManifest'] as const)('ends it at %s, and nothing is beside the image', async (at) => {
    const { app } = open()
    const image = await pushImage(app, 'v1')
    const subject = { mediaType: mediaTypes.ociManifest, digest: image.manifest, size: image.size }
    const ends = new AbortController()
    const store: PutReferrerOptions['store'] = {
      putBlob: async (...call) => {
        if (at === 'putBlob') ends.abort()
        return app.putBlob(...call)
      },
      putManifest: async (...call) => {
        if (at === 'putBlob') expect.fail('it went on')
        ends.abort()
        return app.putManifest(...call)
      },
    }
    await expect(putReferrer({ store, subject, artifactType: 'text/note', layers: [note], signal: ends.signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(await app.referrers(image.manifest)).toEqual([])
  })
})
