import { encodeBase64, encodeJson } from '@cilock/core'
import { attestBlob, cosignSigner, cosignVerifier, parseBundle, signBlob, verifyBlob, verifyBlobAttestation } from '@cilock/cosign'
import { digestOf } from '@cilock/registry'
import { seededKey } from '@cilock/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bundleOf } from './world.ts'

const blob = new TextEncoder().encode('hello\n')
const other = new TextEncoder().encode('hullo\n')
const type = 'https://example.test/check/v1'
const sha256 = digestOf(blob).slice(7)

async function keys(): Promise<{ readonly signer: Awaited<ReturnType<typeof cosignSigner>>; readonly verifiers: readonly [Awaited<ReturnType<typeof cosignVerifier>>] }> {
  const { privateKeyPem, publicKeyPem } = await seededKey('blob', 'ec-p256')
  return { signer: await cosignSigner(privateKeyPem), verifiers: [await cosignVerifier(publicKeyPem)] }
}

const strangers = async (): Promise<readonly [Awaited<ReturnType<typeof cosignVerifier>>]> => [await cosignVerifier((await seededKey('stranger', 'ec-p256')).publicKeyPem)]

describe('a file that is signed', () => {
  it.each(['ec-p256', 'ec-p384', 'ec-p521', 'ed25519'] as const)('is verified by its bundle (%s)', async (kind) => {
    const { privateKeyPem, publicKeyPem, verifier } = await seededKey('blob', kind)
    const bundle = await signBlob({ blob, signer: await cosignSigner(privateKeyPem) })
    const { signers, statement } = await verifyBlob({ blob, bundle, verifiers: [await cosignVerifier(publicKeyPem)] })
    expect([signers.map(({ keyid }) => keyid), statement]).toEqual([[verifier.keyid], undefined])
    const { content } = parseBundle(bundle)
    expect(content.kind === 'message' && content.digest?.algorithm).toBe({ 'ec-p256': 'SHA2_256', 'ec-p384': 'SHA2_384', 'ec-p521': 'SHA2_512', ed25519: 'SHA2_256' }[kind])
  })

  it('states the hash that it is told', async () => {
    const { signer } = await keys()
    const { content } = parseBundle(await signBlob({ blob, signer, hash: 'sha512' }))
    expect(content.kind === 'message' && content.digest).toEqual({ algorithm: 'SHA2_512', bytes: new Uint8Array(await crypto.subtle.digest('SHA-512', blob)) })
  })

  it('is verified by a statement about it, and by its digest alone', async () => {
    const { signer, verifiers } = await keys()
    const bundle = new TextDecoder().decode(await attestBlob({ blob, signer, name: 'hello.txt', predicateType: type, predicate: { ok: true } }))
    for (const each of [blob, { sha256 }, { sha256: sha256.toUpperCase() }]) {
      const { statement, envelope } = await verifyBlobAttestation({ blob: each, bundle: parseBundle(bundle), verifiers, predicateType: type })
      expect(statement).toMatchObject({ predicate: { ok: true }, subject: [{ name: 'hello.txt', digest: { sha256 } }] })
      expect(envelope.payloadType).toBe('application/vnd.in-toto+json')
      expect((await verifyBlob({ blob: each, bundle, verifiers })).statement).toMatchObject({ predicateType: type })
    }
  })

  it('ERR_SIGNATURE_INVALID: not for another file, nor for another key', async () => {
    const { signer, verifiers } = await keys()
    const bundle = await signBlob({ blob, signer })
    await expect(verifyBlob({ blob: other, bundle, verifiers })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
    await expect(verifyBlob({ blob, bundle, verifiers: await strangers() })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
    const attested = await attestBlob({ blob, signer, name: 'x', predicateType: type, predicate: {} })
    await expect(verifyBlobAttestation({ blob, bundle: attested, verifiers: await strangers() })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
  })

  it('ERR_SUBJECT_MISMATCH: a statement about another file, and a digest of another', async () => {
    const { signer, verifiers } = await keys()
    const attested = await attestBlob({ blob, signer, name: 'x', predicateType: type, predicate: {} })
    for (const verify of [verifyBlob, verifyBlobAttestation]) await expect(verify({ blob: other, bundle: attested, verifiers })).rejects.toMatchObject({ code: 'ERR_SUBJECT_MISMATCH' })
    await expect(verifyBlobAttestation({ blob: { sha512: '0'.repeat(128) }, bundle: attested, verifiers })).rejects.toMatchObject({ code: 'ERR_SUBJECT_MISMATCH' })
    const signed = JSON.parse(new TextDecoder().decode(await signBlob({ blob, signer }))) as { readonly messageSignature: { readonly signature: string } }
    const whole = Uint8Array.from(sha256.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16))
    for (const digest of [new Uint8Array(32), whole.subarray(0, 16), new Uint8Array()]) {
      const lying = { ...signed, messageSignature: { ...signed.messageSignature, messageDigest: { algorithm: 'SHA2_256', digest: encodeBase64(digest) } } }
      await expect(verifyBlob({ blob, bundle: encodeJson(lying), verifiers })).rejects.toMatchObject({ code: 'ERR_SUBJECT_MISMATCH' })
    }
  })

  it('ERR_PREDICATE_TYPE, ERR_PAYLOAD_TYPE, ERR_PAYLOAD_MALFORMED, ERR_STATEMENT_TYPE: for something else than was asked for', async () => {
    const { signer, verifiers } = await keys()
    const attested = await attestBlob({ blob, signer, name: 'x', predicateType: type, predicate: {} })
    await expect(verifyBlobAttestation({ blob, bundle: attested, verifiers, predicateType: 'else:where' })).rejects.toMatchObject({ code: 'ERR_PREDICATE_TYPE' })
    await expect(verifyBlobAttestation({ blob, bundle: await signBlob({ blob, signer }), verifiers })).rejects.toMatchObject({ code: 'ERR_PAYLOAD_TYPE' })
    await expect(verifyBlob({ blob, bundle: await bundleOf(signer, blob, { payloadType: 'text/plain' }), verifiers })).rejects.toMatchObject({ code: 'ERR_PAYLOAD_TYPE' })
    await expect(verifyBlob({ blob, bundle: await bundleOf(signer, blob), verifiers })).rejects.toMatchObject({ code: 'ERR_PAYLOAD_MALFORMED' })
    await expect(verifyBlob({ blob, bundle: await bundleOf(signer, encodeJson({ _type: 'x' })), verifiers })).rejects.toMatchObject({ code: 'ERR_STATEMENT_TYPE' })
    await expect(verifyBlob({ blob, bundle: '{}', verifiers })).rejects.toMatchObject({ code: 'ERR_ENTRY_MALFORMED' })
  })

  it('ERR_SIGNER_FAILED: a signer that fails', async () => {
    await expect(signBlob({ blob, signer: { keyid: 'k', sign: async () => Promise.reject(new TypeError('no')) } })).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' })
  })

  it('refuses wrong arguments', async () => {
    const { signer, verifiers } = await keys()
    const bundle = await signBlob({ blob, signer })
    await expect(verifyBlob({ blob, bundle, verifiers: [] })).rejects.toThrow(TypeError)
    await expect(verifyBlob({ blob: { sha256: 'abc' }, bundle, verifiers })).rejects.toThrow(TypeError)
    // a signature of bytes cannot be held against a digest
    await expect(verifyBlob({ blob: { sha256 }, bundle, verifiers })).rejects.toThrow(TypeError)
  })
})

it('no change of a bundle makes it a signature of something else', async () => {
  const { signer, verifiers } = await keys()
  const bundles = [await signBlob({ blob, signer }), await attestBlob({ blob, signer, name: 'x', predicateType: type, predicate: {} })]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...bundles), fc.nat(), fc.integer({ min: 1, max: 255 }), async (bundle, at, mask) => {
      const changed = bundle.map((byte, index) => (index === at % bundle.length ? byte ^ mask : byte))
      const whole = await verifyBlob({ blob, bundle, verifiers })
      const result = await verifyBlob({ blob, bundle: changed, verifiers }).catch(() => undefined)
      // what is still accepted says the same
      if (result !== undefined) expect(result.statement).toEqual(whole.statement)
      await expect(verifyBlob({ blob: other, bundle: changed, verifiers })).rejects.toBeInstanceOf(Error)
    }),
    { numRuns: 60 },
  )
})
