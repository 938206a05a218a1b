import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { digestOf, imageIdentities, mediaTypes } from '@cilock/registry'
import type { LocalImageStore } from '@cilock/registry'
import { openArchive } from '@cilock/registry/node'
import { skipped, vectors } from '@cilock/vectors'
import { tarOf } from './tar.ts'

const folder = mkdtempSync(join(tmpdir(), 'cilock-archive-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let count = 0
const write = (bytes: Uint8Array): string => {
  const file = join(folder, `image-${count++}.tar`)
  writeFileSync(file, bytes)
  return file
}

type Entries = readonly (readonly [string, string | Uint8Array])[]
const open = async (entries: Entries, options?: Parameters<typeof openArchive>[1]): Promise<LocalImageStore> => openArchive(write(tarOf(entries)), options)
const hex = (content: string | Uint8Array): string => digestOf(content).slice('sha256:'.length)

const layer = 'a layer'
const configOf = (...layers: readonly string[]): string => JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { diff_ids: layers.map((each) => digestOf(each)) } })
const config = configOf(layer)
const docker = (image: object): readonly [string, string] => ['manifest.json', JSON.stringify([image])]
const old: Entries = [['layer.tar', layer], ['config.json', config], docker({ Config: 'config.json', RepoTags: ['example.test/app:v1'], Layers: ['layer.tar'] })]

function layoutOf(tag: string, image = config, content = layer): Entries {
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: digestOf(image), size: image.length },
    layers: [{ mediaType: mediaTypes.ociLayer, digest: digestOf(content), size: content.length }],
  })
  const index = { schemaVersion: 2, manifests: [{ mediaType: mediaTypes.ociManifest, digest: digestOf(manifest), size: manifest.length, annotations: { 'org.opencontainers.image.ref.name': tag } }] }
  return [
    [`blobs/sha256/${hex(content)}`, content],
    [`blobs/sha256/${hex(image)}`, image],
    [`blobs/sha256/${hex(manifest)}`, manifest],
    ['index.json', JSON.stringify(index)],
    ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
  ]
}

const newer = docker({ Config: `blobs/sha256/${hex(config)}`, RepoTags: null, Layers: [`blobs/sha256/${hex(layer)}`] })
/** One block without compression, which needs no encoder (RFC 8878). */
function zstdOf(content: string, kind = 0): Buffer {
  const head = Buffer.alloc(3)
  head.writeUIntLE(1 | (kind << 1) | (content.length << 3), 0, 3)
  return Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), head, Buffer.from(content)])
}

const wanted = [digestOf(config), digestOf(layer)]
const known = async (store: LocalImageStore, tag: string): Promise<readonly string[]> => (await imageIdentities(store, tag, { readLayers: true })).slice(1).map(({ digest }) => digest)

