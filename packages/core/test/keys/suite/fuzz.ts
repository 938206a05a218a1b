import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CilockError, importSigner, importVerifier, keyIdOf } from '@cilock/core'

const pairs = [generateKeyPairSync('ec', { namedCurve: 'P-256' }), generateKeyPairSync('rsa', { modulusLength: 2048 }), generateKeyPairSync('ed25519')]
const ec = pairs[0]
const privateKeys: readonly Buffer[] = [
  ...pairs.map(({ privateKey }) => privateKey.export({ type: 'pkcs8', format: 'der' })),
  ...(ec === undefined ? [] : [ec.privateKey.export({ type: 'sec1', format: 'der' }), ec.privateKey.export({ type: 'pkcs8', format: 'der', cipher: 'aes-128-cbc', passphrase: 'p' })]),
]
const publicKeys: readonly Buffer[] = pairs.map(({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' }))

const pem = (label: string, der: Uint8Array): string => `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`

/** A key with some bytes changed, put in or taken out, mostly near the start, where its structure is. */
function damaged(keys: readonly Buffer[]): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.oneof(fc.nat(40), fc.nat(1300)), fc.nat(2), fc.uint8Array({ maxLength: 3 }))
  return fc.tuple(fc.constantFrom(...keys), fc.array(change, { minLength: 1, maxLength: 3 })).map(([key, changes]) => {
    const bytes = [...key]
    for (const [at, remove, insert] of changes) bytes.splice(at % bytes.length, remove, ...insert)
    return Uint8Array.from(bytes)
  })
}

/** Runs it; an error has to be a coded one. */
async function codedOrFine(work: () => unknown): Promise<void> {
  try {
    await work()
  } catch (error) {
    expect(CilockError.is(error), String(error)).toBe(true)
  }
}

export function keyFuzzSuite(): void {
  describe('any damage gives a coded error or a key that works', () => {
    test('private keys', async () => {
      await fc.assert(
        fc.asyncProperty(damaged(privateKeys), async (der) => codedOrFine(async () => importSigner(pem('PRIVATE KEY', der), { passphrase: 'p' }))),
        { numRuns: 400 },
      )
    })

    test('public keys', async () => {
      await fc.assert(
        fc.asyncProperty(damaged(publicKeys), fc.uint8Array({ maxLength: 300 }), async (der, sig) =>
          codedOrFine(async () => {
            const verifier = await importVerifier(pem('PUBLIC KEY', der), { allowRsaPkcs1v15: true })
            // never throws on signatures, and none is right
            expect(await verifier.verify(new Uint8Array(1), { keyid: '', sig })).toBeUndefined()
          }),
        ),
        { numRuns: 400 },
      )
    })

    test('any signature bytes are no signature', async () => {
      const shapes = fc.oneof(fc.uint8Array({ maxLength: 100 }), ...[64, 70, 71, 72, 256].map((length) => fc.uint8Array({ minLength: length, maxLength: length })))
      for (const key of publicKeys) {
        const verifier = await importVerifier(pem('PUBLIC KEY', key), { allowRsaPkcs1v15: true })
        await fc.assert(
          fc.asyncProperty(shapes, async (sig) => {
            expect(await verifier.verify(new Uint8Array(1), { keyid: '', sig })).toBeUndefined()
          }),
        )
      }
    })

    test('any text', async () => {
      const line = fc.oneof(fc.string(), fc.constantFrom('-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', '-----BEGIN EC PARAMETERS-----', '-----END EC PARAMETERS-----', 'Proc-Type: 4,ENCRYPTED', 'MAA=', ''))
      await fc.assert(
        fc.asyncProperty(fc.array(line), async (lines) => {
          await codedOrFine(async () => importSigner(lines.join('\n'), { passphrase: 'p' }))
          await codedOrFine(() => keyIdOf(lines.join('\n')))
        }),
      )
    })
  })

  test('a key id does not depend on how the PEM text is laid out', () => {
    const layout = fc.record({ width: fc.integer({ min: 1, max: 400 }), newline: fc.constantFrom('\n', '\r\n'), before: fc.stringMatching(/^[a-z ]{0,20}$/), last: fc.boolean() })
    fc.assert(
      fc.property(fc.constantFrom(...publicKeys), layout, (key, { width, newline, before, last }) => {
        const lines = Array.from({ length: Math.ceil(key.toString('base64').length / width) }, (_, index) => key.toString('base64').slice(index * width, (index + 1) * width))
        const text = [before, '-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ...(last ? [''] : [])].join(newline)
        expect(keyIdOf(text)).toBe(keyIdOf(pem('PUBLIC KEY', key)))
      }),
    )
  })
}
