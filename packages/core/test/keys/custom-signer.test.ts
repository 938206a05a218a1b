import { constants, createPrivateKey, sign } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { customSigner, generateKey, importVerifier, type GeneratedKey } from '@cilock/core'

const message = new TextEncoder().encode('message')
let ec: GeneratedKey
let rsa: GeneratedKey
beforeAll(async () => {
  ec = await generateKey('ec-p256')
  rsa = await generateKey('rsa-2048')
})

describe('customSigner', () => {
  test('a key that WebCrypto does not let out', async () => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    const der = Buffer.from(await crypto.subtle.exportKey('spki', publicKey)).toString('base64')
    const publicKeyPem = `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`
    const signer = customSigner({
      publicKeyPem,
      ecdsaForm: 'p1363',
      sign: async (bytes) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, Uint8Array.from(bytes))),
    })
    const verifier = await importVerifier(publicKeyPem)
    expect(signer.keyid).toBe(verifier.keyid)
    expect(await verifier.verify(message, { keyid: '', sig: await signer.sign(message) })).toMatchObject({ keyid: signer.keyid })
  })

  test('a KMS that signs in DER, with another hash', async () => {
    const key = createPrivateKey(ec.privateKeyPem)
    const signer = customSigner({ publicKeyPem: ec.publicKeyPem, hash: 'sha384', sign: async (bytes) => new Uint8Array(sign('sha384', bytes, key)) })
    const verifier = await importVerifier(ec.publicKeyPem, { hash: 'sha384' })
    expect(signer.keyid).toBe(verifier.keyid)
    expect(await verifier.verify(message, { keyid: '', sig: await signer.sign(message) })).toBeDefined()
  })

  test('a certificate and its issuers are handed on', () => {
    const sign = async (): Promise<Uint8Array> => Uint8Array.of(1)
    expect(customSigner({ keyid: 'k', sign, certificate: 'c', intermediates: ['i'] })).toEqual({ keyid: 'k', sign, certificate: 'c', intermediates: ['i'] })
  })

  test('a name alone: signatures are taken as they are', async () => {
    const signer = customSigner({ keyid: 'mine', sign: async () => Uint8Array.of(1, 2) })
    expect(signer.keyid).toBe('mine')
    expect(await signer.sign(message)).toEqual(Uint8Array.of(1, 2))
  })

  test.each([
    ['of another key', async () => (await generateKey('ec-p256')).signer.sign(message)],
    ['over another message', async () => ec.signer.sign(new Uint8Array(1))],
    ['with another hash', async () => new Uint8Array(sign('sha512', message, createPrivateKey(ec.privateKeyPem)))],
    ['in another form than said', async () => new Uint8Array(sign('sha256', message, { key: createPrivateKey(ec.privateKeyPem), dsaEncoding: 'ieee-p1363' }))],
  ])('refuses a signature %s when it is made', async (_name, make) => {
    const signer = customSigner({ publicKeyPem: ec.publicKeyPem, sign: make })
    await expect(signer.sign(message)).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' })
  })

  test('refuses DER where p1363 was said', async () => {
    const signer = customSigner({ publicKeyPem: ec.publicKeyPem, ecdsaForm: 'p1363', sign: async (bytes) => ec.signer.sign(bytes) })
    await expect(signer.sign(message)).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' })
  })

  test('refuses p1363 of another length, though its numbers are right', async () => {
    const raw = sign('sha256', message, { key: createPrivateKey(ec.privateKeyPem), dsaEncoding: 'ieee-p1363' })
    const padded = Uint8Array.of(...raw.subarray(0, 32), 0, ...raw.subarray(32))
    const signer = (bytes: Uint8Array) => customSigner({ publicKeyPem: ec.publicKeyPem, ecdsaForm: 'p1363', sign: async () => bytes })
    await expect(signer(raw).sign(message)).resolves.toBeInstanceOf(Uint8Array)
    await expect(signer(padded).sign(message)).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' })
  })

  test('RSA PKCS#1 v1.5 only when it is allowed', async () => {
    const v15 = async (bytes: Uint8Array): Promise<Uint8Array> =>
      new Uint8Array(sign('sha256', bytes, { key: createPrivateKey(rsa.privateKeyPem), padding: constants.RSA_PKCS1_PADDING }))
    await expect(customSigner({ publicKeyPem: rsa.publicKeyPem, sign: v15 }).sign(message)).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' })
    const sig = await customSigner({ publicKeyPem: rsa.publicKeyPem, sign: v15, allowRsaPkcs1v15: true }).sign(message)
    expect(await (await importVerifier(rsa.publicKeyPem)).verify(message, { keyid: '', sig })).toBeUndefined()
    expect(await (await importVerifier(rsa.publicKeyPem, { allowRsaPkcs1v15: true })).verify(message, { keyid: '', sig })).toBeDefined()
  })

  test('refuses a public key that it cannot use, at once', () => {
    expect(() => customSigner({ publicKeyPem: 'nothing', sign: async () => new Uint8Array() })).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
  })
})
