import { decodeBase64, encodeBase64, generateKey, importSigner } from '@cilock/core'
import type { KeyKind } from '@cilock/core'
import { CosignError, cosignSigner, cosignVerifier, decryptCosignKey, encryptCosignKey, isCosignPrivateKey } from '@cilock/cosign'
import { seededKey } from '@cilock/testing'
import { ed25519ph } from '@noble/curves/ed25519.js'
import { scrypt } from '@noble/hashes/scrypt.js'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { createPrivateKey, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'

const kinds: readonly KeyKind[] = ['ec-p256', 'ec-p384', 'ec-p521', 'rsa-2048', 'ed25519']
const message = new TextEncoder().encode('hello')

interface KeyJson {
  readonly kdf: { readonly name: string; readonly params: Readonly<Record<'N' | 'r' | 'p', number>>; readonly salt: string }
  readonly cipher: { readonly name: string; readonly nonce: string }
  readonly ciphertext: string
}

/** Changes the JSON in a key file. */
function changed(pem: string, change: (json: KeyJson) => unknown): string {
  const body = pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')
  const json = JSON.parse(atob(body)) as KeyJson
  return `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n${btoa(JSON.stringify(change(json)))}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n`
}

describe('a private key file', () => {
  it.each(kinds)('of a key %s is written and opened, and signs', { timeout: 30_000 }, async (kind) => {
    const { privateKeyPem, publicKeyPem, verifier } = await generateKey(kind)
    const file = await encryptCosignKey(privateKeyPem, { password: 'correct horse' })
    expect(isCosignPrivateKey(file)).toBe(true)
    expect(isCosignPrivateKey(privateKeyPem)).toBe(false)
    // to derive a key takes a second: what is in the file is looked at once
    if (kind === 'ec-p256') expect(await decryptCosignKey(file, { password: new TextEncoder().encode('correct horse') })).toBe(privateKeyPem)
    const signer = await cosignSigner(file, { password: 'correct horse' })
    expect(signer).toMatchObject({ publicKeyPem, keyid: expect.stringMatching(/^[0-9a-f]{64}$/) })
    const sig = await signer.sign(message)
    const ours = await cosignVerifier(publicKeyPem)
    expect(await ours.verify(message, { keyid: '', sig })).toEqual({ keyid: verifier.keyid, fingerprint: expect.any(String) })
    expect(await ours.verify(new TextEncoder().encode('hullo'), { keyid: '', sig })).toBeUndefined()
  })

  it('takes PKCS#1 and SEC1 in', { timeout: 30_000 }, async () => {
    for (const [kind, type] of [['rsa-2048', 'pkcs1'], ['ec-p256', 'sec1'], ['ec-p521', 'sec1']] as const) {
      const { privateKeyPem, publicKeyPem } = await generateKey(kind)
      const older = createPrivateKey(privateKeyPem).export({ format: 'pem', type }) as string
      const opened = await decryptCosignKey(await encryptCosignKey(older, { password: '' }), { password: '' })
      expect((await importSigner(opened)).publicKeyPem).toBe(publicKeyPem)
      expect((await cosignSigner(older)).publicKeyPem).toBe(publicKeyPem)
    }
  })

  it('is opened with the older label and less work too', { timeout: 30_000 }, async () => {
    const { privateKeyPem } = await seededKey('file', 'ec-p256')
    const pkcs8 = decodeBase64(privateKeyPem.replaceAll(/-----[A-Z ]+-----|\s/g, ''))
    const [salt, nonce] = [new Uint8Array(32).fill(1), new Uint8Array(24).fill(2)]
    const key = scrypt(new TextEncoder().encode('p'), salt, { N: 32_768, r: 8, p: 1, dkLen: 32 })
    const json = { kdf: { name: 'scrypt', params: { N: 32_768, r: 8, p: 1 }, salt: encodeBase64(salt) }, cipher: { name: 'nacl/secretbox', nonce: encodeBase64(nonce) }, ciphertext: encodeBase64(xsalsa20poly1305(key, nonce).encrypt(pkcs8)) }
    const file = `-----BEGIN ENCRYPTED COSIGN PRIVATE KEY-----\n${btoa(JSON.stringify(json))}\n-----END ENCRYPTED COSIGN PRIVATE KEY-----\n`
    expect(await decryptCosignKey(file, { password: 'p' })).toBe(privateKeyPem)
  })

  it('ERR_KEY_PASSPHRASE: with another password, without one, and damaged', { timeout: 30_000 }, async () => {
    const file = await encryptCosignKey((await seededKey('file', 'ec-p256')).privateKeyPem, { password: 'secret horse' })
    const error = await decryptCosignKey(file, { password: 'other horse' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_KEY_PASSPHRASE' })
    expect(String(error)).not.toContain('horse')
    await expect(cosignSigner(file)).rejects.toMatchObject({ code: 'ERR_KEY_PASSPHRASE' })
    const damaged = changed(file, (json) => ({ ...json, ciphertext: `A${json.ciphertext.slice(1)}` }))
    await expect(decryptCosignKey(damaged, { password: 'secret horse' })).rejects.toMatchObject({ code: 'ERR_KEY_PASSPHRASE' })
  })

  it('ERR_COSIGN_KEY: what is none, or asks for other work than cosign does', { timeout: 30_000 }, async () => {
    const { privateKeyPem } = await seededKey('file', 'ec-p256')
    const file = await encryptCosignKey(privateKeyPem, { password: '' })
    const faults: readonly ((json: KeyJson) => unknown)[] = [
      () => 'text',
      () => ({}),
      (json) => ({ ...json, kdf: { ...json.kdf, name: 'argon2' } }),
      (json) => ({ ...json, cipher: { ...json.cipher, name: 'aes' } }),
      (json) => ({ ...json, kdf: { ...json.kdf, params: { ...json.kdf.params, N: 2 ** 30 } } }),
      (json) => ({ ...json, kdf: { ...json.kdf, params: { ...json.kdf.params, N: 1024 } } }),
      (json) => ({ ...json, kdf: { ...json.kdf, params: { ...json.kdf.params, r: 80 } } }),
      (json) => ({ ...json, kdf: { ...json.kdf, params: { ...json.kdf.params, p: 2 } } }),
      (json) => ({ ...json, kdf: { ...json.kdf, salt: '?' } }),
      (json) => ({ ...json, cipher: { ...json.cipher, nonce: 'AAAA' } }),
      (json) => ({ ...json, ciphertext: 'AAAA' }),
    ]
    for (const fault of faults) await expect(decryptCosignKey(changed(file, fault), { password: '' })).rejects.toMatchObject({ code: 'ERR_COSIGN_KEY' })
    await expect(decryptCosignKey(privateKeyPem, { password: '' })).rejects.toMatchObject({ code: 'ERR_COSIGN_KEY' })
    await expect(decryptCosignKey('', { password: '' })).rejects.toBeInstanceOf(CosignError)
    const encrypted = createPrivateKey(privateKeyPem).export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }) as string
    await expect(encryptCosignKey(encrypted, { password: '' })).rejects.toMatchObject({ code: 'ERR_KEY_PASSPHRASE' })
    await expect(decryptCosignKey(file, { password: Number('1') as never })).rejects.toThrow(TypeError)
  })

  it('ERR_KEY_UNSUPPORTED: a curve with which cosign does not sign', async () => {
    const { privateKeyPem, publicKeyPem } = await generateKey('ec-p224')
    await expect(cosignSigner(privateKeyPem)).rejects.toMatchObject({ code: 'ERR_KEY_UNSUPPORTED' })
    await expect(cosignVerifier(publicKeyPem)).rejects.toMatchObject({ code: 'ERR_KEY_UNSUPPORTED' })
  })
})

describe('a verifier', () => {
  it('takes the hash of the curve and SHA-256, and where it is told so one alone', async () => {
    for (const [kind, hash] of [['ec-p384', 'sha384'], ['ec-p521', 'sha512']] as const) {
      const { privateKeyPem, publicKeyPem } = await generateKey(kind)
      const [own, plain] = [await cosignSigner(privateKeyPem), await cosignSigner(privateKeyPem, { hash: 'sha256' })]
      expect([own.hash, plain.hash]).toEqual([hash, 'sha256'])
      const signatures = await Promise.all([own.sign(message), plain.sign(message)])
      const accepted = async (only?: 'sha256' | 'sha384' | 'sha512'): Promise<readonly boolean[]> => {
        const verifier = await cosignVerifier(publicKeyPem, only === undefined ? {} : { hash: only })
        return Promise.all(signatures.map(async (sig) => (await verifier.verify(message, { keyid: '', sig })) !== undefined))
      }
      expect(await accepted()).toEqual([true, true])
      expect(await accepted('sha256')).toEqual([false, true])
      expect(await accepted(hash)).toEqual([true, false])
    }
  })

  it('takes Ed25519 and Ed25519ph, by the same name', async () => {
    const { privateKeyPem, publicKeyPem, verifier } = await generateKey('ed25519')
    const seed = decodeBase64(privateKeyPem.replaceAll(/-----[A-Z ]+-----|\s/g, '')).slice(-32)
    const ph = ed25519ph.sign(message, seed)
    const ours = await cosignVerifier(publicKeyPem)
    expect(await ours.verify(message, { keyid: '', sig: ph })).toEqual(await ours.verify(message, { keyid: '', sig: await (await cosignSigner(privateKeyPem)).sign(message) }))
    expect(await verifier.verify(message, { keyid: '', sig: ph })).toBeUndefined()
    expect(await ours.verify(new Uint8Array([1]), { keyid: '', sig: ph })).toBeUndefined()
    expect(await ours.verify(message, { keyid: '', sig: ph.slice(1) })).toBeUndefined()
  })

  it('takes RSA in PKCS#1 v1.5 and PSS', { timeout: 30_000 }, async () => {
    const { privateKeyPem, publicKeyPem, signer } = await generateKey('rsa-2048')
    const ours = await cosignVerifier(publicKeyPem)
    expect(await ours.verify(message, { keyid: '', sig: await signer.sign(message) })).toBeDefined()
    const pkcs1 = new Uint8Array(sign('sha256', message, privateKeyPem))
    expect(await (await cosignSigner(privateKeyPem)).sign(message)).toEqual(pkcs1)
    expect(await ours.verify(message, { keyid: '', sig: pkcs1 })).toBeDefined()
  })
})
