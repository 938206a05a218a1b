import { archivistaClient, archivistaSource } from '@cilock/archivista-client'
import { memoryArchivista } from '@cilock/archivista-client/testing'
import { encodeEnvelope, memorySource } from '@cilock/core'
import type { Source } from '@cilock/core'
import { attach, fetchEvidence, ImageError, ociSource } from '@cilock/image'
import type { EvidenceStore } from '@cilock/image'
import { digestOf } from '@cilock/registry'
import { pushImage, pushIndex } from '@cilock/registry/testing'
import { evidenceOf, seededKey, collectionOf } from '@cilock/testing'
import { describe, expect, it } from 'vitest'
import { codeOf, pushed, saved, shelf } from './world.ts'

const { signer } = await seededKey('builder', 'ec-p256')
const failing = (error: Error): Source => ({
  async search() {
    throw error
  },
})
const lost = new ImageError('ERR_FILE', 'the disk is gone')

async function places(): Promise<{ readonly store: ReturnType<typeof shelf>['store']; readonly stores: readonly EvidenceStore[]; readonly expected: Readonly<Record<string, readonly string[]>> }> {
  const { store } = shelf()
  const images = { amd64: await pushImage(store), arm64: await pushImage(store, undefined, { architecture: 'arm64' }) }
  const index = await pushIndex(store, Object.values(images), 'v1')
  const [byIndex, byManifest, byConfig, byLayer] = [
    await pushed('index', index, signer),
    await pushed('manifest', images.amd64.manifest, signer),
    await saved('config', images.arm64, signer),
    await saved('layer', { config: `sha256:${'1'.repeat(64)}`, layer: images.amd64.layer }, signer),
  ]
  const other = await saved('other', { config: `sha256:${'2'.repeat(64)}`, layer: `sha256:${'3'.repeat(64)}` }, signer)
  const archivista = memoryArchivista()
  for (const each of [byIndex, byConfig, other]) archivista.put(each)
  await attach({ store, image: 'v1', envelopes: [byIndex, byManifest] })
  const client = archivistaClient({ url: archivista.url, fetch: archivista.fetch })
  const stores = [
    { name: 'archivista', source: archivistaSource({ client }) },
    { name: 'registry', source: ociSource({ store, image: 'v1' }) },
    { name: 'files', source: memorySource([byLayer, other]) },
  ]
  const expected = { index: ['archivista', 'registry'], manifest: ['registry'], config: ['archivista'], layer: ['files'] }
  return { store, stores, expected }
}

describe('evidence about an image', () => {
  it('is found by each of its digests, in every store, each envelope once', async () => {
    const { store, stores, expected } = await places()
    const found = await fetchEvidence({ store, image: 'v1', stores })
    expect(Object.fromEntries(found.envelopes.map(({ collection, places: all }) => [collection, all.map((place) => place.store)]))).toEqual(expected)
    expect(found).toMatchObject({ image: (await store.manifest('v1')).digest, failures: [] })
    expect(found.identities.map(({ kind }) => kind)).toEqual(['index', 'manifest', 'config', 'diff-id', 'manifest', 'config', 'diff-id'])
    for (const { envelope, digest, names } of found.envelopes) {
      expect(digest).toBe(digestOf(encodeEnvelope(envelope)))
      expect(names.length).toBeGreaterThan(0)
    }
  })
  it('of one platform is that of its image and of the index', async () => {
    const { store, stores } = await places()
    const found = await fetchEvidence({ store, image: 'v1', stores: stores.slice(0, 1), platform: { architecture: 'amd64' } })
    expect(found.envelopes.map(({ collection }) => collection)).toEqual(['index'])
  })
  it('comes in the same order whatever the order of the stores', async () => {
    const { store, stores } = await places()
    const digests = async (order: readonly EvidenceStore[]): Promise<readonly string[]> => (await fetchEvidence({ store, image: 'v1', stores: order })).envelopes.map(({ digest }) => digest)
    expect(await digests(stores.toReversed())).toEqual(await digests(stores))
  })
  it('that is attached and names something else is found as well', async () => {
    const { store } = shelf()
    await pushImage(store, 'v1')
    const scan = await collectionOf({ step: 'scan', evidence: [evidenceOf('https://example.test/scan/v1', { ok: true })], signers: [signer], subjects: { source: { sha256: '4'.repeat(64) } } })
    await attach({ store, image: 'v1', envelopes: [scan] })
    const { envelopes } = await fetchEvidence({ store, image: 'v1', stores: [{ name: 'registry', source: ociSource({ store, image: 'v1' }) }] })
    expect(envelopes).toMatchObject([{ collection: 'scan', names: [] }])
  })
})

describe('hops by shared subjects', () => {
  const chain = async () => {
    const { store } = shelf()
    const image = await pushImage(store, 'v1')
    const step = async (name: string, ...subjects: readonly string[]) =>
      collectionOf({ step: name, evidence: [evidenceOf('https://example.test/x/v1', {})], signers: [signer], subjects: Object.fromEntries(subjects.map((hex) => [hex, { sha256: hex }])) })
    const [a, b, c] = ['a'.repeat(64), 'b'.repeat(64), 'c'.repeat(64)]
    const source = memorySource([await step('one', image.config.slice(7), a), await step('two', a, b), await step('three', b, c)])
    return async (maxDepth?: number) => fetchEvidence({ store, image: 'v1', stores: [{ name: 'files', source }], ...(maxDepth !== undefined && { maxDepth }) })
  }
  it.each([
    [undefined, ['one'], true],
    [2, ['one', 'two'], true],
    [3, ['one', 'three', 'two'], true],
    [9, ['one', 'three', 'two'], false],
  ])('%s of them', async (maxDepth, steps, isCutOff) => {
    const found = await (await chain())(maxDepth)
    expect(found.envelopes.map(({ collection = '' }) => collection).toSorted()).toEqual(steps)
    expect(found.isCutOff).toBe(isCutOff)
  })
})

