import { encodeEnvelope, encodeJson, importSigner, inTotoPayloadType, signEnvelope } from '@cilock/core'
import type { Envelope, Signer } from '@cilock/core'
import { attachAttestation, attestImage, cosignVerifier, evaluateAttestations, signImage, verifyAttestations } from '@cilock/cosign'
import type { CosignRefusalCode, VerifyAttestationsOptions } from '@cilock/cosign'
import { describe, expect, it } from 'vitest'
import { attachLayers, bundleOf, bundleType, cosignWorld, envelopeType, signatureAnnotation, statementOf, tagLayers } from './world.ts'
import type { CosignWorld } from './world.ts'

const type = 'https://example.test/check/v1'
const attTag = (digest: string): string => `${digest.replace(':', '-')}.att`

async function options({ store, key }: CosignWorld, over: Partial<VerifyAttestationsOptions> = {}): Promise<VerifyAttestationsOptions> {
  return { store, image: 'v1', verifiers: [await cosignVerifier(key.publicKeyPem)], ...over }
}

async function envelopeOf(payload: unknown, ...signers: readonly Signer[]): Promise<Envelope> {
  return signEnvelope({ payload: encodeJson(payload), payloadType: inTotoPayloadType, signers })
}

const layerOf = (envelope: Envelope): { readonly mediaType: string; readonly bytes: Uint8Array; readonly annotations: Readonly<Record<string, string>> } => ({ mediaType: envelopeType, bytes: encodeEnvelope(envelope), annotations: { [signatureAnnotation]: '' } })

