import { encodeEnvelope, encodeUtf8, parseJson, signEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { attestImage, cosignSigner, signImage } from '@cilock/cosign'
import { attach, ociSource } from '@cilock/image'
import type { OciLimits } from '@cilock/image'
import { digestOf, mediaTypes, putReferrer } from '@cilock/registry'
import { pushImage, pushIndex } from '@cilock/registry/testing'
import type { PushedImage } from '@cilock/registry/testing'
import { seededKey } from '@cilock/testing'
import { describe, expect, it } from 'vitest'
import { codeOf, pushed, saved, shelf } from './world.ts'
import type { Shelf } from './world.ts'

const { signer, privateKeyPem } = await seededKey('builder', 'ec-p256')
const cosign = await cosignSigner(privateKeyPem)

const bytesOf = (envelopes: readonly { readonly envelope: Envelope }[]): readonly string[] => envelopes.map(({ envelope }) => new TextDecoder().decode(encodeEnvelope(envelope))).toSorted()
const onDisk = (...envelopes: readonly Envelope[]): readonly string[] => bytesOf(envelopes.map((envelope) => ({ envelope })))

async function refer({ store }: Shelf, { manifest, size }: PushedImage, layers: readonly (readonly [mediaType: string, content: Uint8Array])[]): Promise<string> {
  const subject = { mediaType: mediaTypes.ociManifest, digest: manifest, size }
  return (await putReferrer({ store, subject, artifactType: 'text/plain', layers: layers.map(([mediaType, content]) => ({ mediaType, content })) })).digest
}

describe.each([true, false])('attached to an image, in a registry with referrers: %s', (referrers) => {
  it('an envelope is found as it was signed, byte for byte, and by its subjects', async () => {
    const { store } = shelf({ referrers })
    const image = await pushImage(store, 'v1')
    const [build, push] = [await saved('build', image, signer), await pushed('push', image.manifest, signer)]
    const attached = await attach({ store, image: 'v1', envelopes: [build, push, build] })
    expect(attached.image).toBe(image.manifest)
    expect(attached.envelopes.map(({ digest }) => digest)).toEqual([digestOf(encodeEnvelope(build)), digestOf(encodeEnvelope(push))])
    const source = ociSource({ store, image: 'v1' })
    expect(bytesOf(await source.attached())).toEqual(onDisk(build, push))
    expect((await source.attached()).map(({ form }) => form)).toEqual(['envelope', 'envelope'])
    expect(bytesOf(await source.search({ digests: [image.config] }))).toEqual(onDisk(build))
    expect(bytesOf(await source.search({ collection: 'push' }))).toEqual(onDisk(push))
    expect(await source.search({ digests: [`sha256:${'0'.repeat(64)}`] })).toEqual([])
  })

  it('the same again changes nothing', async () => {
    const { store } = shelf({ referrers })
    const image = await pushImage(store, 'v1')
    const build = await saved('build', image, signer)
    const first = await attach({ store, image: 'v1', envelopes: [build] })
    expect(await attach({ store, image: image.manifest, envelopes: [build] })).toEqual(first)
    expect(await store.referrers(image.manifest)).toHaveLength(1)
  })
})

describe('what is attached', () => {
  it('is a referrer that says what it is', async () => {
    const { store } = shelf()
    const image = await pushImage(store, 'v1')
    const { envelopes } = await attach({ store, image: 'v1', envelopes: [await saved('build', image, signer)] })
    const manifest = parseJson((await store.manifest(envelopes[0]?.manifest ?? '')).bytes)
    expect(manifest).toMatchObject({
      artifactType: 'application/vnd.dsse.envelope.v1+json',
      config: { mediaType: 'application/vnd.oci.empty.v1+json' },
      layers: [{ mediaType: 'application/vnd.dsse.envelope.v1+json', digest: envelopes[0]?.digest }],
      subject: { digest: image.manifest, size: image.size },
      annotations: { 'in-toto.io/predicate-type': 'https://aflock.ai/attestation-collection/v0.1' },
    })
  })
  it('may be kept elsewhere', async () => {
    const [{ store }, other] = [shelf(), shelf({ host: 'other.localhost' })]
    const image = await pushImage(store, 'v1')
    const build = await saved('build', image, signer)
    await attach({ store, image: 'v1', envelopes: [build], attestations: other.store })
    expect(await ociSource({ store, image: 'v1' }).attached()).toEqual([])
    expect(bytesOf(await ociSource({ store, image: 'v1', attestations: other.store }).attached())).toEqual(onDisk(build))
  })
  it('is found beside the index and beside each of its images', async () => {
    const { store } = shelf()
    const images = { amd64: await pushImage(store), arm64: await pushImage(store, undefined, { architecture: 'arm64' }) }
    const index = await pushIndex(store, Object.values(images), 'v1')
    const all = [await pushed('push', index, signer), await saved('build', images.amd64, signer), await saved('build', images.arm64, signer)] as const
    await attach({ store, image: 'v1', envelopes: [all[0]] })
    await attach({ store, image: images.amd64.manifest, envelopes: [all[1]] })
    await attach({ store, image: images.arm64.manifest, envelopes: [all[2]] })
    expect(bytesOf(await ociSource({ store, image: 'v1' }).attached())).toEqual(onDisk(...all))
    expect(bytesOf(await ociSource({ store, image: 'v1', platform: { architecture: 'arm64' } }).attached())).toEqual(onDisk(all[0], all[2]))
  })
  it('has to hold a statement, before anything is written', async () => {
    const { registry, store } = shelf()
    const image = await pushImage(store, 'v1')
    const build = await saved('build', image, signer)
    const before = registry.requests.length
    expect(await codeOf(attach({ store, image: 'v1', envelopes: [build, { ...build, payloadType: 'text/plain' }] }))).toBe('ERR_PAYLOAD_TYPE')
    expect(await codeOf(attach({ store, image: 'v1', envelopes: [{ ...build, payload: encodeUtf8('no JSON') }] }))).toBe('ERR_MALFORMED')
    await expect(attach({ store, image: 'v1', envelopes: [] })).rejects.toThrow(TypeError)
    expect(registry.requests.length).toBe(before)
  })
  it('to an image that is not there, is an error of the registry', async () => {
    const { store } = shelf()
    const image = await pushImage(store, 'v1')
    expect(await codeOf(attach({ store, image: 'v2', envelopes: [await saved('build', image, signer)] }))).toBe('ERR_REGISTRY_NOT_FOUND')
  })
})

describe('what cosign attested', () => {
  const wrapped = 'https://example.test/evidence/v1'

  it.each(['bundle', 'tag'] as const)('the envelope of a step as the predicate of a statement (%s) is taken out, in its own signatures', async (form) => {
    const { store } = shelf()
    const image = await pushImage(store, 'v1')
    const build = await saved('build', image, signer)
    await attestImage({ store, image: 'v1', signer: cosign, form, predicateType: wrapped, predicate: parseJson(encodeEnvelope(build)) })
    const found = await ociSource({ store, image: 'v1' }).attached()
    expect(bytesOf(found)).toEqual(onDisk(build))
    expect(found).toMatchObject([{ form: 'nested-envelope', reference: expect.stringContaining('(nested-envelope)') as string }])
  })
  it('the same as text, which is how a predicate without a type is kept', async () => {
    const { store } = shelf()
    const image = await pushImage(store, 'v1')
    const build = await saved('build', image, signer)
    const predicate = { Data: new TextDecoder().decode(encodeEnvelope(build)), Timestamp: '2026-01-02T03:04:05Z' }
    await attestImage({ store, image: 'v1', signer: cosign, predicateType: 'https://cosign.sigstore.dev/attestation/v1', predicate })
    const found = await ociSource({ store, image: 'v1' }).attached()
    expect(bytesOf(found)).toEqual(onDisk(build))
    expect(found).toMatchObject([{ form: 'nested-envelope' }])
  })
  it('an envelope without a statement as the predicate is no evidence, and said so', async () => {
    const { store } = shelf()
    await pushImage(store, 'v1')
    const policy = await signEnvelope({ payload: encodeUtf8('{}'), payloadType: 'https://aflock.ai/policy/v0.1', signers: [signer] })
    await attestImage({ store, image: 'v1', signer: cosign, predicateType: wrapped, predicate: parseJson(encodeEnvelope(policy)) })
    const skipped: string[] = []
    expect(await ociSource({ store, image: 'v1', onSkipped: (_, { code }) => skipped.push(code) }).attached()).toEqual([])
    expect(skipped).toEqual(['ERR_PAYLOAD_TYPE'])
  })
  it('a bare collection as the predicate is named, and no policy finds it as a step', async () => {
    const { store } = shelf()
    await pushImage(store, 'v1')
    await attestImage({ store, image: 'v1', signer: cosign, predicateType: wrapped, predicate: { name: 'build', attestations: [] } })
    const source = ociSource({ store, image: 'v1' })
    expect(await source.attached()).toMatchObject([{ form: 'nested-collection' }])
    expect(await source.search({ collection: 'build' })).toEqual([])
  })
  it('a predicate of its own is an envelope about the manifest', async () => {
    const { store } = shelf()
    const image = await pushImage(store, 'v1')
    await attestImage({ store, image: 'v1', signer: cosign, predicateType: 'https://example.test/review/v1', predicate: { approved: true } })
    const source = ociSource({ store, image: 'v1' })
    expect(await source.attached()).toMatchObject([{ form: 'envelope' }])
    expect(await source.search({ digests: [image.manifest], predicateTypes: ['https://example.test/review/v1'] })).toHaveLength(1)
  })
})

describe('what is beside an image and no evidence', () => {
  it.each(['bundle', 'tag'] as const)('a signature of cosign (%s)', async (form) => {
    const { store } = shelf()
    await pushImage(store, 'v1')
    await signImage({ store, image: 'v1', signer: cosign, form })
    expect(await ociSource({ store, image: 'v1', onSkipped: expect.unreachable }).attached()).toEqual([])
  })
  it('is left out: other artifacts without a word, broken envelopes with one', async () => {
    const here = shelf()
    const image = await pushImage(here.store, 'v1')
    await refer(here, image, [['text/plain', encodeUtf8('read me')]])
    const noStatement = await signEnvelope({ payload: encodeUtf8('hello'), payloadType: 'text/plain', signers: [signer] })
    const broken = await refer(here, image, [
      ['application/vnd.dsse.envelope.v1+json', encodeUtf8('no envelope')],
      ['application/vnd.dsse.envelope.v1+json', encodeEnvelope(noStatement)],
      ['application/vnd.dev.sigstore.bundle.v0.3+json', encodeUtf8('{}')],
    ])
    const build = await saved('build', image, signer)
    await attach({ store: here.store, image: 'v1', envelopes: [build] })
    const skipped: unknown[] = []
    const source = ociSource({ store: here.store, image: 'v1', onSkipped: (reference, { code }) => skipped.push([reference, code]) })
    expect(bytesOf(await source.attached())).toEqual(onDisk(build))
    const place = `${here.store.name}@${broken}`
    expect(skipped).toEqual([[`${place}#0`, 'ERR_MALFORMED'], [`${place}#1`, 'ERR_PAYLOAD_TYPE'], [`${place}#2`, 'ERR_ENTRY_MALFORMED']])
  })
})

describe('a registry that does not give everything', () => {
  it.each([
    ['a list that fails', /referrers/, 500, 'ERR_REGISTRY_FAILED'],
    ['a list that is forbidden', /referrers/, 403, 'ERR_REGISTRY_FORBIDDEN'],
    ['a tag that is forbidden', /\.att$/, 403, 'ERR_REGISTRY_FORBIDDEN'],
  ] as const)('%s is an error, and never less evidence', async (_, path, status, code) => {
    const { registry, store } = shelf()
    const image = await pushImage(store, 'v1')
    await attach({ store, image: 'v1', envelopes: [await saved('build', image, signer)] })
    const source = ociSource({ store, image: 'v1' })
    registry.fail({ path, kind: 'answer', status })
    expect(await codeOf(source.attached())).toBe(code)
    registry.heal()
    expect(await source.attached()).toHaveLength(1)
  })
  it('a listed envelope that is gone is an error too', async () => {
    const { registry, store } = shelf()
    const image = await pushImage(store, 'v1')
    const { envelopes } = await attach({ store, image: 'v1', envelopes: [await saved('build', image, signer)] })
    registry.fail({ path: new RegExp(`blobs/${envelopes[0]?.digest ?? ''}`), kind: 'answer', status: 404 })
    expect(await codeOf(ociSource({ store, image: 'v1' }).attached())).toBe('ERR_REGISTRY_NOT_FOUND')
  })
  it.each<OciLimits>([{ referrers: 1 }, { envelopeBytes: 100 }, { layers: 1 }])('more than %o is refused', async (limits) => {
    const here = shelf()
    const image = await pushImage(here.store, 'v1')
    await attach({ store: here.store, image: 'v1', envelopes: [await saved('build', image, signer)] })
    const type = 'application/vnd.dsse.envelope.v1+json'
    await refer(here, image, [[type, encodeUtf8('1')], [type, encodeUtf8('2')]])
    expect(await codeOf(ociSource({ store: here.store, image: 'v1', limits }).attached())).toBe('ERR_LIMIT_EXCEEDED')
  })
  it('a bound that is none is the caller’s fault', () => {
    expect(() => ociSource({ store: shelf().store, image: 'v1', limits: { layers: 0 } })).toThrow(TypeError)
  })
  it('ends when the caller has had enough', async () => {
    const { store } = shelf()
    await pushImage(store, 'v1')
    expect(await codeOf(ociSource({ store, image: 'v1' }).attached({ signal: AbortSignal.abort() }))).toBe('ERR_ABORTED')
  })
  it('ends for one caller and not for another who waits for the same', async () => {
    const { registry, store } = shelf()
    const image = await pushImage(store, 'v1')
    await attach({ store, image: 'v1', envelopes: [await saved('build', image, signer)] })
    const before = registry.requests.length
    registry.fail({ path: /\/referrers\//, kind: 'stall', times: 1 })
    const source = ociSource({ store, image: 'v1' })
    const controller = new AbortController()
    const ended = codeOf(source.attached({ signal: controller.signal }))
    const going = [source.attached(), source.search({ collection: 'build' })]
    setTimeout(() => controller.abort(), 20)
    expect(await ended).toBe('ERR_ABORTED')
    for (const found of await Promise.all(going)) expect(found).toHaveLength(1)
    expect(registry.requests.slice(before).filter(({ target }) => target.includes(`/referrers/${image.manifest}`))).toHaveLength(2)
  })
})
