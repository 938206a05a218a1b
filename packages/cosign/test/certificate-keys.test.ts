import { createPrivateKey, sign } from 'node:crypto'
import { cosignSigner, cosignVerifier, signBlob, signImage, verifyBlob, verifyImage } from '@cilock/cosign'
import { generateKey } from '@cilock/core'
import type { KeyHash, KeyKind, Signer } from '@cilock/core'
import { certificateVerifier, parseCertificate } from '@cilock/x509'
import type { CertificateVerifier } from '@cilock/x509'
import { certificateOf } from '@cilock/testing/x509'
import type { MadeCertificate } from '@cilock/testing/x509'
import { describe, expect, it } from 'vitest'
import { cosignWorld } from './world.ts'

const root = await certificateOf({ seed: 'root' })
const issue = async (kind: KeyKind): Promise<MadeCertificate> => root.issue({ seed: kind, key: await generateKey(kind), names: { emails: ['dev@example.test'] } })
const trusting = (asCosign: boolean): CertificateVerifier => certificateVerifier({ bundles: [{ id: 'own', roots: [parseCertificate(root.der)] }], fallbackTime: new Date('2026-01-01'), ...(asCosign && { keyVerifier: cosignVerifier }) })

/** Signs in a way of one's own, with the certificate beside it. */
function signerOf({ key, pem }: MadeCertificate, make: (message: Uint8Array) => Uint8Array): Signer {
  return { keyid: key.signer.keyid, sign: async (message) => make(message), certificate: pem }
}

const isVouchedFor = async (signer: Signer, verifier: CertificateVerifier): Promise<boolean> => {
  const message = new TextEncoder().encode('a message')
  const identity = await verifier.verify(message, { keyid: '', sig: await signer.sign(message), ...(signer.certificate !== undefined && { certificate: new TextEncoder().encode(signer.certificate) }) })
  return identity !== undefined
}

describe('a certificate’s key that signs as cosign does', () => {
  it.each<KeyKind>(['ec-p256', 'ec-p384', 'ec-p521', 'rsa-2048', 'ed25519'])('is vouched for: %s', async (kind) => {
    const { store } = await cosignWorld()
    const leaf = await issue(kind)
    const signer = { ...(await cosignSigner(leaf.key.privateKeyPem)), certificate: leaf.pem }
    const verifiers = [trusting(true)]
    for (const form of ['bundle', 'tag'] as const) await signImage({ store, image: 'v1', signer, form })
    const { signatures } = await verifyImage({ store, image: 'v1', verifiers })
    expect(signatures.map(({ place }) => place.form).toSorted()).toEqual(['bundle', 'tag'])
    expect(signatures[0]?.signers).toMatchObject([{ keyid: leaf.key.verifier.keyid }])
    const blob = new Uint8Array([1, 2])
    expect((await verifyBlob({ blob, bundle: await signBlob({ blob, signer }), verifiers })).signers).toHaveLength(1)
  })

  // by running `cosign verify-blob --certificate`: over SHA-256 for every curve, RSA in PKCS#1 v1.5 over SHA-256 alone
  it.each<[KeyKind, KeyHash, boolean]>([
    ['ec-p256', 'sha256', true],
    ['ec-p256', 'sha384', false],
    ['ec-p384', 'sha256', true],
    ['ec-p384', 'sha512', false],
    ['ec-p521', 'sha256', true],
    ['ec-p521', 'sha384', false],
    ['rsa-2048', 'sha256', true],
    ['rsa-2048', 'sha384', false],
    ['rsa-2048', 'sha512', false],
  ])('is read over the hashes that cosign takes: %s over %s: %s', async (kind, hash, expected) => {
    const leaf = await issue(kind)
    expect(await isVouchedFor(signerOf(leaf, (message) => new Uint8Array(sign(hash, message, createPrivateKey(leaf.key.privateKeyPem)))), trusting(true))).toBe(expected)
  })

  it.each<KeyKind>(['ec-p384', 'ec-p521', 'rsa-2048'])('is not, where keys sign as CI/lock’s do: %s', async (kind) => {
    const leaf = await issue(kind)
    const signer = { ...(await cosignSigner(leaf.key.privateKeyPem)), certificate: leaf.pem }
    expect(await isVouchedFor(signer, trusting(false))).toBe(false)
    expect(await isVouchedFor(leaf.signer, trusting(false))).toBe(true)
  })
})

/** A signature that begins with a zero, without it: OpenSSL takes one of PSS, Go takes none. */
describe('an RSA signature without its leading zero', () => {
  const shortened = async (make: (message: Uint8Array) => Promise<Uint8Array>): Promise<readonly [message: Uint8Array, whole: Uint8Array, short: Uint8Array]> => {
    for (let count = 0; ; count++) {
      const message = new TextEncoder().encode(`message ${count}`)
      const sig = await make(message)
      if (sig[0] === 0) return [message, sig, sig.subarray(1)]
    }
  }

  it.each(['PKCS#1 v1.5', 'PSS'])('is none, by a key or with a certificate: %s', { timeout: 60_000 }, async (padding) => {
    const leaf = await issue('rsa-2048')
    const signer = padding === 'PSS' ? leaf.key.signer : await cosignSigner(leaf.key.privateKeyPem)
    const [message, whole, short] = await shortened(async (each) => signer.sign(each))
    const certificate = new TextEncoder().encode(leaf.pem)
    for (const verifier of [await cosignVerifier(leaf.key.publicKeyPem), trusting(true)]) {
      expect(await verifier.verify(message, { keyid: '', sig: whole, certificate })).toBeDefined()
      expect(await verifier.verify(message, { keyid: '', sig: short, certificate })).toBeUndefined()
    }
  })

  it('is none in a bundle', { timeout: 60_000 }, async () => {
    const key = await generateKey('rsa-2048')
    const own = await cosignSigner(key.privateKeyPem)
    const verifiers = [await cosignVerifier(key.publicKeyPem)]
    const [blob] = await shortened(async (each) => own.sign(each))
    const bundleWithout = async (zeros: number): Promise<Uint8Array> => signBlob({ blob, signer: { ...own, sign: async (message) => (await own.sign(message)).subarray(zeros) } })
    expect((await verifyBlob({ blob, bundle: await bundleWithout(0), verifiers })).signers).toHaveLength(1)
    await expect(verifyBlob({ blob, bundle: await bundleWithout(1), verifiers })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
  })
})
