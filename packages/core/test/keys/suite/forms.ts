import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  encodeEnvelope,
  generateKey,
  importSigner,
  importVerifier,
  inTotoPayloadType,
  keyIdOf,
  keyKinds,
  parseEnvelope,
  signEnvelope,
  verifyEnvelope,
  type KeyKind,
} from '@cilock/core'

export type Face = 'node' | 'web'

const message = new TextEncoder().encode('message')
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ed25519 = generateKeyPairSync('ed25519')
const publicPem = (key: KeyObject): string => createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
const pkcs8 = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const sec1 = (key: KeyObject): string => key.export({ type: 'sec1', format: 'pem' }).toString()
const encrypted = (key: KeyObject, cipher: string): string => key.export({ type: 'pkcs8', format: 'pem', cipher, passphrase: 'correct horse' }).toString()

/** Reads a key from text, signs with it, and has the signature checked by the public key. */
async function roundTrip(privatePem: string, publicKeyPem: string, passphrase?: string): Promise<void> {
  const signer = await importSigner(privatePem, passphrase === undefined ? {} : { passphrase })
  const verifier = await importVerifier(publicKeyPem)
  expect(signer.keyid).toBe(keyIdOf(publicKeyPem))
  expect(await verifier.verify(message, { keyid: '', sig: await signer.sign(message) })).toMatchObject({ keyid: signer.keyid })
}

const unsupportedKinds: Readonly<Record<Face, readonly KeyKind[]>> = { node: [], web: ['ec-p224'] }

