import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { digestOf, imageIdentities, mediaTypes } from '@cilock/registry'
import { openLayout, writeLayout } from '@cilock/registry/node'
import { pushImage } from '@cilock/registry/testing'
import { jsonBytes, pushReferrer } from './image.ts'

const root = mkdtempSync(join(tmpdir(), 'cilock-layout-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let count = 0
const newFolder = (): string => join(root, `layout-${count++}`)
const indexOf = (folder: string): { manifests: object[] } & Record<string, unknown> => JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as never

it('is read as it was written, here and by who opens it later', async () => {
  const folder = newFolder()
  const layout = await writeLayout(folder)
  expect(await layout.manifests()).toEqual([])
  const image = await pushImage(layout, 'v1')
  const notes = [await pushReferrer(layout, image, 'text/a', 'one'), await pushReferrer(layout, image, 'text/b', 'two')]
  for (const store of [layout, await openLayout(folder), await writeLayout(folder)]) {
    expect((await imageIdentities(store, 'v1', { readLayers: true })).map(({ digest }) => digest)).toEqual([image.manifest, image.config, image.layer])
    expect(await store.tags()).toEqual(['v1'])
    expect((await store.referrers(image.manifest)).map(({ digest }) => digest)).toEqual(notes)
    expect((await store.referrers(image.manifest, { artifactType: 'text/b' })).map(({ digest }) => digest)).toEqual([notes[1]])
  }
  expect(readdirSync(folder).toSorted()).toEqual(['blobs', 'index.json', 'oci-layout'])
})

it('is refused where a tag stands for two things', async () => {
  const folder = newFolder()
  const layout = await writeLayout(folder)
  for (const [tag, architecture] of [['v1', 'amd64'], ['v2', 'arm64']] as const) await pushImage(layout, tag, { architecture })
  const index = indexOf(folder)
  const [first, second] = index.manifests
  for (const [tag, entries] of [['v1', [first, first]], ['v3', [first, second]]] as const) {
    const manifests = entries.map((entry) => ({ ...entry, annotations: { 'org.opencontainers.image.ref.name': tag } }))
    writeFileSync(join(folder, 'index.json'), JSON.stringify({ ...index, manifests }))
    const found = (await openLayout(folder)).manifest(tag)
    if (tag === 'v1') expect(await found).toMatchObject({ kind: 'image' })
    else await expect(found).rejects.toMatchObject({ code: 'ERR_LAYOUT_INVALID' })
  }
})

it('lists referrers by what they say, and those that only the fallback tag lists', async () => {
  const folder = newFolder()
  const layout = await writeLayout(folder)
  const image = await pushImage(layout, 'v1')
  const [one, two] = [await pushReferrer(layout, image, 'text/a', 'one'), await pushReferrer(layout, image, 'text/a', 'two')]
  const manifests = await layout.referrers(image.manifest)
  await layout.putManifest(jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }), { tag: image.manifest.replace(':', '-') })
  const index = indexOf(folder)
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ ...index, manifests: index.manifests.filter((entry) => !('digest' in entry) || entry.digest !== two) }))
  expect((await (await openLayout(folder)).referrers(image.manifest)).map(({ digest }) => digest)).toEqual([one, two])
})

it('moves a tag, and keeps what had it', async () => {
  const layout = await writeLayout(newFolder())
  const [first, second] = [await pushImage(layout, 'v1'), await pushImage(layout, 'v1', { architecture: 'arm64' })]
  expect((await layout.manifest('v1')).digest).toBe(second.manifest)
  expect((await layout.manifests()).map(({ digest, annotations }) => [digest, annotations])).toEqual([[first.manifest, undefined], [second.manifest, { 'org.opencontainers.image.ref.name': 'v1' }]])
  await pushImage(layout, 'also', { architecture: 'arm64' })
  expect(await layout.tags()).toEqual(['also', 'v1'])
  await layout.deleteManifest('v1')
  expect(await layout.tags()).toEqual(['also'])
  await layout.deleteManifest(second.manifest)
  expect((await layout.manifests()).map(({ digest }) => digest)).toEqual([first.manifest])
  await expect(layout.deleteManifest('v1')).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
})

