import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importSigner, importVerifier, keyIdOf, parseEnvelope, verifyEnvelope, type KeyHash, type KeyVerifier, type Verifier } from '@cilock/core'
import { skipped, vectors } from '@cilock/vectors'
import { recordedEnvelopes } from '../../recordings.ts'
import type { Face } from './forms.ts'

const passphrase = 'correct horse battery'

/** Ids that cilock printed. */
const keyIds = {
  'ec-p224': '7b0f31dab8c1bb951e26c2ce3f158568ceac64281201051c1c662f5780dc6c61',
  'ec-p256': '40b2b11d7a959ef0721b292e5f80aaf39f388ee1e43ab077915f510761d02450',
  'ec-p384': '7cd2f089740a14d88a9d7bb70773502f79c29deb5f829c6324a7d7f59e2cdec5',
  'ec-p521': '1a3d7f3e7988b60dde99128aff8d8806b9df3b2008c57e465ebf079f63f7763d',
  'rsa-1024': '3959aa0c780d6a40434b2ed017e2d33e1e6ba32f952f868d9242a87b476a2f4d',
  'rsa-2048': '50c0bc4603eff52085ecbf2baddcf94c3eb0d71ca9f79b903d56af5ef3a3515c',
  'rsa-3072': 'e6a8e3ed2e39298ba7cb0919e32f8da63575f7ae9ae5b1d5f994667e1a01b167',
  'rsa-4096': 'b407910a4e1ede425241cbecaf5b339da0f95c3ed01c3b8c3c4ec4cbba6a49f8',
  ed25519: '9181181702ba55283e8b5d789198baf8ffafa0d09ef4d5187a6090a607c342e2',
} as const

