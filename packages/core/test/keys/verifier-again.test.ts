import { createPrivateKey, createSign } from 'node:crypto'
import { encodeUtf8, generateKey, importVerifier } from '@cilock/core'
import type { KeyVerifier } from '@cilock/core'
import { describe, expect, it } from 'vitest'

const message = encodeUtf8('what was signed')
const accepts = async (verifier: KeyVerifier, sig: Uint8Array): Promise<boolean> => (await verifier.verify(message, { keyid: '', sig })) !== undefined

describe('a key that is imported again', () => {
  it('is the same key, in an object of its own', async () => {
    const { publicKeyPem, signer } = await generateKey('ed25519')
    const [first, second] = [await importVerifier(publicKeyPem), await importVerifier(publicKeyPem)]
    expect([second.keyid, second.publicKeyPem]).toEqual([first.keyid, first.publicKeyPem])
    // Whoever breaks one breaks no other.
    Object.assign(first, { keyid: 'another', verify: async () => ({ keyid: 'another', fingerprint: 'x' }) })
    const third = await importVerifier(publicKeyPem)
    expect(third.keyid).toBe(second.keyid)
    const sig = await signer.sign(message)
    expect(await accepts(third, sig)).toBe(true)
    expect(await accepts(third, sig.with(0, (sig[0] ?? 0) ^ 1))).toBe(false)
  })

  it('is another key with another hash', async () => {
    const { privateKeyPem, publicKeyPem } = await generateKey('ec-p256')
    const signed = new Uint8Array(createSign('sha512').update(message).sign(createPrivateKey(privateKeyPem)))
    const [sha256, sha512] = [await importVerifier(publicKeyPem), await importVerifier(publicKeyPem, { hash: 'sha512' })]
    expect(sha512.keyid).not.toBe(sha256.keyid)
    expect([await accepts(sha256, signed), await accepts(sha512, signed)]).toEqual([false, true])
    expect((await importVerifier(publicKeyPem)).keyid).toBe(sha256.keyid)
  })

  it('accepts PKCS#1 v1.5 only where that was asked for, whatever was asked before', async () => {
    const { privateKeyPem, publicKeyPem } = await generateKey('rsa-2048')
    const signed = new Uint8Array(createSign('sha256').update(message).sign(createPrivateKey(privateKeyPem)))
    expect(await accepts(await importVerifier(publicKeyPem, { allowRsaPkcs1v15: true }), signed)).toBe(true)
    expect(await accepts(await importVerifier(publicKeyPem), signed)).toBe(false)
  })

  it('is itself among more keys than are remembered', async () => {
    const keys = await Promise.all(Array.from({ length: 100 }, async () => generateKey('ed25519')))
    for (let round = 0; round < 2; round++) {
      for (const { publicKeyPem, signer } of keys) {
        const verifier = await importVerifier(publicKeyPem)
        expect(verifier.keyid).toBe(signer.keyid)
        expect(await accepts(verifier, await signer.sign(message))).toBe(true)
      }
    }
  })

  it('is refused each time when it is none', async () => {
    for (let round = 0; round < 2; round++) await expect(importVerifier('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n')).rejects.toMatchObject({ code: 'ERR_MALFORMED' })
  })
})

describe('messages on either side of what is verified at once', () => {
  it.each(['ed25519', 'ec-p256', 'rsa-2048'] as const)('%s', async (kind) => {
    const { signer, verifier } = await generateKey(kind)
    for (const length of [0, 65_536, 65_537, 300_000]) {
      const bytes = new Uint8Array(length).fill(7)
      const sig = await signer.sign(bytes)
      expect(await verifier.verify(bytes, { keyid: '', sig })).toMatchObject({ keyid: signer.keyid })
      expect(await verifier.verify(Uint8Array.of(...bytes.subarray(0, 10), 8), { keyid: '', sig })).toBeUndefined()
      expect(await verifier.verify(bytes, { keyid: '', sig: sig.subarray(1) })).toBeUndefined()
    }
  })
})
