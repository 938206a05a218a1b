import { cosignVerifier, encodeBundle, evaluateImage, identityVerifier, signImage, verifyAttestations, attestImage, verifyBlob, signBlob, verifyImage } from '@cilock/cosign'
import type { EntryReport } from '@cilock/cosign'
import { certificateVerifier, parseCertificate } from '@cilock/x509'
import type { CertificateVerifier } from '@cilock/x509'
import { encodeBase64, encodeJson, encodePae, inTotoPayloadType } from '@cilock/core'
import { certificateOf, timestampOf, timestampResponse } from '@cilock/testing/x509'
import type { MadeCertificate } from '@cilock/testing/x509'
import { describe, expect, it } from 'vitest'
import { attachLayers, bundleType, cosignWorld, documentLayer, documentOf, statementOf, tagLayers } from './world.ts'

const identity = 'https://ci.test/acme/app/release@refs/tags/v1'
const issuer = 'https://issuer.test'

async function chain(): Promise<{ readonly root: MadeCertificate; readonly leaf: MadeCertificate }> {
  const root = await certificateOf({ seed: 'root' })
  const between = await root.issue({ seed: 'between', kind: 'authority' })
  return { root, leaf: await between.issue({ seed: 'leaf', names: { uris: [identity] }, fulcio: { Issuer: issuer } }) }
}

function trusting({ der }: MadeCertificate, fallbackTime = new Date('2026-01-01')): CertificateVerifier {
  return certificateVerifier({ bundles: [{ id: 'own', roots: [parseCertificate(der)] }], fallbackTime })
}

describe('a signature with a certificate of one’s own', () => {
  it.each(['bundle', 'tag'] as const)('is verified by its chain (%s)', async (form) => {
    const { store } = await cosignWorld()
    const { root, leaf } = await chain()
    await signImage({ store, image: 'v1', signer: leaf.signer, form })
    await attestImage({ store, image: 'v1', signer: leaf.signer, form, predicateType: 'a:b', predicate: {} })
    const verifiers = [identityVerifier({ certificates: trusting(root), identity, issuer })]
    expect((await verifyImage({ store, image: 'v1', verifiers })).signatures).toMatchObject([{ signers: [{ paths: [{ bundle: 'own' }] }] }])
    expect((await verifyAttestations({ store, image: 'v1', verifiers })).attestations).toHaveLength(1)
  })

  it('ERR_ENTRY_MALFORMED: not where two stand in the place of one', async () => {
    const { store, digest } = await cosignWorld()
    const { root, leaf } = await chain()
    const verifiers = [certificateVerifier({ bundles: [{ id: 'own', roots: [parseCertificate(root.der)] }], fallbackTime: new Date('2026-01-01') })]
    const layer = await documentLayer(leaf.key.signer, documentOf(digest))
    const both = { 'dev.sigstore.cosign/certificate': `${leaf.pem}${root.pem}` }
    await tagLayers(store, `${digest.replace(':', '-')}.sig`, [{ ...layer, annotations: { ...layer.annotations, ...both } }])
    expect((await evaluateImage({ store, image: 'v1', verifiers })).report.entries).toMatchObject([{ state: 'refused', code: 'ERR_ENTRY_MALFORMED' }])
  })

  it('is nothing to a key in a bundle, though it be the certificate’s', async () => {
    const { store } = await cosignWorld()
    const { leaf } = await chain()
    const verifiers = [await cosignVerifier(leaf.key.publicKeyPem)]
    await signImage({ store, image: 'v1', signer: leaf.signer })
    await expect(verifyImage({ store, image: 'v1', verifiers })).rejects.toMatchObject({ code: 'ERR_COSIGN_UNVERIFIED' })
    // under a tag cosign takes it
    await signImage({ store, image: 'v1', signer: leaf.signer, form: 'tag' })
    expect((await verifyImage({ store, image: 'v1', verifiers })).signatures.map(({ place }) => place.form)).toEqual(['tag'])
  })

  it.each([
    ['another root', async (): Promise<CertificateVerifier> => trusting(await certificateOf({ seed: 'other root' })), 'no path'],
    ['a time after its end', async (): Promise<CertificateVerifier> => trusting((await chain()).root, new Date('2055-01-01')), 'no path'],
    ['another identity', async (): Promise<ReturnType<typeof identityVerifier>> => identityVerifier({ certificates: trusting((await chain()).root), identity: 'https://ci.test/acme/app' }), 'expected a certificate of'],
    ['a pattern that fits only a part', async (): Promise<ReturnType<typeof identityVerifier>> => identityVerifier({ certificates: trusting((await chain()).root), identity: /acme\/app/ }), 'expected a certificate of'],
    ['another issuer', async (): Promise<ReturnType<typeof identityVerifier>> => identityVerifier({ certificates: trusting((await chain()).root), identity, issuer: 'https://else.test' }), 'by the issuer'],
  ])('ERR_SIGNATURE_INVALID: not with %s, and the report says so', async (_what, make, words) => {
    const { store } = await cosignWorld()
    const { leaf } = await chain()
    for (const form of ['bundle', 'tag'] as const) await signImage({ store, image: 'v1', signer: leaf.signer, form })
    const { report } = await evaluateImage({ store, image: 'v1', verifiers: [await make()] })
    const expected = { state: 'refused', code: 'ERR_SIGNATURE_INVALID', message: expect.stringContaining(words) as string }
    expect(report.entries).toMatchObject([expected, expected])
  })

  it('ERR_KEYLESS_UNSUPPORTED: is refused by name where only keys are trusted', async () => {
    const { store, key } = await cosignWorld()
    const { leaf } = await chain()
    for (const form of ['bundle', 'tag'] as const) await signImage({ store, image: 'v1', signer: leaf.signer, form })
    const verifiers = [await cosignVerifier(key.publicKeyPem)]
    const { report } = await evaluateImage({ store, image: 'v1', verifiers })
    expect(report.entries.map((entry: EntryReport) => entry.state === 'refused' && entry.code)).toEqual(['ERR_KEYLESS_UNSUPPORTED', 'ERR_KEYLESS_UNSUPPORTED'])
    const blob = new Uint8Array([1])
    await expect(verifyBlob({ blob, bundle: await signBlob({ blob, signer: leaf.signer }), verifiers })).rejects.toMatchObject({ code: 'ERR_KEYLESS_UNSUPPORTED' })
  })

  it('is somebody’s with any of the names, and whole patterns', async () => {
    const { store } = await cosignWorld()
    const root = await certificateOf({ seed: 'root' })
    const { signer } = await root.issue({ seed: 'many', names: { emails: ['dev@example.test'], dnsNames: ['ci.test'], uris: [identity] } })
    await signImage({ store, image: 'v1', signer })
    for (const each of ['dev@example.test', 'ci.test', identity, /https:\/\/ci\.test\/.*/, /DEV@EXAMPLE\.TEST/i, /.*@example\.test/g]) {
      expect((await verifyImage({ store, image: 'v1', verifiers: [identityVerifier({ certificates: trusting(root), identity: each })] })).signatures).toHaveLength(1)
    }
    await expect(verifyImage({ store, image: 'v1', verifiers: [identityVerifier({ certificates: trusting(root), identity, issuer })] })).rejects.toMatchObject({ code: 'ERR_COSIGN_UNVERIFIED' })
    expect(() => identityVerifier({ certificates: trusting(root), identity: '' })).toThrow(TypeError)
  })
})