export function goldenKeySuite(face: Face): void {
  const evidence = vectors('golden/evidence')
  if (evidence === undefined) {
    test.skip(skipped('golden/evidence'))
    return
  }
  const key = (file: string): string => readFileSync(join(evidence, 'keys', file), 'utf8')

  describe('keys of the recordings', () => {
    test.each(Object.entries(keyIds))('%s has the key id that cilock prints', (name, keyid) => {
      expect(keyIdOf(key(`${name}.pub.pem`))).toBe(keyid)
    })

    test.each(['ec-p256.crlf.pub', 'ec-p256.no-newline.pub', 'ec-p256.one-line.pub'])('%s: another spelling has the same id', (file) => {
      expect(keyIdOf(key(`${file}.pem`))).toBe(keyIds['ec-p256'])
    })

    test('a certificate has the id of its key', async () => {
      for (const name of ['x509-leaf', 'x509-leaf-rsa', 'x509-leaf-ed25519']) {
        expect(keyIdOf(key(`${name}.cert.pem`))).toBe((await importSigner(key(`${name}.key.pem`))).keyid)
      }
    })

    test.each([
      ...['ec-p256', 'ec-p256.sec1', 'ec-p256.sec1-params', 'ec-p256.crlf', 'ec-p256.no-newline', 'ec-p256.with-text', 'ec-p256.two-blocks'].map((file) => [file, 'ec-p256'] as const),
      ...['ec-p256.enc', 'ec-p256.enc-prf-sha1', 'ec-p256.enc-prf-sha384', 'ec-p256.enc-aes128-sha512', 'ec-p256.enc-scrypt', 'ec-p256.enc-legacy'].map((file) => [file, 'ec-p256'] as const),
      ...(face === 'node' ? (['ec-p256.enc-des3'] as const) : []).map((file) => [file, 'ec-p256'] as const),
      ...(face === 'node' ? (['ec-p224'] as const) : []).map((file) => [file, 'ec-p224'] as const),
      ['ec-p384', 'ec-p384'],
      ['ec-p521', 'ec-p521'],
      ['ed25519', 'ed25519'],
      ['ed25519.enc', 'ed25519'],
      ['rsa-2048', 'rsa-2048'],
      ['rsa-2048.pkcs1', 'rsa-2048'],
      ['rsa-2048.enc', 'rsa-2048'],
      ['rsa-2048.enc-legacy', 'rsa-2048'],
      ['rsa-3072', 'rsa-3072'],
      ['rsa-4096', 'rsa-4096'],
    ] as const)('%s.pem signs as %s', async (file, name) => {
      const signer = await importSigner(key(`${file}.pem`), { passphrase })
      const message = new Uint8Array(5)
      expect(signer.keyid).toBe(keyIds[name])
      const verifier = await importVerifier(key(`${name}.pub.pem`))
      expect(await verifier.verify(message, { keyid: '', sig: await signer.sign(message) })).toMatchObject({ keyid: keyIds[name] })
    })

    test.each([
      ['cosign-ec-p256.key', /cosign/],
      ['cosign-ec-p256.oldlabel.key', /cosign/],
      ['openssh-ed25519.pem', /OpenSSH/],
      ['openssh-ec-p256.enc.pem', /OpenSSH/],
      ['x509-leaf.cert.pem', /a certificate/],
      ['ec-p256.pub.pem', /a public key/],
      ['rsa-1024.pem', /1024/],
      ['rsa-pss-oid-2048.pem', /id-RSASSA-PSS/],
      ['secp256k1.pem', /secp256k1/],
      ['ed448.pem', /Ed448/],
    ])('%s is refused by what it is', async (file, message) => {
      await expect(importSigner(key(file), { passphrase })).rejects.toMatchObject({ code: 'ERR_KEY_UNSUPPORTED', message: expect.stringMatching(message) as string })
    })

    test('a file of DER is no PEM', async () => {
      await expect(importSigner(key('ec-p256.pkcs8.der'))).rejects.toMatchObject({ code: 'ERR_MALFORMED' })
    })

    test('a certificate is no raw key', async () => {
      await expect(importVerifier(key('x509-leaf.cert.pem'))).rejects.toMatchObject({ code: 'ERR_KEY_UNSUPPORTED', message: expect.stringMatching(/certificate/) as string })
    })
  })

  test('every signature of the recordings verifies by the key that it names', async () => {
    const verifiers = new Map<string, Verifier>()
    for (const file of readdirSync(join(evidence, 'keys')).filter((name) => name.endsWith('.pem'))) {
      for (const hash of ['sha256', 'sha384', 'sha512'] as const) {
        try {
          const verifier = await verifierOf(key(file), hash)
          verifiers.set(verifier.keyid, verifier)
        } catch (error) {
          expect(error, file).toMatchObject({ code: 'ERR_KEY_UNSUPPORTED' })
        }
      }
    }
    const refused: string[] = []
    const counts = { envelopes: 0, unsigned: 0, verified: 0, fulcio: 0 }
    for (const [id, file] of recordedEnvelopes(evidence)) {
      const envelope = parseEnvelope(readFileSync(file))
      counts.envelopes++
      if (envelope.signatures.length === 0) counts.unsigned++
      for (const signature of envelope.signatures) {
        const verifier = verifiers.get(signature.keyid)
        const alone = { ...envelope, signatures: [signature] }
        if (verifier === undefined) {
          // the mock of Fulcio certifies a new key for each run
          if (id.includes('fulcio')) counts.fulcio++
          else refused.push(`${id} ${signature.keyid}`)
        } else {
          const { signers } = await verifyEnvelope(alone, [verifier], { payloadTypes: [envelope.payloadType] })
          expect(signers.map(({ keyid }) => keyid)).toEqual([signature.keyid])
          counts.verified++
          const payload = Uint8Array.from(envelope.payload, (byte, index) => (index === 0 ? byte ^ 1 : byte))
          await expect(verifyEnvelope({ ...alone, payload }, [verifier]), id).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
        }
      }
    }
    const tooSmall = ['signer-rsa-1024', 'witness-signer-rsa-1024'].map((id) => `${id} ${keyIds['rsa-1024']}`)
    const missing = face === 'web' ? [`witness-signer-ec-p224 ${keyIds['ec-p224']}`] : []
    expect(counts).toEqual({ envelopes: 655, unsigned: 1, verified: face === 'node' ? 653 : 652, fulcio: 7 })
    expect(refused.toSorted()).toEqual([...tooSmall, ...missing].toSorted())
  })

  /** The public half of whatever a file has: a public key, or a private one with or without the passphrase. */
  async function verifierOf(pem: string, hash: KeyHash): Promise<KeyVerifier> {
    if (pem.includes('PUBLIC KEY')) return importVerifier(pem, { hash })
    return importVerifier((await importSigner(pem, { passphrase })).publicKeyPem, { hash })
  }
}