describe('an archive', () => {
  it('in the older form of docker save', async () => {
    const store = await open(old)
    expect(await store.tags()).toEqual(['example.test/app:v1'])
    expect(await known(store, 'example.test/app:v1')).toEqual(wanted)
    const [described] = await store.manifests()
    expect(described).toMatchObject({ mediaType: mediaTypes.dockerManifest })
    expect((await store.manifest(described?.digest ?? '')).digest).toBe(described?.digest)
    expect(new TextDecoder().decode(await store.blob(digestOf(layer)))).toBe(layer)
    expect(await store.referrers(described?.digest ?? '')).toEqual([])
  })

  it('in the newer form, read by either', async () => {
    const both = [...layoutOf('v1'), newer]
    expect(await known(await open(both), 'v1')).toEqual(wanted)
    const asDocker = await open(both, { form: 'docker' })
    expect(await known(asDocker, (await asDocker.manifests())[0]?.digest ?? '')).toEqual(wanted)
  })

  it('of an image layout, whose names may begin with ./', async () => {
    const store = await open(layoutOf('v1').map(([name, content]) => [`./${name}`, content]))
    expect(await store.tags()).toEqual(['v1'])
    expect(await known(store, 'v1')).toEqual(wanted)
  })

  it('whose layers are links, compressed, empty or the same twice', async () => {
    const image = configOf(layer, '', layer, layer)
    const store = await open([
      ['a.tar.gz', gzipSync(layer)],
      ['x/layer.tar', '->../a.tar.gz'],
      ['empty.tar', ''],
      ['zstd', zstdOf(layer)],
      ['c', image],
      docker({ Config: 'c', RepoTags: ['app:v1'], Layers: ['x/layer.tar', 'empty.tar', 'a.tar.gz', 'zstd'] }),
    ])
    expect(await known(store, 'app:v1')).toEqual([digestOf(image), digestOf(layer), digestOf(''), digestOf(layer), digestOf(layer)])
  })

  it.each([
    ['gzip', Buffer.concat([gzipSync(layer).subarray(0, 12), Buffer.alloc(8, 0xff)])],
    ['zstd', zstdOf(layer, 3)],
  ])('is taken, but a layer of broken %s gives no diff id', async (_, broken) => {
    const store = await open([['l', broken], ['c', config], docker({ Config: 'c', RepoTags: ['app:v1'], Layers: ['l'] })])
    expect((await imageIdentities(store, 'app:v1')).at(-1)).toMatchObject({ kind: 'diff-id', proof: 'named' })
    await expect(imageIdentities(store, 'app:v1', { readLayers: true })).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
  })

  it.each([
    ['nothing in it', [], {}, 'ERR_LAYOUT_INVALID'],
    ['no layout where one is wanted', old, { form: 'oci' }, 'ERR_LAYOUT_INVALID'],
    ['no manifest.json where one is wanted', layoutOf('v1'), { form: 'docker' }, 'ERR_LAYOUT_INVALID'],
    ['a manifest.json that is none', [['manifest.json', '{}']], {}, 'ERR_LAYOUT_INVALID'],
    ['an empty manifest.json', [['manifest.json', '[]']], {}, 'ERR_LAYOUT_INVALID'],
    ['a layer that is missing', old.slice(1), {}, 'ERR_LAYOUT_INVALID'],
    ['a layer that leads out of it', [['layer.tar', '->../../etc/passwd'], ...old.slice(1)], {}, 'ERR_LAYOUT_INVALID'],
    ['a layer that is there twice', [['./layer.tar', 'other'], ...old], {}, 'ERR_LAYOUT_INVALID'],
    ['two forms that differ', [...layoutOf('v1', configOf('x'), 'x'), ...old], {}, 'ERR_LAYOUT_INVALID'],
    ['a name of another digest', [[`blobs/sha256/${hex('x')}`, layer], ['c', config], docker({ Config: 'c', Layers: [`blobs/sha256/${hex('x')}`] })], {}, 'ERR_REGISTRY_INTEGRITY'],
    ['too many entries', old, { maxEntries: 2 }, 'ERR_LIMIT_EXCEEDED'],
  ] as const)('is refused with %s', async (_, entries, options, code) => {
    await expect(open(entries, options)).rejects.toMatchObject({ name: 'RegistryError', code })
  })

  it.each([
    ['gzip', gzipSync(tarOf(old)), /gzip: decompress/],
    ['what is no tar', Buffer.alloc(2048, 'text'), /whole tar/],
    ['a tar that is cut', tarOf(old).subarray(0, 700), /whole tar/],
  ] as const)('is refused where it is %s', async (_, bytes, message) => {
    await expect(openArchive(write(bytes))).rejects.toMatchObject({ code: 'ERR_LAYOUT_INVALID', message: expect.stringMatching(message) as string })
  })

  it('is refused where there is none, and where somebody stops it', async () => {
    await expect(openArchive(join(folder, 'nowhere.tar'))).rejects.toMatchObject({ code: 'ERR_LAYOUT_INVALID' })
    await expect(open(old, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    await expect(open(old, { maxEntries: 0 })).rejects.toThrow(TypeError)
  })

  it('does not give what is not in it, nor what changed since', async () => {
    const file = write(tarOf(old))
    const store = await openArchive(file)
    await expect(store.manifest('example.test/app:v2')).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
    await expect(store.blob(digestOf('nothing'))).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
    await expect(store.blob(digestOf(layer), { maxBytes: 3 })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
    await expect(store.blob(digestOf(layer), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    writeFileSync(file, tarOf(old.map(([name, content]) => [name, content === layer ? 'A LAYER' : content])))
    await expect(store.blob(digestOf(layer))).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
    rmSync(file)
    await expect(store.blob(digestOf(layer))).rejects.toMatchObject({ name: 'RegistryError', code: 'ERR_LAYOUT_INVALID' })
  })
})

const images = vectors('images') ?? ''

describe.skipIf(images === '')(images === '' ? `archives of real tools ${skipped('images')}` : 'archives of real tools', () => {
  it.each([
    ['docker-archive.tar', 'example.test/demo:v1', 'sha256:af35d4a8baf022342a5003e886ec495eca39801a95155b777a367be2972b1a65'],
    ['buildah-docker-archive.tar', 'localhost/demo:amd64', undefined],
    ['oci-archive.tar', 'demo', 'sha256:af35d4a8baf022342a5003e886ec495eca39801a95155b777a367be2972b1a65'],
    ['buildah-oci-archive.tar', 'demo-arm64', undefined],
    ['multi-oci-archive.tar', 'multi', undefined],
  ])('%s', async (file, tag, imageId) => {
    const store = await openArchive(join(images, file))
    const found = await imageIdentities(store, tag, { readLayers: true })
    expect(found.every(({ proof }) => proof === 'bytes')).toBe(true)
    const ids = found.filter(({ kind }) => kind === 'config')
    if (imageId !== undefined) expect(ids.map(({ digest }) => digest)).toEqual([imageId])
    expect(ids.length).toBeGreaterThan(0)
  })
})
