import { cosignVerifier, signImage, verifyImage, evaluateImage } from '@cilock/cosign'
import type { CosignError, CosignRefusalCode, EntryReport, VerifyImageOptions } from '@cilock/cosign'
import { encodeBase64, encodeJson } from '@cilock/core'
import { mediaTypes, registryClient } from '@cilock/registry'
import { pushImage } from '@cilock/registry/testing'
import { describe, expect, it } from 'vitest'
import { attachLayers, bundleOf, bundleType, cosignWorld, documentLayer, documentOf, documentType, signatureAnnotation, statementOf, tagLayers } from './world.ts'
import type { BundleJson, CosignWorld } from './world.ts'

const sigTag = (digest: string): string => `${digest.replace(':', '-')}.sig`

async function options({ store, key }: CosignWorld, over: Partial<VerifyImageOptions> = {}): Promise<VerifyImageOptions> {
  return { store, image: 'v1', verifiers: [await cosignVerifier(key.publicKeyPem)], ...over }
}

async function thrown(promise: Promise<unknown>): Promise<CosignError> {
  return promise.then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => error as CosignError,
  )
}

/** The one refusal that there is. */
async function refusal(world: CosignWorld, over: Partial<VerifyImageOptions> = {}): Promise<CosignRefusalCode> {
  const { report } = await evaluateImage(await options(world, over))
  expect(report.accepted).toBe(false)
  const [entry, ...rest] = report.entries
  expect(rest).toEqual([])
  if (entry?.state !== 'refused') return expect.fail(`expected one refusal, found ${JSON.stringify(entry)}`)
  expect(entry.message).not.toBe('')
  expect(await thrown(verifyImage(await options(world, over)))).toMatchObject({ code: 'ERR_COSIGN_UNVERIFIED', report: { entries: [{ code: entry.code }] } })
  return entry.code
}

describe('an image that is signed', () => {
  it.each(['bundle', 'tag'] as const)('is verified by its %s', async (form) => {
    const world = await cosignWorld()
    const { place } = await signImage({ store: world.store, image: 'v1', signer: world.key.signer, form, annotations: { env: 'prod' } })
    const verified = await verifyImage(await options(world, { annotations: { env: 'prod' } }))
    expect(verified.digest).toBe(world.digest)
    expect(verified.manifest.digest).toBe(world.digest)
    expect(verified.signatures).toMatchObject([{ place, annotations: { env: 'prod' }, signers: [{ keyid: world.key.verifier.keyid }] }])
    expect(verified.report).toMatchObject({ image: 'v1', digest: world.digest, accepted: true, entries: [{ state: 'accepted', place }] })
    expect(verified.report.places.map(({ form: each, state }) => [each, state])).toEqual([
      ['bundle', form === 'bundle' ? 'found' : 'none'],
      ['referrer', 'none'],
      ['tag', form === 'tag' ? 'found' : 'none'],
    ])
  })

  it('is verified by a layer in a referrer, as cosign once tried it', async () => {
    const world = await cosignWorld()
    await attachLayers(world.store, world.digest, [await documentLayer(world.key.signer, documentOf(world.digest))])
    expect((await verifyImage(await options(world))).signatures.map(({ place }) => place.form)).toEqual(['referrer'])
    expect(await thrown(verifyImage(await options(world, { forms: ['bundle', 'tag'] })))).toMatchObject({ code: 'ERR_COSIGN_NONE' })
  })

  it('is verified though others have signed it, and each is told', async () => {
    const world = await cosignWorld()
    const { store, stranger, key } = world
    await signImage({ store, image: 'v1', signer: stranger.signer })
    await attachLayers(store, world.digest, [{ mediaType: bundleType, bytes: new TextEncoder().encode('garbage') }])
    await attachLayers(store, world.digest, [{ mediaType: 'text/plain', bytes: new TextEncoder().encode('no signature') }])
    await signImage({ store, image: 'v1', signer: stranger.signer, form: 'tag' })
    await signImage({ store, image: 'v1', signer: key.signer, form: 'tag' })
    const { report, signatures } = await verifyImage(await options(world))
    expect(signatures).toHaveLength(1)
    expect(report.entries.map((entry) => (entry.state === 'refused' ? entry.code : entry.state)).toSorted()).toEqual(['ERR_ENTRY_MALFORMED', 'ERR_SIGNATURE_INVALID', 'ERR_SIGNATURE_INVALID', 'accepted'])
    expect(report.places[0]).toMatchObject({ form: 'bundle', state: 'found', others: [expect.stringContaining('sha256:')] })
  })

  it('is read where cosign trips: a key id in the envelope', async () => {
    const world = await cosignWorld()
    const change = (json: BundleJson): unknown => ({ ...json, dsseEnvelope: { ...json.dsseEnvelope, signatures: json.dsseEnvelope.signatures.map((each) => ({ ...each, keyid: 'mine' })) } })
    await attachLayers(world.store, world.digest, [{ mediaType: bundleType, bytes: await bundleOf(world.key.signer, encodeJson(statementOf(world.digest)), { change }) }])
    expect((await verifyImage(await options(world))).signatures).toHaveLength(1)
  })

  it('counts elsewhere alone where signatures are elsewhere', async () => {
    const world = await cosignWorld()
    const { registry, store, key } = world
    const signatures = registryClient({ fetch: registry.fetch }).repository(`${registry.host}/signatures`)
    for (const form of ['bundle', 'tag'] as const) await signImage({ store, image: 'v1', signer: key.signer, form, signatures })
    expect((await verifyImage(await options(world, { signatures }))).signatures.map(({ place }) => place.store)).toEqual([signatures.name, signatures.name])
    expect(await thrown(verifyImage(await options(world)))).toMatchObject({ code: 'ERR_COSIGN_NONE' })
  })
})

