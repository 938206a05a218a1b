import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { imageIdentities, mediaTypes } from '@cilock/registry'
import type { WritableImageStore } from '@cilock/registry'
import { writeArchive, writeLayout } from '@cilock/registry/node'
import { pushImage, pushIndex } from '@cilock/registry/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { open } from './memory.ts'

const root = mkdtempSync(join(tmpdir(), 'cilock-images-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const stores: readonly (readonly [string, () => Promise<WritableImageStore>])[] = [
  ['a registry', async () => open().app],
  ['a layout', async () => writeLayout(join(root, 'layout'))],
  ['an archive', async () => writeArchive(join(root, 'image.tar'))],
]
/** By `sha256sum` over the bytes written out below. */
const [manifest, config, layer] = [
  'sha256:0c12b3aae40576e0b127800c66cd5db92e2504f89fafbdb242e56b448d5c5bbd',
  'sha256:1f7a5babd5c8af3fc19458c3f2b1fc43867f0b746ff437f263e90193f528811b',
  'sha256:98e476473dcf1f6bcc7da70ac6411f5736e35a8d0c014f8da5ef6c0d21348bac',
] as const
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe.each(stores)('images for tests, in %s', (_, opened) => {
  it('are the same bytes wherever and whenever they are made', async () => {
    const store = await opened()
    const image = await pushImage(store, 'v1')
    const { bytes } = await store.manifest('v1')
    expect(text(bytes)).toBe(
      `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"${config}","size":151},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"${layer}","size":15}]}`,
    )
    expect(text(await store.blob(config))).toBe(`{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":["${layer}"]}}`)
    expect(text(await store.blob(layer))).toBe('layer for amd64')
    expect(image).toEqual({ manifest, size: 395, config, layer, architecture: 'amd64' })
    expect(await pushImage(store)).toEqual(image)
  })

  it('are told apart by content and by architecture, and have the tags that they are given', async () => {
    const store = await opened()
    const images = [await pushImage(store), await pushImage(store, undefined, { content: 'other' }), await pushImage(store, 'arm', { architecture: 'arm64' })]
    for (const part of ['manifest', 'config', 'layer'] as const) expect(new Set(images.map((image) => image[part])).size).toBe(3)
    expect(images.map(({ architecture }) => architecture)).toEqual(['amd64', 'amd64', 'arm64'])
    expect((await store.manifest('arm')).digest).toBe(images[2]?.manifest)
    await expect(store.manifest('v2')).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
  })

  it('are listed by an index in their order, for their platforms', async () => {
    const store = await opened()
    const [amd, arm] = [await pushImage(store), await pushImage(store, undefined, { architecture: 'arm64' })]
    const index = await pushIndex(store, [arm, amd], 'multi')
    expect((await imageIdentities(store, 'multi', { readLayers: true })).map(({ digest }) => digest)).toEqual([index, arm.manifest, arm.config, arm.layer, amd.manifest, amd.config, amd.layer])
    expect((await imageIdentities(store, index, { platform: { architecture: 'amd64' } })).map(({ digest }) => digest)).toEqual([index, amd.manifest, amd.config, amd.layer])
    expect(await pushIndex(store, [arm, amd])).toBe(index)
  })
})

it('an index says what it is told to, true or not', async () => {
  const { app } = open()
  const { manifest, size, ...image } = await pushImage(app)
  const digest = await pushIndex(app, [
    { manifest, size, ...image, annotations: { a: 'b' } },
    { manifest, size, ...image, platform: null },
    { manifest, size: size + 1, ...image, platform: { os: 'windows', architecture: 'arm', variant: 'v7' } },
  ])
  const { bytes, mediaType } = await app.manifest(digest)
  expect(mediaType).toBe(mediaTypes.ociIndex)
  expect(text(bytes)).toBe(
    `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[${[
      `{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"${manifest}","size":${size},"platform":{"os":"linux","architecture":"amd64"},"annotations":{"a":"b"}}`,
      `{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"${manifest}","size":${size}}`,
      `{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"${manifest}","size":${size + 1},"platform":{"os":"windows","architecture":"arm","variant":"v7"}}`,
    ].join(',')}]}`,
  )
})
