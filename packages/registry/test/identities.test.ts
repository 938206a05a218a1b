import { describe, expect, it } from 'vitest'
import { digestOf, imageIdentities, mediaTypes } from '@cilock/registry'
import type { Platform, Repository } from '@cilock/registry'
import { pushImage, pushIndex } from '@cilock/registry/testing'
import type { PushedImage } from '@cilock/registry/testing'
import { jsonBytes, pushReferrer } from './image.ts'
import { open } from './memory.ts'

describe('identities', () => {
  it('leads from the index to the diff ids, and says how', async () => {
    const { app } = open()
    const [amd, arm] = [await pushImage(app), await pushImage(app, undefined, { architecture: 'arm64' })]
    const index = await pushIndex(app, [amd, arm], 'multi')
    const found = await imageIdentities(app, 'multi', { platform: { architecture: 'arm64' }, readLayers: true })
    const toManifest = { from: index, to: arm.manifest, pointer: '/manifests/1/digest' }
    const toConfig = { from: arm.manifest, to: arm.config, pointer: '/config/digest' }
    const platform = { os: 'linux', architecture: 'arm64' }
    expect(found).toEqual([
      { kind: 'index', digest: index, chain: [], proof: 'bytes' },
      { kind: 'manifest', digest: arm.manifest, platform, chain: [toManifest], proof: 'bytes' },
      { kind: 'config', digest: arm.config, platform, chain: [toManifest, toConfig], proof: 'bytes' },
      { kind: 'diff-id', digest: arm.layer, platform, chain: [toManifest, toConfig, { from: arm.config, to: arm.layer, pointer: '/rootfs/diff_ids/0' }], proof: 'bytes' },
    ])
    expect((await imageIdentities(app, 'multi')).filter(({ kind }) => kind === 'config').map(({ digest }) => digest)).toEqual([amd.config, arm.config])
  })

  it('has none for a platform that is not there', async () => {
    const { app } = open()
    await pushIndex(app, [await pushImage(app)], 'multi')
    await expect(imageIdentities(app, 'multi', { platform: { os: 'windows' } })).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
  })

  describe('of an index leave nothing out that a machine would pull', () => {
    const evil = { os: 'linux', architecture: 'arm64' }
    const configs = async (app: Repository, platform?: Partial<Platform>): Promise<readonly string[]> =>
      (await imageIdentities(app, 'multi', platform === undefined ? {} : { platform })).filter(({ kind }) => kind === 'config').map(({ digest }) => digest)
    const attestation = { 'vnd.docker.reference.type': 'attestation-manifest' }

    it.each([
      ['which an annotation calls an attestation', { annotations: attestation }],
      ['which an annotation calls an attestation, for no platform', { platform: null, annotations: attestation }],
    ])('an image %s', async (_, more) => {
      const { app } = open()
      const [good, other] = [await pushImage(app), await pushImage(app, undefined, { architecture: 'arm64' })]
      await pushIndex(app, [good, { ...other, ...more }], 'multi')
      expect(await configs(app)).toEqual([good.config, other.config])
    })
    it('but leave out what is for a platform that no machine has, as the attestations of BuildKit are', async () => {
      const { app } = open()
      const [good, other] = [await pushImage(app), await pushImage(app, undefined, { architecture: 'unknown' })]
      await pushIndex(app, [good, { ...other, platform: { os: 'unknown', architecture: 'unknown' }, annotations: attestation }], 'multi')
      expect(await configs(app)).toEqual([good.config])
    })

    const pushOdd = async (app: Repository, mediaType: string): Promise<Omit<PushedImage, 'layer'>> => {
      const config = jsonBytes({ ...evil, rootfs: { type: 'layers', diff_ids: [] } })
      await app.putBlob(config)
      const bytes = jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: { mediaType, digest: digestOf(config), size: config.length }, layers: [] })
      return { manifest: (await app.putManifest(bytes)).digest, config: digestOf(config), size: bytes.length, architecture: evil.architecture }
    }
    it.each(['application/octet-stream', 'application/json', 'text/html'])('an image whose configuration is called %s, as Docker takes it', async (type) => {
      const { app } = open()
      const [good, odd] = [await pushImage(app), await pushOdd(app, type)]
      await pushIndex(app, [good, { ...odd, platform: null }], 'multi')
      expect(await configs(app)).toEqual([good.config, odd.config])
    })
    it('what is listed for a machine, whatever its configuration is called; but no artifact that is for none', async () => {
      const { app } = open()
      const [good, odd] = [await pushImage(app), await pushOdd(app, 'application/vnd.example.config')]
      await pushIndex(app, [good, odd], 'multi')
      expect(await configs(app)).toEqual([good.config, odd.config])
      await pushIndex(app, [good, { ...odd, platform: null }], 'multi')
      expect(await configs(app)).toEqual([good.config])
    })
    it.each([
      [{ os: 'linux', architecture: 'x86_64' }, { os: 'linux', architecture: 'amd64' }],
      [{ os: 'Linux', architecture: 'AMD64' }, { os: 'linux', architecture: 'amd64' }],
      [{ os: 'linux', architecture: 'amd64' }, { os: 'linux', architecture: 'amd64', variant: 'v1' }],
      [{ os: 'linux', architecture: 'arm64' }, { os: 'linux', architecture: 'arm64', variant: 'v8' }],
      [{ os: 'linux', architecture: 'aarch64', variant: '8' }, { os: 'linux', architecture: 'arm64', variant: 'v8' }],
      [{ os: 'linux', architecture: 'armhf' }, { architecture: 'arm', variant: 'v7' }],
      [{ os: 'linux', architecture: 'armel' }, { architecture: 'arm', variant: 'v6' }],
      [{ os: 'linux', architecture: 'arm' }, { architecture: 'arm', variant: '7' }],
      [{ os: 'linux', architecture: 'i386' }, { architecture: '386' }],
      [{ os: 'macos', architecture: 'arm64' }, { os: 'darwin' }],
      [{ os: 'windows', architecture: 'amd64' }, { os: 'windows', 'os.version': '10.0.1' }],
    ])('what is listed for %j where %j is wanted', async (listed, wanted) => {
      const { app } = open()
      const image = await pushImage(app)
      await pushIndex(app, [{ ...image, platform: listed }], 'multi')
      expect(await configs(app, wanted)).toEqual([image.config])
    })
    it.each([
      [{ os: 'linux', architecture: 'arm', variant: 'v6' }, { architecture: 'arm', variant: 'v7' }],
      [{ os: 'linux', architecture: 'amd64' }, { architecture: 'arm64' }],
      [{ os: 'linux', architecture: 'amd64' }, { os: 'darwin' }],
      [{ os: 'windows', architecture: 'amd64', 'os.version': '10.0.2' }, { 'os.version': '10.0.1' }],
    ])('but not what is listed for %j where %j is wanted', async (listed, wanted) => {
      const { app } = open()
      await pushIndex(app, [{ ...(await pushImage(app)), platform: listed }], 'multi')
      await expect(configs(app, wanted)).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
    })
  })

  it('refuses a size that is not that of the manifest', async () => {
    const { app } = open()
    const image = await pushImage(app)
    await pushIndex(app, [{ ...image, size: image.size + 1 }], 'multi')
    await expect(imageIdentities(app, 'multi')).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
  })

  it('refuses a manifest that the index calls something else', async () => {
    const { app } = open()
    const { manifest, size } = await pushImage(app)
    const manifests = [{ mediaType: mediaTypes.dockerManifest, digest: manifest, size, platform: { os: 'linux', architecture: 'amd64' } }]
    await app.putManifest(jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }), { tag: 'multi' })
    await expect(imageIdentities(app, 'multi')).rejects.toMatchObject({ code: 'ERR_MANIFEST_INVALID' })
  })

  it('are found within limits, and refused beyond them', async () => {
    const { app } = open()
    await pushIndex(app, [await pushImage(app), await pushImage(app, undefined, { architecture: 'arm64' })], 'multi')
    const bytes = 'layer for amd64'.length * 2
    expect(await imageIdentities(app, 'multi', { readLayers: true, maxManifests: 3, maxLayerBytes: bytes })).toHaveLength(7)
    for (const less of [{ maxManifests: 2 }, { maxLayerBytes: bytes - 1 }]) {
      await expect(imageIdentities(app, 'multi', { readLayers: true, ...less })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
    }
  })

  it('are found in indexes four deep, and no deeper', async () => {
    const { app } = open()
    const image = await pushImage(app)
    let listed: object = { mediaType: mediaTypes.ociManifest, digest: image.manifest, size: image.size }
    for (let depth = 1; depth <= 5; depth++) {
      const bytes = jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [listed] })
      const { digest } = await app.putManifest(bytes)
      if (depth <= 4) expect((await imageIdentities(app, digest)).find(({ kind }) => kind === 'config')).toMatchObject({ digest: image.config })
      else await expect(imageIdentities(app, digest)).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
      listed = { mediaType: mediaTypes.ociIndex, digest, size: bytes.length }
    }
  })

  it('refuses an artifact', async () => {
    const { app } = open()
    const digest = await pushReferrer(app, await pushImage(app), 'text/a', 'note')
    await expect(imageIdentities(app, digest)).rejects.toMatchObject({ code: 'ERR_MANIFEST_UNSUPPORTED' })
  })

  it('refuses layers that the configuration does not list', async () => {
    const { app } = open()
    const config = jsonBytes({ os: 'linux', architecture: 'amd64', rootfs: { diff_ids: [`sha256:${'1'.repeat(64)}`] } })
    const layer = jsonBytes('layer')
    await app.putBlob(config)
    await app.putBlob(layer)
    const manifest = (layers: readonly object[]): Uint8Array => jsonBytes({ schemaVersion: 2, config: { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length }, layers })
    await app.putManifest(manifest([]), { tag: 'fewer' })
    await app.putManifest(manifest([{ mediaType: mediaTypes.ociLayer, digest: digestOf(layer), size: layer.length }]), { tag: 'other' })
    const listed = { mediaType: mediaTypes.ociLayer, digest: digestOf(layer), size: layer.length }
    await app.putManifest(manifest([listed, listed]), { tag: 'more' })
    for (const tag of ['fewer', 'more']) await expect(imageIdentities(app, tag)).rejects.toMatchObject({ code: 'ERR_MANIFEST_INVALID' })
    await expect(imageIdentities(app, 'other', { readLayers: true })).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
    expect((await imageIdentities(app, 'other')).at(-1)).toMatchObject({ kind: 'diff-id', proof: 'named' })
  })
})
