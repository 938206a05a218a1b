import type { PushedImage } from '@cilock/registry/testing'
import { ociType } from '@cilock/attestor-oci/type'
import { encodeBase64, encodeEnvelope, encodeJson, encodeUtf8, parseEnvelope, signEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { encodeBundle } from '@cilock/cosign'
import { ociSource } from '@cilock/image'
import { evaluate, firstCause, policyPayloadType } from '@cilock/policy'
import { digestOf, mediaTypes, putReferrer } from '@cilock/registry'
import type { Repository } from '@cilock/registry'
import { pushImage } from '@cilock/registry/testing'
import { seededKey } from '@cilock/testing'
import { certificateOf, policyCertificate, timestampOf, timestampResponse } from '@cilock/testing/x509'
import type { MadeCertificate } from '@cilock/testing/x509'
import { describe, expect, it } from 'vitest'
import { saved, shelf } from './world.ts'

const signedAt = new Date('2026-01-01T00:00:00Z')
const now = new Date('2026-06-01T00:00:00Z')
const release = await seededKey('release')
const root = await certificateOf({ seed: 'root' })
const tsaRoot = await certificateOf({ seed: 'tsa root' })
const between = await root.issue({ seed: 'between', kind: 'authority' })
const tsa = await tsaRoot.issue({ seed: 'tsa', kind: 'timestamper' })
// it has ended long before anybody verifies
const leaf = await between.issue({ seed: 'leaf', subject: { commonName: 'builder' }, notBefore: new Date('2025-12-31T23:55:00Z'), notAfter: new Date('2026-01-01T00:05:00Z') })

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json'
const envelopeType = 'application/vnd.dsse.envelope.v1+json'
const placeOf = { bundle: 'referrer', tag: 'tag' } as const

interface Material {
  readonly certificates: readonly MadeCertificate[]
  readonly timestamps: readonly Uint8Array[]
}

async function evidence(image: PushedImage): Promise<{ readonly envelope: Envelope; readonly response: Uint8Array }> {
  const envelope = await saved('build', image, leaf.key.signer)
  const sig = envelope.signatures[0]?.sig ?? new Uint8Array()
  return { envelope, response: timestampResponse(await timestampOf(sig, tsa, { time: signedAt })) }
}

/** Puts an envelope beside an image as cosign does, with what vouches for it beside the signature. */
async function beside(store: Repository, image: PushedImage, form: 'bundle' | 'tag', envelope: Envelope, { certificates, timestamps }: Material, altered: Readonly<Record<string, string>> = {}): Promise<void> {
  const [first, ...chain] = certificates
  const bare = { ...envelope, signatures: envelope.signatures.map(({ keyid, sig }) => ({ keyid, sig })) }
  const bytes = form === 'tag' ? encodeEnvelope(bare) : encodeBundle({ material: { kind: 'certificate', certificates: certificates.map(({ der }) => der) }, content: { kind: 'envelope', envelope: bare }, timestamps })
  const annotations = {
    'dev.cosignproject.cosign/signature': '',
    'dev.sigstore.cosign/certificate': first?.pem ?? '',
    'dev.sigstore.cosign/chain': chain.map(({ pem }) => pem).join('\n'),
    ...(timestamps[0] !== undefined && { 'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify({ SignedRFC3161Timestamp: encodeBase64(timestamps[0]) }) }),
    ...altered,
  }
  if (form === 'tag') {
    const config = encodeUtf8('{}')
    for (const blob of [config, bytes]) await store.putBlob(blob)
    const descriptor = (mediaType: string, blob: Uint8Array): object => ({ mediaType, digest: digestOf(blob), size: blob.length })
    const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: descriptor(mediaTypes.ociConfig, config), layers: [{ ...descriptor(envelopeType, bytes), annotations }] }
    await store.putManifest(encodeJson(manifest), { tag: `${image.manifest.replace(':', '-')}.att` })
    return
  }
  await putReferrer({ store, subject: { mediaType: mediaTypes.ociManifest, digest: image.manifest, size: image.size }, artifactType: bundleType, layers: [{ mediaType: bundleType, content: bytes }] })
}

/** What a policy says whose functionary is anybody with a certificate of the root, or who has the key of the leaf. */
async function verdict(store: Repository, image: PushedImage, by: 'certificate' | 'key' = 'certificate'): Promise<string> {
  const { keyid, publicKeyPem } = leaf.key.verifier
  const document = {
    expires: '2030-01-01T00:00:00Z',
    roots: { root: { certificate: policyCertificate(root) } },
    timestampauthorities: { tsa: { certificate: policyCertificate(tsaRoot) } },
    publickeys: by === 'key' ? { [keyid]: { keyid, key: encodeBase64(encodeUtf8(publicKeyPem)) } } : {},
    steps: {
      build: {
        name: 'build',
        functionaries: by === 'key' ? [{ type: 'publickey', publickeyid: keyid }] : [{ type: 'root', certConstraint: { commonname: 'builder', dnsnames: ['*'], emails: ['*'], organizations: ['*'], uris: ['*'], roots: ['root'] } }],
        attestations: [{ type: ociType.predicateType }],
      },
    },
  }
  const policy = await signEnvelope({ payload: encodeJson(document), payloadType: policyPayloadType, signers: [release.signer] })
  const report = await evaluate({ policy, policyVerifiers: [release.verifier], subjects: [image.config], source: ociSource({ store, image: 'v1' }), types: [ociType], now })
  return report.verdict === 'passed' ? 'passed' : (firstCause(report)?.code ?? 'no cause')
}

describe.each(['bundle', 'tag'] as const)('evidence that cosign attached with a certificate (%s)', (form) => {
  async function world(material: (response: Uint8Array) => Material, change: (envelope: Envelope) => Envelope = (envelope) => envelope, altered: Readonly<Record<string, string>> = {}) {
    const { store } = shelf()
    const image = await pushImage(store, 'v1')
    const { envelope, response } = await evidence(image)
    await beside(store, image, form, change(envelope), material(response), altered)
    return { store, image, envelope }
  }
  const all = (response: Uint8Array): Material => ({ certificates: [leaf, between], timestamps: [response] })

  it(`is vouched for by it, at the time that an authority tells (as a ${placeOf[form]})`, async () => {
    const { store, image } = await world(all)
    expect(await verdict(store, image)).toBe('passed')
  })
  it('is written out as CI/lock keeps envelopes, and read back', async () => {
    const { store, envelope } = await world(all)
    const [found] = await ociSource({ store, image: 'v1' }).attached()
    expect(found?.envelope.payload).toEqual(envelope.payload)
    expect(found?.envelope.signatures).toMatchObject([{ sig: envelope.signatures[0]?.sig, intermediates: [expect.any(Uint8Array)], timestamps: [{ type: 'tsp' }] }])
    expect(parseEnvelope(encodeEnvelope(found?.envelope ?? envelope))).toEqual(found?.envelope)
  })
  it('is vouched for by its key as before', async () => {
    const { store, image } = await world(all)
    expect(await verdict(store, image, 'key')).toBe('passed')
  })
  it.each<readonly [string, (response: Uint8Array) => Material]>([
    ['without a timestamp, once it has ended', () => ({ certificates: [leaf, between], timestamps: [] })],
    ['without the certificate between', (response) => ({ certificates: [leaf], timestamps: [response] })],
    ['with the certificate of somebody else', (response) => ({ certificates: [tsa, tsaRoot], timestamps: [response] })],
    ['with a chain in the wrong order', (response) => ({ certificates: [between, leaf], timestamps: [response] })],
  ])('is nobody’s %s: ERR_EVIDENCE_SIGNATURE', async (_, material) => {
    const { store, image } = await world(material)
    expect(await verdict(store, image)).toBe('ERR_EVIDENCE_SIGNATURE')
  })
  it('is nobody’s with the timestamp of another signature: ERR_EVIDENCE_SIGNATURE', async () => {
    const foreign = timestampResponse(await timestampOf(encodeUtf8('another signature'), tsa, { time: signedAt }))
    const { store, image } = await world(() => ({ certificates: [leaf, between], timestamps: [foreign] }))
    expect(await verdict(store, image)).toBe('ERR_EVIDENCE_SIGNATURE')
  })
  it('is nobody’s where its payload was changed: ERR_EVIDENCE_SIGNATURE', async () => {
    const { store, image } = await world(all, (envelope) => ({ ...envelope, payload: encodeUtf8(new TextDecoder().decode(envelope.payload).replace('app:1', 'app:2')) }))
    expect(await verdict(store, image)).toBe('ERR_EVIDENCE_SIGNATURE')
  })
  it('is not vouched for by a timestamp that is none', async () => {
    const { store, image } = await world(() => ({ certificates: [leaf, between], timestamps: [encodeUtf8('no response')] }))
    expect(await verdict(store, image)).toBe('ERR_EVIDENCE_SIGNATURE')
    // and hides nothing from whoever has the key
    expect(await verdict(store, image, 'key')).toBe('passed')
  })
})

describe('annotations beside an envelope under a tag', () => {
  it.each([
    ['dev.sigstore.cosign/certificate', 'no PEM'],
    ['dev.sigstore.cosign/chain', '-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----'],
    ['dev.sigstore.cosign/rfc3161timestamp', '{'],
    ['dev.sigstore.cosign/bundle', '[]'],
  ])('hide nothing from whoever has the key where %s cannot be read, and vouch for nothing', async (name, text) => {
    const { store } = shelf()
    const image = await pushImage(store, 'v1')
    const { envelope, response } = await evidence(image)
    await beside(store, image, 'tag', envelope, { certificates: [leaf, between], timestamps: [response] }, { [name]: text })
    expect([await verdict(store, image, 'key'), await verdict(store, image)]).toEqual(['passed', 'ERR_EVIDENCE_SIGNATURE'])
  })
})