describe('an image is refused', () => {
  it('without any signature', async () => {
    const error = await thrown(verifyImage(await options(await cosignWorld())))
    expect(error).toMatchObject({ code: 'ERR_COSIGN_NONE', report: { accepted: false, entries: [] } })
  })

  it('that is not there', async () => {
    expect(await thrown(verifyImage(await options(await cosignWorld(), { image: 'v2' })))).toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
  })

  it('with the signature of another image under its tag', async () => {
    const world = await cosignWorld()
    const other = await pushImage(world.store, 'v2', { content: 'other' })
    await signImage({ store: world.store, image: 'v2', signer: world.key.signer })
    expect(await thrown(verifyImage(await options(world)))).toMatchObject({ code: 'ERR_COSIGN_NONE' })
    await pushImage(world.store, 'v1', { content: 'other' })
    // the tag was moved to what is signed: it is about the digest
    expect((await verifyImage(await options(world))).digest).toBe(other.manifest)
  })

  const bundles: readonly [CosignRefusalCode, string, (world: CosignWorld) => Promise<Uint8Array>][] = [
    ['ERR_ENTRY_MALFORMED', 'no JSON', async () => new TextEncoder().encode('{')],
    ['ERR_ENTRY_MALFORMED', 'an unknown member', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest)), { change: (json) => ({ ...json, more: 1 }) })],
    ['ERR_ENTRY_MALFORMED', 'two signatures', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest)), { change: (json) => ({ ...json, dsseEnvelope: { ...json.dsseEnvelope, signatures: [...json.dsseEnvelope.signatures, ...json.dsseEnvelope.signatures] } }) })],
    ['ERR_BUNDLE_VERSION', 'version 0.1', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest)), { change: (json) => ({ ...json, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1' }) })],
    ['ERR_BUNDLE_VERSION', 'version 0.4', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest)), { change: (json) => ({ ...json, mediaType: 'application/vnd.dev.sigstore.bundle.v0.4+json' }) })],
    ['ERR_SIGNATURE_MISSING', 'no signature', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest)), { change: (json) => ({ ...json, dsseEnvelope: { ...json.dsseEnvelope, signatures: [] } }) })],
    ['ERR_SIGNATURE_MISSING', 'an empty signature', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest)), { change: (json) => ({ ...json, dsseEnvelope: { ...json.dsseEnvelope, signatures: [{ sig: '' }] } }) })],
    ['ERR_SIGNATURE_INVALID', 'a stranger’s signature', async ({ stranger, digest }) => bundleOf(stranger.signer, encodeJson(statementOf(digest)))],
    ['ERR_SIGNATURE_INVALID', 'another statement than was signed', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(`sha256:${'0'.repeat(64)}`)), { change: (json) => ({ ...json, dsseEnvelope: { ...json.dsseEnvelope, payload: encodeBase64(encodeJson(statementOf(digest))) } }) })],
    ['ERR_SIGNATURE_INVALID', 'another payload type than was signed', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest)), { payloadType: 'text/plain', change: (json) => ({ ...json, dsseEnvelope: { ...json.dsseEnvelope, payloadType: 'application/vnd.in-toto+json' } }) })],
    ['ERR_PAYLOAD_TYPE', 'another payload type', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest)), { payloadType: 'text/plain' })],
    ['ERR_PAYLOAD_TYPE', 'the signature of a message', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest)), { change: ({ dsseEnvelope: { signatures }, ...json }) => ({ ...json, messageSignature: { messageDigest: {}, signature: signatures[0]?.['sig'] } }) })],
    ['ERR_PAYLOAD_MALFORMED', 'no statement', async ({ key }) => bundleOf(key.signer, new TextEncoder().encode('hello'))],
    ['ERR_PAYLOAD_MALFORMED', 'a statement with an unknown member', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest, { more: 1 })))],
    ['ERR_STATEMENT_TYPE', 'an unknown statement', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest, { _type: 'https://in-toto.io/Statement/v9' })))],
    ['ERR_PREDICATE_TYPE', 'an attestation', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest, { predicateType: 'https://spdx.dev/Document' })))],
    ['ERR_SUBJECT_MISMATCH', 'a statement about another image', async ({ key }) => bundleOf(key.signer, encodeJson(statementOf(`sha256:${'0'.repeat(64)}`)))],
    ['ERR_SUBJECT_MISMATCH', 'a statement about nothing', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest, { subject: [] })))],
    ['ERR_SUBJECT_MISMATCH', 'a digest in capitals', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest, { subject: [{ digest: { sha256: digest.slice(7).toUpperCase() } }] })))],
    ['ERR_SUBJECT_MISMATCH', 'two digests that disagree', async ({ key, digest }) => bundleOf(key.signer, encodeJson(statementOf(digest, { subject: [{ digest: { sha256: digest.slice(7), sha512: '0'.repeat(128) } }] })))],
  ]
  it.each(bundles)('%s: a bundle with %s', async (code, _what, make) => {
    const world = await cosignWorld()
    await attachLayers(world.store, world.digest, [{ mediaType: bundleType, bytes: await make(world) }])
    expect(await refusal(world)).toBe(code)
  })

  it('ERR_ENTRY_MALFORMED: two bundles in one manifest', async () => {
    const world = await cosignWorld()
    const layer = { mediaType: bundleType, bytes: await bundleOf(world.key.signer, encodeJson(statementOf(world.digest))) }
    await attachLayers(world.store, world.digest, [layer, { ...layer, mediaType: 'text/plain' }])
    expect(await refusal(world)).toBe('ERR_ENTRY_MALFORMED')
  })

  it('ERR_ANNOTATION_MISMATCH: in both forms, another value, none, or one that is no text', async () => {
    for (const form of ['bundle', 'tag'] as const) {
      const world = await cosignWorld()
      await signImage({ store: world.store, image: 'v1', signer: world.key.signer, form, annotations: { env: 'prod' } })
      for (const annotations of [{ env: 'test' }, { env: 'prod', more: '1' }, { constructor: 'x' }]) expect(await refusal(world, { annotations })).toBe('ERR_ANNOTATION_MISMATCH')
    }
    const world = await cosignWorld()
    await tagLayers(world.store, sigTag(world.digest), [await documentLayer(world.key.signer, documentOf(world.digest, { optional: { n: 1 } }))])
    expect(await refusal(world, { annotations: { n: '1' } })).toBe('ERR_ANNOTATION_MISMATCH')
    expect((await verifyImage(await options(world))).signatures.map(({ annotations }) => annotations)).toEqual([{}])
  })

  it('ERR_ANNOTATION_MISMATCH: one that stands beside the signature, or with another subject of the statement', async () => {
    const beside = await cosignWorld()
    await tagLayers(beside.store, sigTag(beside.digest), [withAnnotation(await documentLayer(beside.key.signer, documentOf(beside.digest)), 'env', 'prod')])
    const elsewhere = await cosignWorld()
    const subject = [{ digest: { sha256: elsewhere.digest.slice(7) }, annotations: {} }, { digest: { sha256: '0'.repeat(64) }, annotations: { env: 'prod' } }]
    await attachLayers(elsewhere.store, elsewhere.digest, [{ mediaType: bundleType, bytes: await bundleOf(elsewhere.key.signer, encodeJson(statementOf(elsewhere.digest, { subject }))) }])
    for (const world of [beside, elsewhere]) {
      expect(await refusal(world, { annotations: { env: 'prod' } })).toBe('ERR_ANNOTATION_MISMATCH')
      expect((await verifyImage(await options(world))).signatures.map(({ annotations }) => annotations)).toEqual([{}])
    }
  })

  const documents: readonly [CosignRefusalCode, string, (world: CosignWorld) => Promise<Parameters<typeof tagLayers>[2][number]>][] = [
    ['ERR_SIGNATURE_MISSING', 'no signature', async ({ digest }) => ({ mediaType: documentType, bytes: encodeJson(documentOf(digest)) })],
    ['ERR_SIGNATURE_MISSING', 'an empty signature', async ({ digest }) => ({ mediaType: documentType, bytes: encodeJson(documentOf(digest)), annotations: { [signatureAnnotation]: '' } })],
    ['ERR_ENTRY_MALFORMED', 'a signature that is no base64', async ({ digest }) => ({ mediaType: documentType, bytes: encodeJson(documentOf(digest)), annotations: { [signatureAnnotation]: '?' } })],
    ['ERR_ENTRY_MALFORMED', 'another type of layer', async ({ key, digest }) => ({ ...(await documentLayer(key.signer, documentOf(digest))), mediaType: 'text/plain' })],
    ['ERR_ENTRY_MALFORMED', 'a certificate that is none', async ({ key, digest }) => withAnnotation(await documentLayer(key.signer, documentOf(digest)), 'dev.sigstore.cosign/certificate', 'garbage')],
    ['ERR_ENTRY_MALFORMED', 'an entry of a log that is none', async ({ key, digest }) => withAnnotation(await documentLayer(key.signer, documentOf(digest)), 'dev.sigstore.cosign/bundle', 'garbage')],
    ['ERR_ENTRY_MALFORMED', 'a timestamp that is none', async ({ key, digest }) => withAnnotation(await documentLayer(key.signer, documentOf(digest)), 'dev.sigstore.cosign/rfc3161timestamp', '{"SignedRFC3161Timestamp":"AAAA"}')],
    ['ERR_SIGNATURE_INVALID', 'a stranger’s signature', async ({ stranger, digest }) => documentLayer(stranger.signer, documentOf(digest))],
    ['ERR_SIGNATURE_INVALID', 'another document than was signed', async ({ key, digest }) => ({ ...(await documentLayer(key.signer, documentOf(`sha256:${'0'.repeat(64)}`))), bytes: encodeJson(documentOf(digest)) })],
    ['ERR_PAYLOAD_MALFORMED', 'no JSON', async ({ key }) => documentLayer(key.signer, new TextEncoder().encode('hello'))],
    ['ERR_PAYLOAD_MALFORMED', 'more after the document', async ({ key, digest }) => documentLayer(key.signer, new TextEncoder().encode(`${JSON.stringify(documentOf(digest))}{}`))],
    ['ERR_DOCUMENT_TYPE', 'a document of another type', async ({ key, digest }) => documentLayer(key.signer, { critical: { image: { 'docker-manifest-digest': digest }, type: 'atomic container signature' } })],
    ['ERR_SUBJECT_MISMATCH', 'a document about another image', async ({ key }) => documentLayer(key.signer, documentOf(`sha256:${'0'.repeat(64)}`))],
  ]
  it.each(documents)('%s: a layer with %s', async (code, _what, make) => {
    const world = await cosignWorld()
    await tagLayers(world.store, sigTag(world.digest), [await make(world)])
    expect(await refusal(world)).toBe(code)
  })

  it('ERR_LIMIT_EXCEEDED: what is larger or more than the limits', async () => {
    const world = await cosignWorld()
    await signImage({ store: world.store, image: 'v1', signer: world.key.signer })
    expect(await refusal(world, { limits: { entryBytes: 10 } })).toBe('ERR_LIMIT_EXCEEDED')
    expect(await thrown(verifyImage(await options(world, { limits: { referrers: 0 } })))).toMatchObject({ code: 'ERR_COSIGN_INCOMPLETE', cause: { code: 'ERR_LIMIT_EXCEEDED' } })
    await signImage({ store: world.store, image: 'v1', signer: world.key.signer, form: 'tag' })
    expect(await thrown(verifyImage(await options(world, { limits: { layers: 0 }, forms: ['tag'] })))).toMatchObject({ code: 'ERR_COSIGN_INCOMPLETE', cause: { code: 'ERR_LIMIT_EXCEEDED' } })
  })
})