describe('an attestation', () => {
  it.each(['bundle', 'tag'] as const)('is verified in a %s, with what it says', async (form) => {
    const world = await cosignWorld()
    const predicate = { ok: true, big: 12_345, text: '<a&b>' }
    const { place } = await attestImage({ store: world.store, image: 'v1', signer: world.key.signer, form, predicateType: type, predicate })
    const { digest, attestations, report } = await verifyAttestations(await options(world, { predicateType: type }))
    expect(digest).toBe(world.digest)
    expect(attestations).toMatchObject([{ place, statement: { predicateType: type, predicate, subject: [{ name: world.store.name }] }, signers: [{ keyid: world.key.verifier.keyid }] }])
    expect(report).toMatchObject({ accepted: true, entries: [{ state: 'accepted', predicateType: type }] })
  })

  it('is one of several: each that is wanted is given, in both forms', async () => {
    const world = await cosignWorld()
    const { store, key, stranger } = world
    for (const form of ['bundle', 'tag'] as const) {
      await attestImage({ store, image: 'v1', signer: key.signer, form, predicateType: type, predicate: { form } })
      await attestImage({ store, image: 'v1', signer: key.signer, form, predicateType: 'https://example.test/other', predicate: {} })
      await attestImage({ store, image: 'v1', signer: stranger.signer, form, predicateType: type, predicate: {} })
    }
    await signImage({ store, image: 'v1', signer: key.signer })
    const wanted = await verifyAttestations(await options(world, { predicateType: type }))
    expect(wanted.attestations.map(({ statement }) => statement.predicate)).toEqual([{ form: 'bundle' }, { form: 'tag' }])
    expect((await verifyAttestations(await options(world))).attestations).toHaveLength(4)
    expect(wanted.report.entries.map((entry) => (entry.state === 'refused' ? entry.code : entry.state)).toSorted()).toEqual(['ERR_PREDICATE_TYPE', 'ERR_PREDICATE_TYPE', 'ERR_PREDICATE_TYPE', 'ERR_SIGNATURE_INVALID', 'ERR_SIGNATURE_INVALID', 'accepted', 'accepted'])
  })

  it('is verified under a tag where one of two signatures is known', async () => {
    const world = await cosignWorld()
    const envelope = await envelopeOf(statementOf(world.digest, { predicateType: type }), world.stranger.signer, world.key.signer)
    await tagLayers(world.store, attTag(world.digest), [layerOf(envelope)])
    expect((await verifyAttestations(await options(world))).attestations[0]?.signers.map(({ keyid }) => keyid)).toEqual([world.key.verifier.keyid])
  })

  const refused: readonly [CosignRefusalCode, string, (world: CosignWorld) => Promise<void>][] = [
    ['ERR_ENTRY_MALFORMED', 'no envelope', async ({ store, digest }) => tagLayers(store, attTag(digest), [{ mediaType: envelopeType, bytes: encodeJson([]), annotations: { [signatureAnnotation]: '' } }])],
    ['ERR_ENTRY_MALFORMED', 'no annotation', async ({ store, digest, key }) => tagLayers(store, attTag(digest), [{ mediaType: envelopeType, bytes: encodeEnvelope(await envelopeOf(statementOf(digest, { predicateType: type }), key.signer)) }])],
    ['ERR_ENTRY_MALFORMED', 'another type of layer', async ({ store, digest, key }) => tagLayers(store, attTag(digest), [{ ...layerOf(await envelopeOf(statementOf(digest, { predicateType: type }), key.signer)), mediaType: 'text/plain' }])],
    ['ERR_SIGNATURE_INVALID', 'a stranger’s signature', async ({ store, digest, stranger }) => tagLayers(store, attTag(digest), [layerOf(await envelopeOf(statementOf(digest, { predicateType: type }), stranger.signer))])],
    ['ERR_SIGNATURE_MISSING', 'no signature', async ({ store, digest }) => tagLayers(store, attTag(digest), [layerOf({ payload: encodeJson(statementOf(digest)), payloadType: inTotoPayloadType, signatures: [] })])],
    ['ERR_PAYLOAD_TYPE', 'another payload type', async ({ store, digest, key }) => tagLayers(store, attTag(digest), [layerOf(await signEnvelope({ payload: encodeJson({}), payloadType: 'text/plain', signers: [key.signer] }))])],
    ['ERR_SUBJECT_MISMATCH', 'another subject', async ({ store, digest, key }) => tagLayers(store, attTag(digest), [layerOf(await envelopeOf(statementOf(`sha256:${'0'.repeat(64)}`, { predicateType: type }), key.signer))])],
    ['ERR_PREDICATE_TYPE', 'a signature', async ({ store, digest, key }) => void (await attachLayers(store, digest, [{ mediaType: bundleType, bytes: await bundleOf(key.signer, encodeJson(statementOf(digest))) }]))],
    ['ERR_PAYLOAD_TYPE', 'the signature of a message', async ({ store, digest, key }) => void (await attachLayers(store, digest, [{ mediaType: bundleType, bytes: await bundleOf(key.signer, encodeJson(statementOf(digest)), { change: ({ dsseEnvelope: { signatures }, ...json }) => ({ ...json, messageSignature: { messageDigest: {}, signature: signatures[0]?.['sig'] } }) }) }]))],
    ['ERR_BUNDLE_VERSION', 'an older bundle', async ({ store, digest, key }) => void (await attachLayers(store, digest, [{ mediaType: bundleType, bytes: await bundleOf(key.signer, encodeJson(statementOf(digest)), { change: (json) => ({ ...json, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2' }) }) }]))],
  ]
  it.each(refused)('%s: refused with %s', async (code, _what, make) => {
    const world = await cosignWorld()
    await make(world)
    const { report } = await evaluateAttestations(await options(world))
    expect(report.entries).toMatchObject([{ state: 'refused', code }])
    await expect(verifyAttestations(await options(world))).rejects.toMatchObject({ code: 'ERR_COSIGN_UNVERIFIED', report })
  })

  it('is missed by name', async () => {
    await expect(verifyAttestations(await options(await cosignWorld()))).rejects.toMatchObject({ code: 'ERR_COSIGN_NONE', message: expect.stringContaining('attestation') })
  })
})

describe('an envelope that is signed already', () => {
  it.each(['bundle', 'tag'] as const)('is put beside the image as it is (%s)', async (form) => {
    const world = await cosignWorld()
    const signer = await importSigner(world.key.privateKeyPem)
    const envelope = await envelopeOf(statementOf(world.digest, { predicateType: type, predicate: { a: 1 } }), signer)
    await attachAttestation({ store: world.store, image: 'v1', envelope, form, now: new Date('2026-01-02T03:04:05.678Z') })
    const { attestations } = await verifyAttestations(await options(world))
    expect(attestations[0]?.envelope.payload).toEqual(envelope.payload)
    expect(attestations[0]?.envelope.signatures[0]?.sig).toEqual(envelope.signatures[0]?.sig)
    // cosign refuses a bundle with a key id
    expect(attestations[0]?.envelope.signatures[0]?.keyid).toBe(form === 'bundle' ? '' : signer.keyid)
    if (form === 'bundle') {
      const [referrer] = await world.store.referrers(world.digest)
      expect((await world.store.manifest(referrer?.digest ?? '')).annotations).toEqual({ 'dev.sigstore.bundle.content': 'dsse-envelope', 'dev.sigstore.bundle.predicateType': type, 'org.opencontainers.image.created': '2026-01-02T03:04:05Z' })
    }
  })

  it('is refused where it is not about the image, is no statement, or does not fit', async () => {
    const { store, digest, key, stranger } = await cosignWorld()
    const attach = async (envelope: Envelope, form: 'bundle' | 'tag' = 'bundle'): Promise<unknown> => attachAttestation({ store, image: 'v1', envelope, form })
    const good = statementOf(digest, { predicateType: type })
    await expect(attach(await envelopeOf(statementOf(`sha256:${'0'.repeat(64)}`), key.signer))).rejects.toMatchObject({ code: 'ERR_SUBJECT_MISMATCH' })
    await expect(attach(await envelopeOf(good, key.signer, stranger.signer))).rejects.toMatchObject({ code: 'ERR_ENTRY_MALFORMED' })
    await expect(attach({ payload: encodeJson(good), payloadType: inTotoPayloadType, signatures: [] }, 'tag')).rejects.toMatchObject({ code: 'ERR_SIGNATURE_MISSING' })
    await expect(attach(await envelopeOf('hello', key.signer))).rejects.toMatchObject({ code: 'ERR_PAYLOAD_MALFORMED' })
    await expect(attach(await envelopeOf({ ...good, _type: 'x' }, key.signer))).rejects.toMatchObject({ code: 'ERR_STATEMENT_TYPE' })
    await expect(attach(await signEnvelope({ payload: encodeJson(good), payloadType: 'text/plain', signers: [key.signer] }))).rejects.toMatchObject({ code: 'ERR_PAYLOAD_TYPE' })
    expect(await store.referrers(digest)).toEqual([])
    expect(await store.tags()).toEqual(['v1'])
  })
})
