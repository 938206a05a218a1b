import { constants, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { generateKey, type GeneratedKey } from '@cilock/core'
import { contextTag, der, derInteger, derNull, derOid, derSequence } from '@cilock/der'
import { certificateOf, type CertificateOptions, type MadeCertificate } from '@cilock/testing/x509'
import { findPath, parseCertificate, type PathRules } from '@cilock/x509'
import { describe, expect, it } from 'vitest'

const at = new Date('2026-01-02T03:04:05Z')
const oids = { md5: '1.2.840.113549.1.1.4', sha1: '1.2.840.113549.1.1.5', sha224: '1.2.840.113549.1.1.14', sha256: '1.2.840.113549.1.1.11', sha384: '1.2.840.113549.1.1.12', sha512: '1.2.840.113549.1.1.13' } as const

interface RsaRoot {
  readonly root: MadeCertificate
  readonly privateKey: KeyObject
}

/** A root with an RSA key of any size; core makes none under 2048 bits, and signs with PSS. */
async function rsaRoot(modulusLength: number): Promise<RsaRoot> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  const { signer, verifier } = await generateKey('ed25519')
  const publicKeyPem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const key: GeneratedKey = { privateKeyPem: '', publicKeyPem, signer, verifier }
  return { root: await certificateOf({ seed: 'rsa root', key, signWith: pkcs1(privateKey, 'sha256') }), privateKey }
}

function pkcs1(privateKey: KeyObject, hash: keyof typeof oids, padding: number = constants.RSA_PKCS1_PADDING): NonNullable<CertificateOptions['signWith']> {
  return {
    algorithm: derSequence(derOid(oids[hash]), derNull),
    sign: async (tbs) => new Uint8Array(createSign(hash).update(tbs).sign({ key: privateKey, padding })),
  }
}

async function outcome({ root, privateKey }: RsaRoot, hash: keyof typeof oids, rules: PathRules = {}, padding?: number): Promise<string> {
  const leaf = await root.issue({ seed: 'leaf', signWith: pkcs1(privateKey, hash, padding) })
  const result = await findPath({ leaf: parseCertificate(leaf.der), roots: [parseCertificate(root.der)], at, purpose: 'codeSigning', rules })
  return result.valid ? 'valid' : result.failure.code
}

describe('RSA-PSS between certificates', async () => {
  const { root, privateKey } = await rsaRoot(2048)
  const algorithm = pssAlgorithm()

  it.each([
    [32, 'valid'],
    [20, 'ERR_PATH_SIGNATURE'],
    [0, 'ERR_PATH_SIGNATURE'],
    [222, 'ERR_PATH_SIGNATURE'],
  ])('has a salt as long as it says (32), and one of %d gives %s', async (saltLength, expected) => {
    const sign = async (tbs: Uint8Array): Promise<Uint8Array> => new Uint8Array(createSign('sha256').update(tbs).sign({ key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }))
    const leaf = await root.issue({ seed: 'leaf', signWith: { algorithm, sign } })
    const result = await findPath({ leaf: parseCertificate(leaf.der), roots: [parseCertificate(root.der)], at, purpose: 'codeSigning' })
    expect(result.valid ? 'valid' : result.failure.code).toBe(expected)
  })
})

/** SHA-256 throughout, and a salt of 32 bytes. */
function pssAlgorithm(): Uint8Array {
  const hash = derSequence(derOid('2.16.840.1.101.3.4.2.1'), derNull)
  const mask = derSequence(derOid('1.2.840.113549.1.1.8'), hash)
  return derSequence(derOid('1.2.840.113549.1.1.10'), derSequence(der(contextTag(0, true), hash), der(contextTag(1, true), mask), der(contextTag(2, true), derInteger(32))))
}

describe('RSA PKCS#1 v1.5 between certificates', async () => {
  const strong = await rsaRoot(2048)
  const short = await rsaRoot(1024)

  it.each(['sha256', 'sha384', 'sha512'] as const)('is verified over %s', async (hash) => {
    expect(await outcome(strong, hash)).toBe('valid')
  })

  it('is refused over SHA-1, unless that is allowed', async () => {
    expect(await outcome(strong, 'sha1')).toBe('ERR_PATH_WEAK')
    expect(await outcome(strong, 'sha1', { allowSha1: true })).toBe('valid')
  })

  it('is refused over MD5 in any case, and over a hash that is not known', async () => {
    expect(await outcome(strong, 'md5')).toBe('ERR_PATH_WEAK')
    expect(await outcome(strong, 'md5', { allowSha1: true })).toBe('ERR_PATH_WEAK')
    expect(await outcome(strong, 'sha224')).toBe('ERR_PATH_SIGNATURE')
  })

  it('is refused by a short key, unless that is allowed', async () => {
    expect(await outcome(short, 'sha256')).toBe('ERR_PATH_WEAK')
    expect(await outcome(short, 'sha256', { minRsaBits: 1024 })).toBe('valid')
  })

  it('is not PSS', async () => {
    expect(await outcome(strong, 'sha256', {}, constants.RSA_PKCS1_PSS_PADDING)).toBe('ERR_PATH_SIGNATURE')
  })

  it('needs the kind of key that the algorithm says', async () => {
    const { root } = strong
    const leaf = await root.issue({ seed: 'leaf', signWith: { algorithm: derSequence(derOid('1.2.840.10045.4.3.2')), sign: async () => new Uint8Array(70) } })
    const result = await findPath({ leaf: parseCertificate(leaf.der), roots: [parseCertificate(root.der)], at, purpose: 'codeSigning' })
    expect(result.valid || result.failure.code).toBe('ERR_PATH_ALGORITHM')
  })
})
