import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { copyImage, digestOf, imageIdentities, mediaTypes, registryClient } from '@cilock/registry'
import type { WritableImageStore } from '@cilock/registry'
import { openArchive, writeArchive, writeLayout } from '@cilock/registry/node'
import type { WriteArchiveOptions } from '@cilock/registry/node'
import { memoryRegistry, pushImage, pushIndex } from '@cilock/registry/testing'
import type { ListedImage, PushedImage } from '@cilock/registry/testing'
import { jsonBytes, pushReferrer } from './image.ts'

const root = mkdtempSync(join(tmpdir(), 'cilock-write-archive-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let count = 0
const newFile = (): string => join(mkdtempSync(join(root, 'a-')), `image-${count++}.tar`)
const manifestJson = async (file: string): Promise<unknown> => {
  // the file itself, by the offset that every reader of tars finds
  const tar = readFileSync(file)
  const at = tar.indexOf('manifest.json\0')
  const size = Number.parseInt(tar.subarray(at + 124, at + 135).toString(), 8)
  return JSON.parse(tar.subarray(at + 512, at + 512 + size).toString())
}

describe.each(['oci', 'docker'] as const)('an archive that is written (%s)', (form) => {
  const called = form === 'oci' ? 'v1' : 'example.test/team/app:v1'

  it('is read as it was written, before it is closed and after', async () => {
    const file = newFile()
    const archive = await writeArchive(file, { form })
    const image = await pushImage(archive, called)
    const note = await pushReferrer(archive, image, 'text/a', 'one')
    const check = async (store: typeof archive | Awaited<ReturnType<typeof openArchive>>, tag: string): Promise<void> => {
      expect((await imageIdentities(store, tag, { readLayers: true })).map(({ digest }) => digest)).toEqual([image.manifest, image.config, image.layer])
      expect(await store.tags()).toEqual([tag])
      expect((await store.referrers(image.manifest)).map(({ digest }) => digest)).toEqual([note])
    }
    await check(archive, called)
    await archive.close()
    await check(archive, called)
    await check(await openArchive(file), 'v1')
  })

  it('has the same bytes for the same content, wherever and whenever', async () => {
    const files = [newFile(), newFile()]
    for (const file of files) {
      const archive = await writeArchive(file, { form })
      await pushImage(archive, called)
      await archive.close()
    }
    const [one, other] = files.map((file) => readFileSync(file))
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(true)
    expect(digestOf(one ?? '')).toBe(form === 'oci' ? 'sha256:1ed0ba8bd8fa1662c1b21533ed3133be085004a9cc9b349c46df60dfb14aaa94' : 'sha256:3956de49bb76d02750c16415b627589c2667c9537ab349f30a2fa6176bec89b1')
  })

  it('stores nothing twice, and leaves nothing of what was no blob', async () => {
    const file = newFile()
    const archive = await writeArchive(file, { form })
    const open = async function* (): AsyncGenerator<Uint8Array> {
      yield jsonBytes({})
    }
    await expect(archive.putBlob({ digest: digestOf('x'), size: 2, open })).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
    await expect(archive.putBlob({ digest: digestOf('{}'), size: 3, open })).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
    await expect(archive.putBlob({ digest: 'sha1:00', size: 2, open })).rejects.toMatchObject({ code: 'ERR_DIGEST_INVALID' })
    await expect(archive.blob(digestOf('x'))).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
    expect(await archive.putBlob({ digest: digestOf('{}'), size: 2, open })).toMatchObject({ how: 'uploaded' })
    expect(await archive.putBlob(jsonBytes({}))).toMatchObject({ how: 'present' })
    await pushImage(archive, called)
    await archive.close()
    expect(await (await openArchive(file)).blob(digestOf('{}'))).toEqual(jsonBytes({}))
  })

  it('takes many at the same time, one after another', async () => {
    const file = newFile()
    const archive = await writeArchive(file, { form })
    const tags = Array.from({ length: 9 }, (_, at) => (form === 'oci' ? `v${at}` : `example.test/app:v${at}`))
    await Promise.all(tags.map(async (tag) => pushImage(archive, tag, { architecture: tag })))
    await archive.close()
    const read = await openArchive(file, { form })
    expect(await read.tags()).toEqual(tags)
    for (const tag of tags) await imageIdentities(read, tag, { readLayers: true })
  })

  it('moves and removes tags', async () => {
    const archive = await writeArchive(newFile(), { form })
    const [first, second] = [await pushImage(archive, called), await pushImage(archive, called, { architecture: 'arm64' })]
    expect((await archive.manifest(called)).digest).toBe(second.manifest)
    await archive.deleteManifest(called)
    await expect(archive.deleteManifest(called)).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
    await archive.deleteManifest(second.manifest)
    expect((await archive.manifests()).map(({ digest }) => digest)).toEqual([first.manifest])
  })

  it('is there whole or not at all', async () => {
    const file = newFile()
    const folder = join(file, '..')
    writeFileSync(file, 'what was there')
    const archive = await writeArchive(file, { form })
    await pushImage(archive, called)
    expect(readFileSync(file, 'utf8')).toBe('what was there')
    await archive.close()
    expect(readdirSync(folder)).toEqual([file.slice(folder.length + 1)])
    await archive.discard()
    expect((await openArchive(file)).name).toMatch(/^image-/)
    const given = await writeArchive(file, { form })
    await pushImage(given, called)
    await given.discard()
    expect(readdirSync(folder)).toHaveLength(1)
    for (const late of [archive, given]) {
      await expect(late.putBlob(jsonBytes({}))).rejects.toMatchObject({ code: 'ERR_LAYOUT_INVALID', message: expect.stringContaining('closed') as string })
      await expect(late.deleteManifest(called)).rejects.toMatchObject({ code: 'ERR_LAYOUT_INVALID' })
      await expect(late.close()).rejects.toMatchObject({ code: 'ERR_LAYOUT_INVALID' })
    }
  })

  it.each([
    ['nothing in it', {}, async () => undefined, 'ERR_LAYOUT_INVALID'],
    ['a manifest before what it names', {}, async (store: WritableImageStore) => store.putManifest(jsonBytes({ schemaVersion: 2, config: { mediaType: mediaTypes.ociConfig, digest: digestOf('x'), size: 1 }, layers: [] })), 'ERR_REGISTRY_NOT_FOUND'],
    ['a tag that is none', {}, async (store: WritableImageStore) => pushImage(store, 'no tag'), 'ERR_REFERENCE_INVALID'],
    ['too many bytes', { maxBytes: 3000 }, async (store: WritableImageStore) => pushImage(store), 'ERR_LIMIT_EXCEEDED'],
    ['too many bytes at its end', { maxBytes: 4096 }, async (store: WritableImageStore) => pushImage(store), 'ERR_LIMIT_EXCEEDED'],
    ['too many files', { maxEntries: 5 }, async (store: WritableImageStore) => pushImage(store), 'ERR_LIMIT_EXCEEDED'],
  ] as const)('is refused with %s', async (_, limits, work, code) => {
    const archive = await writeArchive(newFile(), { form, ...limits })
    const tried = async (): Promise<void> => {
      await work(archive)
      await archive.close()
    }
    await expect(tried()).rejects.toMatchObject({ name: 'RegistryError', code })
  })

  it('holds no more files than it may', async () => {
    const file = newFile()
    const archive = await writeArchive(file, { form, maxEntries: 6 })
    await pushImage(archive, called)
    await archive.close()
    expect(await (await openArchive(file, { maxEntries: 6 })).tags()).toEqual(['v1'])
  })

  it('is what was in the store from which it was copied, and the other way round', async () => {
    const registry = memoryRegistry()
    const { repository } = registryClient({ fetch: registry.fetch })
    const app = repository(`${registry.host}/team/app`)
    const [amd, arm] = [await pushImage(app), await pushImage(app, undefined, { architecture: 'arm64' })]
    const index = await pushIndex(app, [amd, arm], 'v1')
    const note = await pushReferrer(app, arm, 'text/a', 'about one of them')
    const file = newFile()
    const archive = await writeArchive(file, { form, platform: { architecture: 'arm64' } })
    expect((await copyImage(app, archive, 'v1', { tag: called, referrers: true })).digest).toBe(index)
    await archive.close()
    const read = await openArchive(file)
    const other = repository(`${registry.host}/team/other`)
    await copyImage(read, other, 'v1', { tag: 'v2', referrers: true })
    expect(await imageIdentities(other, 'v2', { readLayers: true })).toEqual(await imageIdentities(app, 'v1', { readLayers: true }))
    expect((await other.referrers(arm.manifest)).map(({ digest }) => digest)).toEqual([note])
    // what the index names is not at the top as well
    expect((await read.manifests()).map(({ digest }) => digest)).toEqual([note, index])
  })
})

describe('docker’s form', () => {
  it('has manifest.json as docker save writes it', async () => {
    const file = newFile()
    const archive = await writeArchive(file, { form: 'docker' })
    const image = await pushImage(archive, 'app')
    await pushImage(archive, 'docker.io/team/app:v2')
    await pushImage(archive, 'example.test/app:v3')
    const other = await pushImage(archive, undefined, { architecture: 'arm64' })
    await pushReferrer(archive, image, 'text/a', 'no image')
    await archive.close()
    const path = (digest: string): string => `blobs/sha256/${digest.slice('sha256:'.length)}`
    expect(await manifestJson(file)).toEqual([
      { Config: path(image.config), RepoTags: ['app:latest', 'team/app:v2', 'example.test/app:v3'], Layers: [path(image.layer)] },
      { Config: path(other.config), RepoTags: null, Layers: [path(other.layer)] },
    ])
    const read = await openArchive(file, { form: 'docker' })
    for (const name of ['app', 'app:latest', 'docker.io/library/app:latest', 'docker.io/team/app:v2', 'team/app:v2']) {
      expect((await imageIdentities(read, name)).map(({ digest }) => digest)).toContain(image.config)
    }
    const layout = await openArchive(file)
    expect((await layout.manifests()).find(({ annotations }) => annotations?.['io.containerd.image.name'] === 'docker.io/library/app:latest')?.annotations).toMatchObject({ 'org.opencontainers.image.ref.name': 'latest' })
  })

  it('gives one name to one image, however it is written', async () => {
    const archive = await writeArchive(newFile(), { form: 'docker' })
    await pushImage(archive, 'app:v1')
    const second = await pushImage(archive, 'docker.io/library/app:v1', { architecture: 'arm64' })
    expect(await archive.tags()).toEqual(['docker.io/library/app:v1'])
    expect((await archive.manifest('index.docker.io/library/app:v1')).digest).toBe(second.manifest)
  })

  const listed = (image: PushedImage, architecture: string): ListedImage => ({ ...image, platform: { os: architecture === 'unknown' ? 'unknown' : 'linux', architecture } })
  const withIndex = async (options: WriteArchiveOptions, architectures: readonly string[], tag: string | null = 'app:v1'): Promise<unknown> => {
    const file = newFile()
    const archive = await writeArchive(file, { form: 'docker', ...options })
    const images = [await pushImage(archive), await pushImage(archive, undefined, { architecture: 'arm64' })]
    await pushIndex(archive, images.map((image, at) => listed(image, architectures[at] ?? '')), tag ?? undefined)
    await archive.close()
    return ((await manifestJson(file)) as readonly { readonly Config: string }[]).map(({ Config }) => images.findIndex(({ config }) => config.endsWith(Config.slice('blobs/sha256/'.length))))
  }

  it('takes of an index the image that is wanted, or its only one', async () => {
    expect(await withIndex({ platform: { architecture: 'aarch64' } }, ['amd64', 'arm64'])).toEqual([1])
    expect(await withIndex({}, ['amd64', 'unknown'])).toEqual([0])
    expect(await withIndex({ platform: { architecture: 's390x' } }, ['amd64', 'arm64'], null)).toEqual([])
  })

  it('is refused with an index of which several could be meant, or none, and an artifact with a name', async () => {
    await expect(withIndex({}, ['amd64', 'arm64'])).rejects.toMatchObject({ code: 'ERR_MANIFEST_UNSUPPORTED' })
    await expect(withIndex({ platform: { architecture: 's390x' } }, ['amd64', 'arm64'])).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
    const archive = await writeArchive(newFile(), { form: 'docker' })
    const image = await pushImage(archive)
    const note = await pushReferrer(archive, image, 'text/a', 'one')
    await archive.putManifest((await archive.manifest(note)).bytes, { tag: 'app:note' })
    await expect(archive.close()).rejects.toMatchObject({ code: 'ERR_MANIFEST_UNSUPPORTED' })
    // what was refused can be mended
    await archive.deleteManifest('app:note')
    await archive.close()
  })

  it('takes no name with a digest', async () => {
    const archive = await writeArchive(newFile(), { form: 'docker' })
    await expect(pushImage(archive, `app@${digestOf('x')}`)).rejects.toMatchObject({ code: 'ERR_REFERENCE_INVALID' })
  })
})

it('any images are read from any archive as they were put', async () => {
  const image = fc.record({ text: fc.string({ maxLength: 700 }), tag: fc.option(fc.stringMatching(/^[a-z0-9_][a-z0-9._-]{0,12}$/), { nil: undefined }) })
  await fc.assert(
    fc.asyncProperty(fc.array(image, { minLength: 1, maxLength: 4 }), fc.constantFrom('oci', 'docker'), fc.nat(200), async (images, form, cut) => {
      const file = newFile()
      const archive = await writeArchive(file, { form })
      const expected = new Map<string, string>()
      for (const { text, tag } of images) {
        const config = jsonBytes({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [digestOf(text)] } })
        const bytes = new TextEncoder().encode(text)
        await archive.putBlob({ digest: digestOf(bytes), size: bytes.length, open: async function* () { yield bytes.subarray(0, cut); yield bytes.subarray(cut) } })
        await archive.putBlob(config)
        const name = tag === undefined ? undefined : form === 'oci' ? tag : `example.test/app:${tag}`
        const { digest } = await archive.putManifest(
          jsonBytes({ schemaVersion: 2, config: { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length }, layers: [{ mediaType: mediaTypes.ociLayer, digest: digestOf(bytes), size: bytes.length }] }),
          name === undefined ? {} : { tag: name },
        )
        if (tag !== undefined) expected.set(tag, digest)
        else expect((await archive.manifests()).map((each) => each.digest)).toContain(digest)
      }
      await archive.close()
      const read = await openArchive(file)
      expect(await read.tags()).toEqual([...expected.keys()].toSorted())
      for (const { digest } of await read.manifests()) await imageIdentities(read, digest, { readLayers: true })
      for (const [tag, digest] of expected) expect((await read.manifest(tag)).digest).toBe(digest)
    }),
    { numRuns: 40 },
  )
})

it('is refused where it cannot be written, and with wrong options', async () => {
  await expect(writeArchive(join(root, 'nowhere', 'a.tar'))).rejects.toMatchObject({ code: 'ERR_LAYOUT_INVALID' })
  for (const options of [{ maxBytes: 0 }, { maxBytes: 1.5 }, { maxEntries: 3 }, { maxEntries: Number.NaN }]) await expect(writeArchive(newFile(), options)).rejects.toThrow(TypeError)
})

it.each([
  ['an archive', async () => writeArchive(newFile())],
  ['a layout', async () => writeLayout(join(root, `layout-${count++}`))],
  ['a registry, in pieces', async () => registryClient({ fetch: memoryRegistry().fetch }).repository('registry.localhost/app')],
] as const)('content that never comes does not keep whoever stops it waiting: %s', async (_, begin) => {
  const open = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(3)
    await new Promise(() => undefined)
  }
  const store = await begin()
  await expect(store.putBlob({ digest: digestOf('x'), size: 9, open }, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  await expect(store.putBlob({ digest: digestOf('x'), size: 9, open }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
})