it('is nobody’s where two issuers stand in one certificate', async () => {
  const { store } = await cosignWorld()
  const root = await certificateOf({ seed: 'root' })
  const text = new TextEncoder()
  const other = text.encode('https://else.test')
  const { signer } = await root.issue({
    seed: 'two issuers',
    names: { uris: [identity] },
    extensions: [
      { oid: '1.3.6.1.4.1.57264.1.1', value: text.encode(issuer) },
      { oid: '1.3.6.1.4.1.57264.1.8', value: Uint8Array.of(0x0c, other.length, ...other) },
    ],
  })
  await signImage({ store, image: 'v1', signer })
  for (const each of [issuer, 'https://else.test']) {
    await expect(verifyImage({ store, image: 'v1', verifiers: [identityVerifier({ certificates: trusting(root), identity, issuer: each })] })).rejects.toMatchObject({ code: 'ERR_COSIGN_UNVERIFIED' })
  }
})

describe('a signature by a certificate that has ended since', () => {
  const signedAt = new Date('2026-01-01T00:00:00Z')

  it.each(['bundle', 'tag'] as const)('is verified by the time that an authority vouches for (%s)', async (form) => {
    const { store, digest } = await cosignWorld()
    const [root, tsaRoot] = [await certificateOf({ seed: 'root' }), await certificateOf({ seed: 'tsa root' })]
    const tsa = await tsaRoot.issue({ seed: 'tsa', kind: 'timestamper' })
    const leaf = await root.issue({ seed: 'short', names: { uris: [identity] }, notBefore: new Date('2025-12-31T23:55:00Z'), notAfter: new Date('2026-01-01T00:05:00Z') })
    if (form === 'bundle') {
      const payload = encodeJson(statementOf(digest))
      const sig = await leaf.key.signer.sign(encodePae(inTotoPayloadType, payload))
      const timestamps = [timestampResponse(await timestampOf(sig, tsa, { time: signedAt }))]
      const content = { kind: 'envelope', envelope: { payload, payloadType: inTotoPayloadType, signatures: [{ keyid: '', sig }] } } as const
      await attachLayers(store, digest, [{ mediaType: bundleType, bytes: encodeBundle({ material: { kind: 'certificate', certificates: [leaf.der] }, content, timestamps }) }])
    } else {
      const layer = await documentLayer(leaf.key.signer, documentOf(digest))
      const sig = Uint8Array.from(atob(layer.annotations['dev.cosignproject.cosign/signature'] ?? ''), (char) => char.charCodeAt(0))
      const response = timestampResponse(await timestampOf(sig, tsa, { time: signedAt }))
      const beside = { 'dev.sigstore.cosign/certificate': leaf.pem, 'dev.sigstore.cosign/chain': '', 'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify({ SignedRFC3161Timestamp: encodeBase64(response) }) }
      await tagLayers(store, `${digest.replace(':', '-')}.sig`, [{ ...layer, annotations: { ...layer.annotations, ...beside } }])
    }
    const bundles = [{ id: 'own', roots: [parseCertificate(root.der)] }]
    const timed = certificateVerifier({ bundles, timestampAuthorities: [{ id: 'tsa', roots: [parseCertificate(tsaRoot.der)] }] })
    expect((await verifyImage({ store, image: 'v1', verifiers: [timed] })).signatures).toMatchObject([{ signers: [{ time: { kind: 'timestamp', time: signedAt } }] }])
    const now = certificateVerifier({ bundles, fallbackTime: new Date('2026-06-01') })
    const strange = certificateVerifier({ bundles, timestampAuthorities: [{ id: 'tsa', roots: [parseCertificate(root.der)] }] })
    for (const verifier of [now, strange]) await expect(verifyImage({ store, image: 'v1', verifiers: [verifier] })).rejects.toMatchObject({ code: 'ERR_COSIGN_UNVERIFIED', report: { entries: [{ code: 'ERR_SIGNATURE_INVALID' }] } })
  })
})
