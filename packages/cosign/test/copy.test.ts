import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { attestImage, copySignedImage, cosignVerifier, savedImage, signImage, verifyAttestations, verifyImage } from '@cilock/cosign'
import { registryClient } from '@cilock/registry'
import type { LocalImageStore, WritableImageStore } from '@cilock/registry'
import { openArchive, writeArchive, writeLayout } from '@cilock/registry/node'
import type { WritableLayout } from '@cilock/registry/node'
import { memoryRegistry, pushImage, pushIndex } from '@cilock/registry/testing'
import { cosignWorld } from './world.ts'
import type { CosignWorld } from './world.ts'

const root = mkdtempSync(join(tmpdir(), 'cilock-copy-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let count = 0
const next = (): string => join(root, String(count++))

const forms = ['bundle', 'tag'] as const
async function signedWorld(): Promise<CosignWorld> {
  const world = await cosignWorld()
  for (const form of forms) {
    await signImage({ store: world.store, image: 'v1', signer: world.key.signer, form })
    await attestImage({ store: world.store, image: 'v1', signer: world.key.signer, form, predicateType: 'a:b', predicate: {} })
  }
  return world
}

describe('a copy of a signed image', () => {
  it.each<[string, () => Promise<WritableImageStore>]>([
    ['a registry', async () => registryClient({ fetch: memoryRegistry().fetch }).repository('registry.localhost/mirror')],
    ['a registry without referrers', async () => registryClient({ fetch: memoryRegistry({ referrers: false }).fetch }).repository('registry.localhost/mirror')],
    ['a layout', async () => writeLayout(next())],
    ['an archive', async () => writeArchive(next())],
  ])('in %s is verified by every form in which it was signed', async (_, open) => {
    const { store, digest, key } = await signedWorld()
    const to = await open()
    expect((await copySignedImage({ from: store, to, image: 'v1', tag: 'mirrored' })).digest).toBe(digest)
    const verifiers = [await cosignVerifier(key.publicKeyPem)]
    for (const form of forms) {
      expect((await verifyImage({ store: to, image: 'mirrored', verifiers, forms: [form] })).signatures).toHaveLength(1)
      expect((await verifyAttestations({ store: to, image: 'mirrored', verifiers, forms: [form] })).attestations).toHaveLength(1)
    }
  })

  it('is verified in an archive that somebody opens later', async () => {
    const { store, key } = await signedWorld()
    const file = next()
    const archive = await writeArchive(file)
    await copySignedImage({ from: store, to: archive, image: 'v1', tag: 'v1' })
    await archive.close()
    expect((await verifyImage({ store: await openArchive(file), image: 'v1', verifiers: [await cosignVerifier(key.publicKeyPem)] })).signatures).toHaveLength(2)
  })

  it('of an index brings what stands beside the manifests that it lists', async () => {
    const { store, digest, key } = await signedWorld()
    const { bytes } = await store.manifest(digest)
    const index = await pushIndex(store, [{ manifest: digest, size: bytes.length, architecture: 'amd64' }], 'multi')
    const layout = await writeLayout(next())
    await copySignedImage({ from: store, to: layout, image: 'multi', tag: 'multi' })
    expect((await layout.manifest('multi')).digest).toBe(index)
    expect((await verifyImage({ store: layout, image: digest, verifiers: [await cosignVerifier(key.publicKeyPem)] })).signatures).toHaveLength(2)
  })

  it('has no tag before its signatures are there', async () => {
    const { registry, store } = await signedWorld()
    registry.fail({ method: 'GET', path: /\.sig$/, kind: 'answer', status: 403 })
    const layout = await writeLayout(next())
    await expect(copySignedImage({ from: store, to: layout, image: 'v1', tag: 'v1' })).rejects.toMatchObject({ code: 'ERR_REGISTRY_FORBIDDEN' })
    expect(await layout.tags()).toEqual([])
    await expect(copySignedImage({ from: store, to: layout, image: 'v1', maxManifests: 2 })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
    await expect(copySignedImage({ from: store, to: layout, image: 'v1', signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })
})

describe('a folder of cosign save', () => {
  /** As cosign writes it: no names, but kinds. */
  async function saved(kinds: (layout: WritableLayout, world: CosignWorld) => Promise<readonly (readonly [string, string])[]>): Promise<readonly [LocalImageStore, CosignWorld]> {
    const world = await signedWorld()
    const layout = await writeLayout(next())
    await copySignedImage({ from: world.store, to: layout, image: 'v1' })
    const named = await kinds(layout, world)
    const entries = await Promise.all(named.map(async ([kind, tagOrDigest]) => {
      const { digest, mediaType, bytes } = await layout.manifest(tagOrDigest)
      return { mediaType, digest, size: bytes.length, annotations: { kind: `dev.cosignproject.cosign/${kind}` } }
    }))
    return [{ ...layout, manifests: async () => entries, manifest: async (each, options) => layout.manifest(each.includes(':') ? each : 'not-there', options), tags: async () => [] }, world]
  }
  const tagged = (digest: string, suffix: string): string => `${digest.replace(':', '-')}.${suffix}`

  it('is verified, and copied from', async () => {
    const [layout, { digest, key }] = await saved(async (_, { digest: image }) => [['image', image], ['sigs', tagged(image, 'sig')], ['atts', tagged(image, 'att')]])
    const verifiers = [await cosignVerifier(key.publicKeyPem)]
    const { store, image } = await savedImage(layout)
    expect(image).toBe(digest)
    expect(await store.tags()).toEqual([tagged(digest, 'att'), tagged(digest, 'sig')])
    expect((await verifyImage({ store, image, verifiers, forms: ['tag'] })).signatures).toHaveLength(1)
    expect((await verifyAttestations({ store, image, verifiers, forms: ['tag'] })).attestations).toHaveLength(1)
  })

  it.each([
    ['no image', async () => []],
    ['two images', async (layout: WritableLayout, { digest }: CosignWorld) => [['image', digest], ['imageIndex', (await pushImage(layout, 'other', { architecture: 'arm64' })).manifest]] as const],
    ['two manifests of signatures', async (_: WritableLayout, { digest }: CosignWorld) => [['image', digest], ['sigs', tagged(digest, 'sig')], ['sigs', tagged(digest, 'att')]] as const],
  ])('is refused with %s', async (_, kinds) => {
    const [layout] = await saved(kinds)
    await expect(savedImage(layout)).rejects.toMatchObject({ name: 'CosignError', code: 'ERR_MALFORMED' })
  })
})