export function keyFormSuite(face: Face): void {
  const kinds = keyKinds.filter((kind) => !unsupportedKinds[face].includes(kind))

  describe('keys', () => {
    test.each(kinds)('%s: made, written, read, signs and verifies', async (kind) => {
      const made = await generateKey(kind)
      expect(made.privateKeyPem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
      const signer = await importSigner(made.privateKeyPem)
      const payload = new TextEncoder().encode('{}')
      const envelope = await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [signer, made.signer] })
      const verifier = await importVerifier(made.publicKeyPem)
      const verified = await verifyEnvelope(parseEnvelope(encodeEnvelope(envelope)), [verifier])
      expect(verified.signers.map(({ keyid }) => keyid)).toEqual([keyIdOf(made.publicKeyPem)])
      const other = await verifier.verify(new Uint8Array(1), { keyid: '', sig: await signer.sign(message) })
      expect(other).toBeUndefined()
    })

    test.each(unsupportedKinds[face])('%s: refused, since the platform has it not', async (kind) => {
      await expect(generateKey(kind)).rejects.toMatchObject({ code: 'ERR_KEY_UNSUPPORTED' })
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp224r1' })
      await expect(importSigner(pkcs8(privateKey))).rejects.toMatchObject({ code: 'ERR_KEY_UNSUPPORTED' })
      await expect(importVerifier(publicPem(privateKey))).rejects.toMatchObject({ code: 'ERR_KEY_UNSUPPORTED' })
      expect(keyIdOf(publicPem(privateKey))).toMatch(/^[0-9a-f]{64}$/)
    })

    test('a kind that does not exist is a TypeError', async () => {
      // @ts-expect-error no such kind
      await expect(generateKey('ec-p257')).rejects.toThrow(TypeError)
    })

    test('PKCS#8', async () => {
      await roundTrip(pkcs8(p256.privateKey), publicPem(p256.privateKey))
      await roundTrip(pkcs8(rsa.privateKey), publicPem(rsa.privateKey))
      await roundTrip(pkcs8(ed25519.privateKey), publicPem(ed25519.privateKey))
    })

    test('an RSA signature has one form: without its leading zero, or with one more, it is none', async () => {
      const signer = await importSigner(pkcs8(rsa.privateKey))
      const verifier = await importVerifier(publicPem(rsa.privateKey))
      const accepts = async (sig: Uint8Array): Promise<boolean> => (await verifier.verify(message, { keyid: '', sig })) !== undefined
      let sig = await signer.sign(message)
      // The salt is another each time: one signature in 256 begins so.
      while (sig[0] !== 0) sig = await signer.sign(message)
      expect(await accepts(sig)).toBe(true)
      expect(await accepts(sig.subarray(1))).toBe(false)
      expect(await accepts(Uint8Array.of(0, ...sig))).toBe(false)
    })

    test('SEC1', async () => roundTrip(sec1(p256.privateKey), publicPem(p256.privateKey)))

    test('SEC1 after an EC PARAMETERS block', async () => {
      const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
      await roundTrip(parameters + sec1(p256.privateKey), publicPem(p256.privateKey))
    })

    test('an EC PARAMETERS block alone is no key', async () => {
      const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
      await expect(importSigner(parameters)).rejects.toMatchObject({ code: 'ERR_MALFORMED' })
    })

    test('EC PARAMETERS of another curve than the key', async () => {
      const parameters = '-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n'
      await expect(importSigner(parameters + sec1(p256.privateKey))).rejects.toMatchObject({ code: 'ERR_MALFORMED' })
    })

    test('PKCS#1', async () => {
      const privatePem = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
      const publicKeyPem = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()
      await roundTrip(privatePem, publicKeyPem)
      expect(keyIdOf(publicKeyPem)).toBe(keyIdOf(publicPem(rsa.privateKey)))
    })

    test('the label decides nothing', async () => {
      await roundTrip(pkcs8(p256.privateKey).replaceAll('PRIVATE KEY', 'MY KEY'), publicPem(p256.privateKey))
    })

    test.each(['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc'])('encrypted PKCS#8 with %s', async (cipher) => {
      const pem = encrypted(ed25519.privateKey, cipher)
      if (face === 'web' && cipher === 'des-ede3-cbc') {
        await expect(importSigner(pem, { passphrase: 'correct horse' })).rejects.toMatchObject({ code: 'ERR_KEY_UNSUPPORTED' })
        return
      }
      await roundTrip(pem, publicPem(ed25519.privateKey), 'correct horse')
    })

    test.each(['aes-128-cbc', 'aes-256-cbc', 'des-ede3-cbc'])("OpenSSL's old encryption with %s", async (cipher) => {
      const pem = rsa.privateKey.export({ type: 'pkcs1', format: 'pem', cipher, passphrase: 'correct horse' }).toString()
      expect(pem).toContain('Proc-Type: 4,ENCRYPTED')
      if (face === 'web' && cipher === 'des-ede3-cbc') {
        await expect(importSigner(pem, { passphrase: 'correct horse' })).rejects.toMatchObject({ code: 'ERR_KEY_UNSUPPORTED' })
        return
      }
      await roundTrip(pem, publicPem(rsa.privateKey), 'correct horse')
      await roundTrip(pem.replaceAll('\n', '\r\n'), publicPem(rsa.privateKey), 'correct horse')
      await expect(importSigner(pem, { passphrase: 'wrong' })).rejects.toMatchObject({ code: 'ERR_KEY_PASSPHRASE' })
      await expect(importSigner(pem)).rejects.toMatchObject({ code: 'ERR_KEY_PASSPHRASE' })
      await expect(importVerifier(pem)).rejects.toMatchObject({ code: 'ERR_KEY_UNSUPPORTED' })
      await expect(importSigner(pem.replace(/DEK-Info: [^,]*/, 'DEK-Info: DES-CBC'), { passphrase: 'correct horse' })).rejects.toMatchObject({ code: 'ERR_KEY_UNSUPPORTED' })
      await expect(importSigner(pem.replace(/(DEK-Info: .*).{4}/, '$1'), { passphrase: 'correct horse' })).rejects.toMatchObject({ code: 'ERR_MALFORMED' })
    })

    test('a passphrase as bytes; UTF-8 as text', async () => {
      const pem = p256.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'grün' }).toString()
      await roundTrip(pem, publicPem(p256.privateKey), 'grün')
      await expect(importSigner(pem, { passphrase: new TextEncoder().encode('grün') })).resolves.toMatchObject({ keyid: keyIdOf(publicPem(p256.privateKey)) })
    })

    test('a passphrase for a key that is not encrypted is not looked at', async () => roundTrip(pkcs8(p256.privateKey), publicPem(p256.privateKey), 'unneeded'))

    test('an encrypted key without a passphrase', async () => {
      await expect(importSigner(encrypted(p256.privateKey, 'aes-256-cbc'))).rejects.toMatchObject({ code: 'ERR_KEY_PASSPHRASE' })
    })

    test('an encrypted key with a wrong passphrase; the message does not hold it', async () => {
      const error: unknown = await importSigner(encrypted(p256.privateKey, 'aes-256-cbc'), { passphrase: 'hunter2' }).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'ERR_KEY_PASSPHRASE' })
      expect(JSON.stringify(error) + String(error)).not.toContain('hunter2')
    })

    // one wrong key in 256 gives bytes with a right padding, which then are no key
    test('many wrong passphrases, all refused as such', async () => {
      const pem = encrypted(ed25519.privateKey, 'aes-128-cbc')
      for (let number = 0; number < 300; number++) {
        await expect(importSigner(pem, { passphrase: String(number) })).rejects.toMatchObject({ code: 'ERR_KEY_PASSPHRASE' })
      }
    })

    test('a private key with the public half of another is refused', async () => {
      const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const der = Buffer.from(p256.privateKey.export({ type: 'sec1', format: 'der' }))
      const point = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-65)
      const at = der.indexOf(point(p256.privateKey))
      point(other.privateKey).copy(der, at)
      const pem = `-----BEGIN EC PRIVATE KEY-----\n${der.toString('base64')}\n-----END EC PRIVATE KEY-----\n`
      await expect(importSigner(pem)).rejects.toMatchObject({ code: 'ERR_MALFORMED' })
    })

    test.each([
      ['a public key', publicPem(p256.privateKey), 'ERR_KEY_UNSUPPORTED'],
      ['secp256k1', pkcs8(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey), 'ERR_KEY_UNSUPPORTED'],
      ['Ed448', pkcs8(generateKeyPairSync('ed448').privateKey), 'ERR_KEY_UNSUPPORTED'],
      ['X25519', pkcs8(generateKeyPairSync('x25519').privateKey), 'ERR_KEY_UNSUPPORTED'],
      ['id-RSASSA-PSS', pkcs8(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey), 'ERR_KEY_UNSUPPORTED'],
      ['RSA of 1024 bits', pkcs8(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey), 'ERR_KEY_UNSUPPORTED'],
      ['RSA of 2047 bits', pkcs8(generateKeyPairSync('rsa', { modulusLength: 2047 }).privateKey), 'ERR_KEY_UNSUPPORTED'],
      ['no PEM', 'nothing', 'ERR_MALFORMED'],
      ['an empty text', '', 'ERR_MALFORMED'],
      ['a block without end', '-----BEGIN PRIVATE KEY-----\nAAAA\n', 'ERR_MALFORMED'],
      ['a block that ends another', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PUBLIC KEY-----\n', 'ERR_MALFORMED'],
      ['a block that is not base64', '-----BEGIN PRIVATE KEY-----\nAA*A\n-----END PRIVATE KEY-----\n', 'ERR_MALFORMED'],
      ['an empty block', '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n', 'ERR_MALFORMED'],
      ['a text of more than a megabyte', ' '.repeat(1024 * 1024 + 1), 'ERR_LIMIT_EXCEEDED'],
    ])('no signer from %s', async (_name, pem, code) => {
      await expect(importSigner(pem)).rejects.toMatchObject({ code })
    })

    test('what is no text is a TypeError', async () => {
      // @ts-expect-error a key is PEM text
      await expect(importSigner(new Uint8Array())).rejects.toThrow(TypeError)
      // @ts-expect-error a key is PEM text
      await expect(importVerifier(p256.publicKey)).rejects.toThrow(TypeError)
    })

    test('a hash that is not offered is a TypeError', async () => {
      // @ts-expect-error no such hash
      await expect(importVerifier(publicPem(p256.privateKey), { hash: 'sha1' })).rejects.toThrow(TypeError)
    })

    test.each([
      ['a private key', pkcs8(p256.privateKey), 'ERR_KEY_UNSUPPORTED'],
      ['an encrypted private key', encrypted(p256.privateKey, 'aes-256-cbc'), 'ERR_KEY_UNSUPPORTED'],
      ['secp256k1', publicPem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey), 'ERR_KEY_UNSUPPORTED'],
      ['Ed448', publicPem(generateKeyPairSync('ed448').privateKey), 'ERR_KEY_UNSUPPORTED'],
      ['RSA of 1024 bits', publicPem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey), 'ERR_KEY_UNSUPPORTED'],
      ['a compressed point', compressed(), 'ERR_KEY_UNSUPPORTED'],
      ['a point beside the curve', besideTheCurve(), 'ERR_MALFORMED'],
      ['Ed25519 bytes that are no point', wrongEdPoint(), 'ERR_MALFORMED'],
    ])('no verifier from %s', async (_name, pem, code) => {
      await expect(importVerifier(pem)).rejects.toMatchObject({ code })
    })

    test('RSA exponents that are even, 1, or beyond Go are refused', async () => {
      const { n } = rsa.publicKey.export({ format: 'jwk' })
      for (const e of ['AQ', 'Ag', 'BA', 'gAAAAQ', 'AQAAAAE']) {
        const pem = createPublicKey({ key: { kty: 'RSA', n: n ?? '', e }, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
        await expect(importVerifier(pem)).rejects.toMatchObject({ code: 'ERR_KEY_UNSUPPORTED' })
      }
    })

    test('an ECDSA signature in another DER form than the one is refused', async () => {
      const signer = await importSigner(pkcs8(p256.privateKey))
      const verifier = await importVerifier(publicPem(p256.privateKey))
      let sig: Uint8Array
      // until the first number needs no sign byte
      do sig = await signer.sign(message)
      while (sig[3] !== 32)
      const longer = (...bytes: readonly number[]): Uint8Array => Uint8Array.of(0x30, (sig[1] ?? 0) + 1, ...bytes)
      expect(await verifier.verify(message, { keyid: '', sig })).toBeDefined()
      for (const changed of [
        longer(0x02, 33, 0, ...sig.subarray(4)), // a leading zero that is not needed
        longer(...sig.subarray(2), 0), // something after the second number
        Uint8Array.of(...sig, 0), // something after the end
        Uint8Array.of(0x30, 0x81, ...sig.subarray(1)), // a length that could be shorter
        Uint8Array.of(0x31, ...sig.subarray(1)), // a SET
      ]) {
        expect(await verifier.verify(message, { keyid: '', sig: changed })).toBeUndefined()
      }
    })

    test('a secret number that is 0, the order of the curve, or more is refused', async () => {
      const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
      const beyond = Buffer.from(order)
      beyond[31] = 0x52
      for (const secret of [Buffer.alloc(32), order, beyond, Buffer.alloc(32, 0xff), Buffer.concat([Buffer.of(1), Buffer.alloc(32, 1)])]) {
        const body = Buffer.concat([Buffer.from('020101', 'hex'), Buffer.of(0x04, secret.length), secret, Buffer.from('a00a06082a8648ce3d030107', 'hex')])
        const der = Buffer.concat([Buffer.of(0x30, body.length), body])
        await expect(importSigner(`-----BEGIN EC PRIVATE KEY-----\n${der.toString('base64')}\n-----END EC PRIVATE KEY-----\n`)).rejects.toMatchObject({
          code: 'ERR_MALFORMED',
          message: expect.stringMatching(/secret number/) as string,
        })
      }
    })

    test('a secret number with leading zeros left out or put in is the same key', async () => {
      for (const secret of ['05', '0000000005', `${'00'.repeat(33)}05`]) {
        const bytes = Buffer.from(secret, 'hex')
        const body = Buffer.concat([Buffer.from('020101', 'hex'), Buffer.of(0x04, bytes.length), bytes, Buffer.from('a00a06082a8648ce3d030107', 'hex')])
        const der = Buffer.concat([Buffer.of(0x30, body.length), body])
        const signer = await importSigner(`-----BEGIN EC PRIVATE KEY-----\n${der.toString('base64')}\n-----END EC PRIVATE KEY-----\n`)
        // five times the base point
        expect(signer.publicKeyPem).toContain('UVkLelFRQNLXhMhWCGaP3++Mgv0f')
      }
    })

    test.each(['sha384', 'sha512'] as const)('a signature over %s needs a verifier of that hash, and has a key id of it', async (hash) => {
      for (const { privateKey } of [p256, rsa]) {
        const signer = await importSigner(pkcs8(privateKey), { hash })
        const signature = { keyid: signer.keyid, sig: await signer.sign(message) }
        expect(signer.keyid).toHaveLength(hash === 'sha384' ? 96 : 128)
        expect(await (await importVerifier(publicPem(privateKey), { hash })).verify(message, signature)).toMatchObject({ keyid: signer.keyid })
        expect(await (await importVerifier(publicPem(privateKey))).verify(message, signature)).toBeUndefined()
      }
      expect((await importSigner(pkcs8(ed25519.privateKey), { hash })).keyid).toBe(keyIdOf(publicPem(ed25519.privateKey)))
      expect(keyIdOf(publicPem(ed25519.privateKey), hash)).toBe(keyIdOf(publicPem(ed25519.privateKey)))
    })
  })
}

function spki(algorithm: string, bytes: Uint8Array): string {
  const bits = Buffer.concat([Buffer.of(0x03, bytes.length + 1, 0), bytes])
  const body = Buffer.concat([Buffer.from(algorithm, 'hex'), bits])
  return `-----BEGIN PUBLIC KEY-----\n${Buffer.concat([Buffer.of(0x30, body.length), body]).toString('base64')}\n-----END PUBLIC KEY-----\n`
}

const p256Algorithm = '301306072a8648ce3d020106082a8648ce3d030107'

function point(): Buffer {
  return Buffer.from(p256.publicKey.export({ type: 'spki', format: 'der' }).subarray(-65))
}

function compressed(): string {
  const bytes = point()
  return spki(p256Algorithm, Buffer.concat([Buffer.of(2 + ((bytes.at(-1) ?? 0) & 1)), bytes.subarray(1, 33)]))
}

function besideTheCurve(): string {
  const bytes = point()
  bytes[64] = (bytes[64] ?? 0) ^ 1
  return spki(p256Algorithm, bytes)
}

/** y = 2 has no x. */
function wrongEdPoint(): string {
  return spki('300506032b6570', Buffer.concat([Buffer.of(2), Buffer.alloc(31)]))
}