it('does not store twice what is there, and stores again what is broken', async () => {
  const folder = newFolder()
  const layout = await writeLayout(folder)
  const bytes = jsonBytes({ some: 'content' })
  const file = join(folder, 'blobs/sha256', digestOf(bytes).slice('sha256:'.length))
  expect(await layout.putBlob(bytes)).toMatchObject({ how: 'uploaded' })
  expect(await layout.putBlob(bytes)).toMatchObject({ how: 'present' })
  writeFileSync(file, 'half')
  expect(await layout.putBlob(bytes)).toMatchObject({ how: 'uploaded' })
  expect(await layout.blob(digestOf(bytes))).toEqual(bytes)
})

it('loses nothing of many that write at the same time', async () => {
  const layout = await writeLayout(newFolder())
  const tags = Array.from({ length: 12 }, (_, at) => `v${at}`)
  await Promise.all(tags.map(async (tag) => pushImage(layout, tag, { architecture: tag })))
  expect(await layout.tags()).toEqual(tags.toSorted())
})

it('keeps what others wrote into index.json', async () => {
  const folder = newFolder()
  const layout = await writeLayout(folder)
  await pushImage(layout, 'v1')
  const before = indexOf(folder)
  const [entry] = before.manifests
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ ...before, annotations: { a: 'b' }, manifests: [{ ...entry, urls: ['https://example.com/'], platform: { os: 'linux', architecture: 'amd64', features: ['x'] } }] }))
  await pushImage(layout, 'v2', { architecture: 'arm64' })
  const after = indexOf(folder)
  expect(after['annotations']).toEqual({ a: 'b' })
  expect(after.manifests[0]).toMatchObject({ urls: ['https://example.com/'], platform: { features: ['x'] } })
  expect(after.manifests).toHaveLength(2)
})

it('has referrers beside anything that a layout may list', async () => {
  const folder = newFolder()
  const layout = await writeLayout(folder)
  const image = await pushImage(layout, 'v1')
  const note = await pushReferrer(layout, image, 'text/a', 'one')
  await layout.putBlob(jsonBytes('text'))
  const before = indexOf(folder)
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ ...before, manifests: [{ mediaType: 'application/xml', digest: digestOf('"text"'), size: 6 }, ...before.manifests] }))
  expect((await layout.referrers(image.manifest)).map(({ digest }) => digest)).toEqual([note])
  // what would be one, and cannot be read, may be one
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ ...before, manifests: [{ mediaType: mediaTypes.ociManifest, digest: digestOf('"text"'), size: 6 }, ...before.manifests] }))
  await expect(layout.referrers(image.manifest)).rejects.toMatchObject({ code: 'ERR_MANIFEST_INVALID' })
})

it('leaves nothing of a blob whose bytes are others, or too few', async () => {
  const folder = newFolder()
  const layout = await writeLayout(folder)
  const open = async function* (): AsyncGenerator<Uint8Array> {
    yield jsonBytes({})
  }
  await expect(layout.putBlob({ digest: digestOf('x'), size: 2, open })).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
  await expect(layout.putBlob({ digest: digestOf('{}'), size: 3, open })).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
  await expect(layout.putBlob({ digest: digestOf('{}'), size: 2, open }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  expect(readdirSync(join(folder, 'blobs/sha256'))).toEqual([])
  expect(readdirSync(folder).toSorted()).toEqual(['blobs', 'index.json', 'oci-layout'])
})

it('wants all that a manifest names before it, and a tag that is one', async () => {
  const layout = await writeLayout(newFolder())
  const manifest = jsonBytes({ schemaVersion: 2, config: { mediaType: mediaTypes.ociConfig, digest: digestOf('x'), size: 1 }, layers: [] })
  await expect(layout.putManifest(manifest)).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
  await layout.putBlob(jsonBytes({}))
  const index = jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [] })
  await expect(layout.putManifest(index, { tag: 'no tag' })).rejects.toMatchObject({ code: 'ERR_REFERENCE_INVALID' })
  await expect(layout.putManifest(jsonBytes({}))).rejects.toMatchObject({ code: 'ERR_MANIFEST_INVALID' })
  expect(await layout.manifests()).toEqual([])
})

it('is refused where something else is', async () => {
  const folder = newFolder()
  mkdirSync(folder)
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"2.0.0"}')
  await expect(writeLayout(folder)).rejects.toMatchObject({ code: 'ERR_LAYOUT_INVALID' })
  writeFileSync(join(root, 'file'), '')
  await expect(writeLayout(join(root, 'file'))).rejects.toMatchObject({ code: 'ERR_LAYOUT_INVALID' })
})
