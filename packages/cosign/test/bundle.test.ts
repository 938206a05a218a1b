import { CilockError, encodeBase64, encodeJson } from '@cilock/core'
import { encodeBundle, parseBundle } from '@cilock/cosign'
import type { BundleContent, BundleMaterial, SigstoreBundle } from '@cilock/cosign'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 })
const material: fc.Arbitrary<BundleMaterial> = fc.oneof(
  fc.record({ kind: fc.constant('publicKey' as const), hint: fc.string() }),
  fc.record({ kind: fc.constant('certificate' as const), certificates: fc.array(bytes, { minLength: 1, maxLength: 3 }) }),
)
const content: fc.Arbitrary<BundleContent> = fc.oneof(
  fc.record({ kind: fc.constant('envelope' as const), envelope: fc.record({ payload: bytes, payloadType: fc.string(), signatures: fc.tuple(fc.record({ keyid: fc.constant(''), sig: bytes })) }) }),
  fc.record({ kind: fc.constant('message' as const), signature: bytes }),
  fc.record({ kind: fc.constant('message' as const), signature: bytes, digest: fc.record({ algorithm: fc.constantFrom('SHA2_256' as const, 'SHA2_384' as const, 'SHA2_512' as const), bytes }) }),
)

const sig = encodeBase64(new Uint8Array([1]))
const good = {
  mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  verificationMaterial: { publicKey: { hint: 'h' } },
  dsseEnvelope: { payload: sig, payloadType: 't', signatures: [{ sig }] },
}
const message = { mediaType: good.mediaType, verificationMaterial: good.verificationMaterial, messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest: sig }, signature: sig } }

function code(json: unknown): string {
  try {
    parseBundle(typeof json === 'string' ? json : encodeJson(json))
    return 'accepted'
  } catch (error) {
    return CilockError.is(error) ? error.code : expect.fail(String(error))
  }
}

describe('a bundle', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(material, content, fc.array(bytes, { maxLength: 2 }), (wanted, signed, timestamps) => {
        const expected: SigstoreBundle = { mediaType: good.mediaType, version: '0.3', material: wanted, content: signed, timestamps, logEntries: 0 }
        expect(parseBundle(encodeBundle({ material: wanted, content: signed, timestamps }))).toEqual(expected)
      }),
    )
  })

  it('is refused with a code, or read, whatever stands there', () => {
    const codes = new Set(['accepted', 'ERR_ENTRY_MALFORMED', 'ERR_BUNDLE_VERSION', 'ERR_SIGNATURE_MISSING', 'ERR_LIMIT_EXCEEDED'])
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (text) => codes.has(code(text))))
    const members = fc.constantFrom(...Object.keys(good), 'signatures', 'sig', 'payload', 'hint', 'publicKey', 'rawBytes', 'certificate')
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(good.dsseEnvelope, good.verificationMaterial, [{ sig }]))
    fc.assert(fc.property(fc.constantFrom(good, message), members, value, (base, member, changed) => codes.has(code({ ...base, [member]: changed }))))
  })

  it.each([
    ['application/vnd.dev.sigstore.bundle+json;version=0.1', '0.1'],
    ['application/vnd.dev.sigstore.bundle+json;version=0.2', '0.2'],
    ['application/vnd.dev.sigstore.bundle+json;version=0.3', '0.3'],
  ])('is read as %s', (mediaType, version) => {
    expect(parseBundle(encodeJson({ ...good, mediaType })).version).toBe(version)
  })

  it('keeps the key id and counts the entries of logs', () => {
    const bundle = parseBundle(encodeJson({ ...good, verificationMaterial: { ...good.verificationMaterial, tlogEntries: [{ logIndex: '1', any: { thing: 1 } }] }, dsseEnvelope: { ...good.dsseEnvelope, signatures: [{ sig, keyid: 'k' }] } }))
    expect(bundle).toMatchObject({ logEntries: 1, content: { envelope: { signatures: [{ keyid: 'k' }] } } })
  })

  const certificate = { rawBytes: sig }
  it.each([
    ['ERR_BUNDLE_VERSION', 'another version', { ...good, mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json; x' }],
    ['ERR_ENTRY_MALFORMED', 'no version', { ...good, mediaType: undefined }],
    ['ERR_ENTRY_MALFORMED', 'no material', { ...good, verificationMaterial: {} }],
    ['ERR_ENTRY_MALFORMED', 'two materials', { ...good, verificationMaterial: { publicKey: { hint: 'h' }, certificate } }],
    ['ERR_ENTRY_MALFORMED', 'an empty chain', { ...good, verificationMaterial: { x509CertificateChain: { certificates: [] } } }],
    ['ERR_LIMIT_EXCEEDED', 'a long chain', { ...good, verificationMaterial: { x509CertificateChain: { certificates: Array.from({ length: 22 }, () => certificate) } } }],
    ['ERR_LIMIT_EXCEEDED', 'a deep entry of a log', `{"mediaType":"${good.mediaType}","verificationMaterial":{"publicKey":{"hint":""},"tlogEntries":[${'['.repeat(200)}${']'.repeat(200)}]}}`],
    ['ERR_ENTRY_MALFORMED', 'no content', { ...good, dsseEnvelope: undefined }],
    ['ERR_ENTRY_MALFORMED', 'two contents', { ...good, messageSignature: message.messageSignature }],
    ['ERR_ENTRY_MALFORMED', 'a message without a digest', { ...message, messageSignature: { signature: sig } }],
    ['ERR_ENTRY_MALFORMED', 'a digest of an unknown hash', { ...message, messageSignature: { ...message.messageSignature, messageDigest: { algorithm: 'SHA1', digest: sig } } }],
    ['ERR_ENTRY_MALFORMED', 'a digest of no hash', { ...message, messageSignature: { ...message.messageSignature, messageDigest: { digest: sig } } }],
    ['ERR_SIGNATURE_MISSING', 'an empty signature of a message', { ...message, messageSignature: { ...message.messageSignature, signature: '' } }],
    ['ERR_SIGNATURE_MISSING', 'no signature of an envelope', { ...good, dsseEnvelope: { ...good.dsseEnvelope, signatures: [] } }],
    ['ERR_ENTRY_MALFORMED', 'two signatures of an envelope', { ...good, dsseEnvelope: { ...good.dsseEnvelope, signatures: [{ sig }, { sig }] } }],
    ['ERR_ENTRY_MALFORMED', 'an unknown member', { ...good, dsseEnvelope: { ...good.dsseEnvelope, more: 1 } }],
    ['ERR_ENTRY_MALFORMED', 'a member in another case', { ...good, verificationMaterial: { PublicKey: { hint: 'h' } } }],
    ['ERR_ENTRY_MALFORMED', 'a member twice', `{"mediaType":"x",${JSON.stringify(good).slice(1)}`],
    ['ERR_ENTRY_MALFORMED', 'more after it', `${JSON.stringify(good)} {}`],
  ])('%s: with %s', (expected, _what, json) => {
    expect(code(json)).toBe(expected)
  })
})
