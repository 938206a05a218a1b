import { createCipheriv, createPublicKey, generateKeyPairSync, pbkdf2Sync, scryptSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { importSigner, keyIdOf } from '@cilock/core'

const { privateKey } = generateKeyPairSync('ed25519')
const keyid = keyIdOf(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString())
const passphrase = 'correct horse'
const salt = Buffer.from('0123456789abcdef')
const iv = Buffer.alloc(16, 7)

/** DER by hand, so that parameters that no tool writes can be tried. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const length = content.length < 0x80 ? [] : content.length < 0x100 ? [0x81] : [0x82, content.length >> 8]
  return Buffer.concat([Buffer.of(tag, ...length, content.length & 0xff), content])
}
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts)
const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes)
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
function integer(value: number): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return (bytes[0] ?? 0) < 0x80 ? der(0x02, bytes) : der(0x02, Buffer.of(0), bytes)
}

const oids = {
  pbes2: oid('2a864886f70d01050d'),
  pbkdf2: oid('2a864886f70d01050c'),
  scrypt: oid('2b06010401da47040b'),
  aes128: oid('608648016503040102'),
  aes128gcm: oid('608648016503040106'),
  hmacSha256: oid('2a864886f70d0209'),
  hmacMd5: oid('2a864886f70d0206'),
  pbeMd5Des: oid('2a864886f70d010503'),
}

interface Parts {
  readonly scheme?: Buffer
  readonly derivation?: Buffer
  readonly encryption?: Buffer
  readonly key?: Buffer
  readonly plain?: Buffer
}

const pbkdf2 = (...parameters: readonly Buffer[]): Buffer => sequence(oids.pbkdf2, sequence(...parameters))
const scrypt = (...parameters: readonly Buffer[]): Buffer => sequence(oids.scrypt, sequence(...parameters))
const prf = sequence(oids.hmacSha256, der(0x05))
const usual = pbkdf2Sync(passphrase, salt, 10, 16, 'sha256')

function pemOf({ scheme, derivation, encryption, key, plain }: Parts): string {
  const cipher = createCipheriv('aes-128-cbc', key ?? usual, iv)
  const data = Buffer.concat([cipher.update(plain ?? privateKey.export({ type: 'pkcs8', format: 'der' })), cipher.final()])
  const parameters = sequence(derivation ?? pbkdf2(octets(salt), integer(10), prf), encryption ?? sequence(oids.aes128, octets(iv)))
  const info = sequence(sequence(scheme ?? oids.pbes2, parameters), octets(data))
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${info.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`
}

export function encryptedKeySuite(): void {
  describe('PBES2', () => {
    test.each<[string, Parts]>([
      ['PBKDF2', {}],
      ['PBKDF2 with the length of the key', { derivation: pbkdf2(octets(salt), integer(10), integer(16), prf) }],
      ['PBKDF2 without a function, which then is HMAC-SHA1', { derivation: pbkdf2(octets(salt), integer(10)), key: pbkdf2Sync(passphrase, salt, 10, 16, 'sha1') }],
      ['scrypt', { derivation: scrypt(octets(salt), integer(16), integer(8), integer(1)), key: scryptSync(passphrase, salt, 16, { N: 16, r: 8, p: 1 }) }],
      ['scrypt with the length of the key', { derivation: scrypt(octets(salt), integer(1024), integer(4), integer(3), integer(16)), key: scryptSync(passphrase, salt, 16, { N: 1024, r: 4, p: 3 }) }],
    ])('%s', async (_name, parts) => {
      expect((await importSigner(pemOf(parts), { passphrase })).keyid).toBe(keyid)
    })

    test.each<[string, string, Parts]>([
      ['another scheme', 'ERR_KEY_UNSUPPORTED', { scheme: oids.pbeMd5Des }],
      ['another derivation', 'ERR_KEY_UNSUPPORTED', { derivation: sequence(oids.pbes2, sequence(octets(salt))) }],
      ['another cipher', 'ERR_KEY_UNSUPPORTED', { encryption: sequence(oids.aes128gcm, octets(iv)) }],
      ['another pseudo-random function', 'ERR_KEY_UNSUPPORTED', { derivation: pbkdf2(octets(salt), integer(10), sequence(oids.hmacMd5)) }],
      ['an initial vector of another length', 'ERR_MALFORMED', { encryption: sequence(oids.aes128, octets(iv.subarray(1))) }],
      ['no iterations', 'ERR_MALFORMED', { derivation: pbkdf2(octets(salt), integer(0), prf) }],
      ['no number of iterations', 'ERR_MALFORMED', { derivation: pbkdf2(octets(salt)) }],
      ['a negative number of iterations', 'ERR_MALFORMED', { derivation: pbkdf2(octets(salt), der(0x02, Buffer.of(0xff)), prf) }],
      ['no salt', 'ERR_MALFORMED', { derivation: pbkdf2(integer(10), prf) }],
      ["a length that is not the key's", 'ERR_MALFORMED', { derivation: pbkdf2(octets(salt), integer(10), integer(32), prf) }],
      ['too many iterations', 'ERR_LIMIT_EXCEEDED', { derivation: pbkdf2(octets(salt), integer(10_000_001), prf) }],
      ['scrypt that wants too much memory', 'ERR_LIMIT_EXCEEDED', { derivation: scrypt(octets(salt), integer(2 ** 20), integer(8), integer(1)) }],
      ['scrypt that wants too much work', 'ERR_LIMIT_EXCEEDED', { derivation: scrypt(octets(salt), integer(2 ** 18), integer(8), integer(5)) }],
      ['scrypt with a cost that is no power of two', 'ERR_MALFORMED', { derivation: scrypt(octets(salt), integer(1000), integer(8), integer(1)) }],
      ['scrypt with a cost of 1', 'ERR_MALFORMED', { derivation: scrypt(octets(salt), integer(1), integer(8), integer(1)) }],
      ['scrypt with a cost too high for its block size', 'ERR_MALFORMED', { derivation: scrypt(octets(salt), integer(2 ** 16), integer(1), integer(1)) }],
      ['scrypt without parameters', 'ERR_MALFORMED', { derivation: scrypt(octets(salt)) }],
      ['what is inside is no key', 'ERR_MALFORMED', { plain: sequence(integer(1), integer(2)) }],
      ['what is inside is no structure', 'ERR_KEY_PASSPHRASE', { plain: Buffer.from('text') }],
    ])('%s: %s', async (_name, code, parts) => {
      await expect(importSigner(pemOf(parts), { passphrase })).rejects.toMatchObject({ code })
    })
  })
}
