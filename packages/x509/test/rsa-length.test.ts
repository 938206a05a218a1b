import { constants, createPrivateKey, sign } from 'node:crypto'
import { generateKey } from '@cilock/core'
import type { GeneratedKey } from '@cilock/core'
import { derNull, derOid, derSequence } from '@cilock/der'
import { certificateOf, timestampOf } from '@cilock/testing/x509'
import { certificateVerifier, findPath, parseCertificate, verifyTimestamps } from '@cilock/x509'
import { describe, expect, it } from 'vitest'

/**
 * An RSA signature has exactly the modulus' length (RFC 8017, 8.1.2 and 8.2.2, step 1). OpenSSL takes one of PSS that lost
 * its leading zero; Go takes none, and neither may anything here.
 */
const key = await generateKey('rsa-2048')
const at = new Date('2026-01-01')
const pkcs1 = { algorithm: derSequence(derOid('1.2.840.113549.1.1.11'), derNull), sign: (message: Uint8Array) => new Uint8Array(sign('sha256', message, createPrivateKey(key.privateKeyPem))) }
const pss = (message: Uint8Array): Uint8Array => new Uint8Array(sign('sha256', message, { key: createPrivateKey(key.privateKeyPem), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }))

/** Whose signatures all begin with a zero, which is dropped or not. Each has another salt, so that it finds one. */
function zeroFirst(dropped: boolean): GeneratedKey {
  const make = async (message: Uint8Array): Promise<Uint8Array> => {
    for (;;) {
      const sig = pss(message)
      if (sig[0] === 0) return dropped ? sig.subarray(1) : sig
    }
  }
  return { ...key, signer: { ...key.signer, sign: make } }
}

describe.each([[false, 'whole'], [true, 'without its leading zero']] as const)('an RSA signature that begins with a zero, %s', (dropped, what) => {
  const taken = !dropped

  it(`of a certificate, in PSS, is ${taken ? 'taken' : 'none'} (${what})`, { timeout: 60_000 }, async () => {
    const root = await certificateOf({ seed: 'root', key: zeroFirst(dropped) })
    const leaf = await root.issue({ seed: 'leaf' })
    const result = await findPath({ leaf: parseCertificate(leaf.der), intermediates: [], roots: [parseCertificate(root.der)], at, purpose: 'codeSigning' })
    expect(result.valid).toBe(taken)
  })

  it(`of a certificate, in PKCS#1 v1.5, is ${taken ? 'taken' : 'none'} (${what})`, { timeout: 60_000 }, async () => {
    const root = await certificateOf({ seed: 'root', key })
    for (let serialNumber = 1n; ; serialNumber++) {
      let isZero = false
      const signWith = {
        algorithm: pkcs1.algorithm,
        sign: async (tbs: Uint8Array) => {
          const sig = pkcs1.sign(tbs)
          isZero = sig[0] === 0
          return dropped ? sig.subarray(1) : sig
        },
      }
      const leaf = await root.issue({ seed: 'leaf', serialNumber, signWith })
      if (!isZero) continue
      const result = await findPath({ leaf: parseCertificate(leaf.der), intermediates: [], roots: [parseCertificate(root.der)], at, purpose: 'codeSigning' })
      return expect(result.valid).toBe(taken)
    }
  })

  it(`beside a certificate is ${taken ? 'taken' : 'none'} (${what})`, { timeout: 60_000 }, async () => {
    const root = await certificateOf({ seed: 'root' })
    const leaf = await root.issue({ seed: 'leaf', key: zeroFirst(dropped) })
    const verifier = certificateVerifier({ bundles: [{ id: 'own', roots: [parseCertificate(root.der)] }], fallbackTime: at })
    const message = new TextEncoder().encode('message')
    const signature = { keyid: '', sig: await leaf.key.signer.sign(message), certificate: new TextEncoder().encode(leaf.pem) }
    expect(await verifier.check(message, signature)).toMatchObject(taken ? { state: 'verified' } : { state: 'refused', refusal: { code: 'ERR_CERTIFICATE_SIGNATURE' } })
  })

  it(`of a timestamp is ${taken ? 'taken' : 'none'} (${what})`, { timeout: 60_000 }, async () => {
    const root = await certificateOf({ seed: 'root' })
    const tsa = await root.issue({ seed: 'tsa', kind: 'timestamper', key: zeroFirst(dropped) })
    const message = new TextEncoder().encode('a signature')
    const token = await timestampOf(message, tsa, { time: at })
    const { trusted, refused } = await verifyTimestamps([{ type: 'tsp', data: token }], { message, authorities: [{ id: 'tsa', roots: [parseCertificate(root.der)] }] })
    expect([trusted.length, refused.length]).toEqual(taken ? [1, 0] : [0, 1])
  })
})