describe('limits', () => {
  it('let through what is as much as they say, and nothing more', async () => {
    const world = await cosignWorld()
    const layer = await documentLayer(world.key.signer, documentOf(world.digest))
    await attachLayers(world.store, world.digest, [layer])
    const { length } = layer.bytes
    expect((await verifyImage(await options(world, { limits: { referrers: 1, layers: 1, entryBytes: length } }))).signatures).toHaveLength(1)
    expect(await refusal(world, { limits: { entryBytes: length - 1 } })).toBe('ERR_LIMIT_EXCEEDED')
    const two = await cosignWorld()
    await attachLayers(two.store, two.digest, [layer, layer])
    expect(await refusal(two, { limits: { layers: 1 } })).toBe('ERR_LIMIT_EXCEEDED')
  })
})

describe('a registry that fails', () => {
  it.each(['bundle', 'referrer'] as const)('has not said that what it lists is no signature (%s)', async (form) => {
    const world = await cosignWorld()
    await signImage({ store: world.store, image: 'v1', signer: world.key.signer })
    const [listed] = await world.store.referrers(world.digest)
    world.registry.fail({ method: 'GET', path: new RegExp(`/manifests/${listed?.digest ?? ''}$`), kind: 'answer', status: 403 })
    const error = await thrown(verifyImage(await options(world, { forms: [form, 'tag'] })))
    expect(error).toMatchObject({ code: 'ERR_COSIGN_INCOMPLETE', cause: { code: 'ERR_REGISTRY_FORBIDDEN' }, report: { entries: [{ place: { form, manifest: listed?.digest }, code: 'ERR_ENTRY_UNREADABLE' }] } })
  })

  it('ERR_COSIGN_TAG: an index under the tag of signatures is not the same as none', async () => {
    const world = await cosignWorld()
    const { mediaType, bytes } = await world.store.manifest(world.digest)
    const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [{ mediaType, digest: world.digest, size: bytes.length }] }
    await world.store.putManifest(encodeJson(index), { tag: sigTag(world.digest) })
    expect(await thrown(verifyImage(await options(world)))).toMatchObject({ code: 'ERR_COSIGN_INCOMPLETE', cause: { code: 'ERR_COSIGN_TAG' } })
  })

  it.each([401, 403, 429, 500])('has not said that there are no bundles (%i)', async (status) => {
    const world = await cosignWorld()
    await signImage({ store: world.store, image: 'v1', signer: world.key.signer })
    world.registry.fail({ path: /\/referrers\//, kind: 'answer', status, headers: { 'retry-after': '0' } })
    const error = await thrown(verifyImage(await options(world)))
    expect(error).toMatchObject({ code: 'ERR_COSIGN_INCOMPLETE', report: { places: [{ form: 'bundle', state: 'unreadable' }, { form: 'referrer', state: 'unreadable' }, { form: 'tag', state: 'none' }] } })
    await signImage({ store: world.store, image: 'v1', signer: world.key.signer, form: 'tag' })
    expect((await verifyImage(await options(world))).report.places[0]?.state).toBe('unreadable')
  })

  it.each([
    ['the tag', /\.sig$/],
    ['a blob', /\/blobs\/sha256/],
  ])('has not said that there is no signature: %s', async (_what, path) => {
    const world = await cosignWorld()
    await signImage({ store: world.store, image: 'v1', signer: world.key.signer, form: 'tag' })
    world.registry.fail({ method: 'GET', path, kind: 'answer', status: 403 })
    expect(await thrown(verifyImage(await options(world)))).toMatchObject({ code: 'ERR_COSIGN_INCOMPLETE', cause: { code: 'ERR_REGISTRY_FORBIDDEN' } })
  })

  it('ERR_ENTRY_UNREADABLE: other bytes than were listed', async () => {
    const world = await cosignWorld()
    await signImage({ store: world.store, image: 'v1', signer: world.key.signer })
    world.registry.fail({ method: 'GET', path: /\/blobs\//, kind: 'change', change: (body) => body.map((byte, at) => (at === 5 ? byte ^ 1 : byte)) })
    const error = await thrown(verifyImage(await options(world)))
    expect(error).toMatchObject({ code: 'ERR_COSIGN_INCOMPLETE', report: { entries: [{ state: 'refused', code: 'ERR_ENTRY_UNREADABLE', cause: { code: 'ERR_REGISTRY_INTEGRITY' } }] } })
  })

  it('is no reason to believe another manifest', async () => {
    const world = await cosignWorld()
    await signImage({ store: world.store, image: 'v1', signer: world.key.signer })
    world.registry.fail({ method: 'GET', path: new RegExp(`/manifests/${world.digest}$`), kind: 'change', change: (body) => body.map((byte, at) => (at === 5 ? byte ^ 1 : byte)) })
    expect(await thrown(verifyImage(await options(world, { image: world.digest })))).toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
  })

  it('keeps nobody who has had enough', async () => {
    const world = await cosignWorld()
    await signImage({ store: world.store, image: 'v1', signer: world.key.signer })
    expect(await thrown(verifyImage(await options(world, { signal: AbortSignal.abort() })))).toMatchObject({ code: 'ERR_ABORTED' })
    const controller = new AbortController()
    const { store } = world
    const stopping: typeof store = {
      ...store,
      referrers: async (digest, call) => {
        controller.abort()
        return store.referrers(digest, call)
      },
    }
    expect(await thrown(verifyImage(await options(world, { store: stopping, signal: controller.signal })))).toMatchObject({ code: 'ERR_ABORTED' })
  })
})

it('refuses wrong arguments', async () => {
  const world = await cosignWorld()
  for (const over of [{ verifiers: [] }, { image: '' }, { forms: [] }, { forms: ['else' as 'tag'] }, { limits: { layers: -1 } }]) {
    await expect(verifyImage({ ...(await options(world)), ...over })).rejects.toThrow(TypeError)
  }
})

it('takes any statement for a signature only where it is told to', async () => {
  const world = await cosignWorld()
  await attachLayers(world.store, world.digest, [{ mediaType: bundleType, bytes: await bundleOf(world.key.signer, encodeJson(statementOf(world.digest, { predicateType: 'https://spdx.dev/Document' }))) }])
  const { report } = await verifyImage(await options(world, { allowAnyPredicateType: true }))
  expect(report.entries.map((entry: EntryReport) => entry.predicateType)).toEqual(['https://spdx.dev/Document'])
})

function withAnnotation<T extends { readonly annotations: Readonly<Record<string, string>> }>(layer: T, name: string, value: string): T {
  return { ...layer, annotations: { ...layer.annotations, [name]: value } }
}