describe('a store that fails', () => {
  it('is a refusal, with its reason and what the others gave', async () => {
    const { store, stores } = await places()
    const error: unknown = await fetchEvidence({ store, image: 'v1', stores: [...stores, { name: 'disk', source: failing(lost) }] }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_EVIDENCE_INCOMPLETE', failures: [{ store: 'disk', error: lost }], cause: lost })
    expect((error as ImageError).found?.envelopes).toHaveLength(4)
    expect((error as ImageError).message).toContain('ERR_FILE the disk is gone')
  })
  it('and may, is reported, and the others are not held up', async () => {
    const { store, stores } = await places()
    const found = await fetchEvidence({ store, image: 'v1', stores: [{ name: 'disk', source: failing(lost), allowUnavailable: true }, ...stores] })
    expect(found.failures).toEqual([{ store: 'disk', error: lost }])
    expect(found.envelopes).toHaveLength(4)
  })
  it('and may not, is a refusal beside one that may', async () => {
    const { store, stores } = await places()
    const lenient = { name: 'mirror', source: failing(lost), allowUnavailable: true }
    const error: unknown = await fetchEvidence({ store, image: 'v1', stores: [lenient, ...stores, { name: 'disk', source: failing(lost) }] }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_EVIDENCE_INCOMPLETE', failures: [{ store: 'disk', error: lost }] })
  })
  it('to say what is attached, fails too', async () => {
    const { store, stores } = await places()
    const source = { ...memorySource([]), attached: async () => Promise.reject(lost) }
    expect(await codeOf(fetchEvidence({ store, image: 'v1', stores: [...stores, { name: 'attached', source }] }))).toBe('ERR_EVIDENCE_INCOMPLETE')
  })
  it('once is not asked again: what it gives later may be less than there was', async () => {
    const { store, stores } = await places()
    let asked = 0
    const source: Source = { search: async () => (asked++ === 0 ? Promise.reject(lost) : []) }
    const { failures } = await fetchEvidence({ store, image: 'v1', stores: [...stores, { name: 'disk', source, allowUnavailable: true }], maxDepth: 3 })
    expect([asked, failures]).toEqual([1, [{ store: 'disk', error: lost }]])
  })
  it('of which an envelope is named and not given, fails too', async () => {
    const { store } = shelf()
    const image = await pushImage(store, 'v1')
    const archivista = memoryArchivista()
    archivista.put(await saved('build', image, signer))
    archivista.fail({ route: 'download', kind: 'reset' })
    const client = archivistaClient({ url: archivista.url, fetch: archivista.fetch, retry: { attempts: 1 } })
    const error: unknown = await fetchEvidence({ store, image: 'v1', stores: [{ name: 'archivista', source: archivistaSource({ client }) }] }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_EVIDENCE_INCOMPLETE', cause: { code: 'ERR_ARCHIVISTA_INCOMPLETE' } })
  })
  it('is no failure when the caller ends it', async () => {
    const { store, stores } = await places()
    const controller = new AbortController()
    const source: Source = {
      async search() {
        controller.abort()
        throw lost
      },
    }
    expect(await codeOf(fetchEvidence({ store, image: 'v1', stores: [...stores, { name: 'slow', source, allowUnavailable: true }], signal: controller.signal }))).toBe('ERR_ABORTED')
  })
})

describe('bounds', () => {
  it.each([[{ envelopes: 3 }], [{ bytes: 2000 }]])('more than %o is refused', async (limits) => {
    const { store, stores } = await places()
    expect(await codeOf(fetchEvidence({ store, image: 'v1', stores, limits }))).toBe('ERR_LIMIT_EXCEEDED')
  })
  it('as much as they say is found, and with one less nothing', async () => {
    const { store, stores } = await places()
    const { envelopes } = await fetchEvidence({ store, image: 'v1', stores })
    const limits = { envelopes: envelopes.length, bytes: envelopes.reduce((sum, { envelope }) => sum + encodeEnvelope(envelope).length, 0) }
    expect((await fetchEvidence({ store, image: 'v1', stores, limits })).envelopes).toEqual(envelopes)
    for (const less of [{ envelopes: limits.envelopes - 1 }, { bytes: limits.bytes - 1 }]) {
      expect(await codeOf(fetchEvidence({ store, image: 'v1', stores, limits: less }))).toBe('ERR_LIMIT_EXCEEDED')
    }
  })
  it.each([
    ['no store', { stores: [] }],
    ['two of one name', { stores: [{ name: 'a', source: memorySource([]) }, { name: 'a', source: memorySource([]) }] }],
    ['no hop', { maxDepth: 0 }],
    ['a limit that is none', { limits: { bytes: 0.5 } }],
  ])('%s is the caller’s fault', async (_, wrong) => {
    const { store, stores } = await places()
    await expect(fetchEvidence({ store, image: 'v1', stores, ...wrong })).rejects.toThrow(TypeError)
  })
  it('an image that is not there is an error of the registry', async () => {
    const { store, stores } = await places()
    expect(await codeOf(fetchEvidence({ store, image: 'v2', stores }))).toBe('ERR_REGISTRY_NOT_FOUND')
  })
})
