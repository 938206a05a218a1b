import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, generatePrimeSync, sign, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { importVerifier, type KeyHash, type KeyVerifier } from '@cilock/core'

const hashLengths: Readonly<Record<KeyHash, number>> = { sha256: 32, sha384: 48, sha512: 64 }

/** The longest salt: what the block has beside hash, two fixed bytes and the bits that do not fill a byte. */
function longestSalt(bits: number, hash: KeyHash): number {
  return Math.ceil((bits - 1) / 8) - hashLengths[hash] - 2
}

function signature(key: KeyObject, hash: KeyHash, message: Uint8Array, saltLength: number): Uint8Array {
  return new Uint8Array(sign(hash, message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }))
}

function pair(modulusLength: number): { readonly bits: number; readonly privateKey: KeyObject; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  return { bits: modulusLength, privateKey, publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
}

/** A key whose modulus has one bit more than whole bytes; OpenSSL makes none, so its primes are looked for here. */
function pair2049(): ReturnType<typeof pair> {
  const e = 65537n
  for (;;) {
    const [p, q] = [generatePrimeSync(1025, { bigint: true }), generatePrimeSync(1024, { bigint: true })]
    const n = p * q
    const totient = (p - 1n) * (q - 1n)
    if (n >> 2048n !== 1n || totient % e === 0n) continue
    const d = inverse(e, totient)
    const numbers = Object.entries({ n, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) })
    const jwk = Object.fromEntries(numbers.map(([name, number]) => [name, base64url(number)]))
    const privateKey = createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' })
    return { bits: 2049, privateKey, publicPem: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString() }
  }
}

function inverse(number: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [number, modulus, 1n, 0n]
  while (b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y]
  return ((x % modulus) + modulus) % modulus
}

function base64url(number: bigint): string {
  const hex = number.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}

// bits beyond whole bytes move the place where the block begins; at 2049 the block is a byte shorter than the modulus
const keys = [pair(2048), pair2049(), pair(2050), pair(2054), pair(3072)]

async function verifies(verifier: KeyVerifier, message: Uint8Array, sig: Uint8Array): Promise<boolean> {
  return (await verifier.verify(message, { keyid: '', sig })) !== undefined
}

export function pssSaltSuite(): void {
  describe('RSA-PSS', () => {
    test('every salt length of a 2048-bit key, from none to the longest', async () => {
      const [key] = keys
      if (key === undefined) throw new TypeError('no key')
      const verifier = await importVerifier(key.publicPem)
      const message = new TextEncoder().encode('message')
      const refused: number[] = []
      for (let length = 0; length <= longestSalt(2048, 'sha256'); length++) {
        if (!(await verifies(verifier, message, signature(key.privateKey, 'sha256', message, length)))) refused.push(length)
      }
      expect(refused).toEqual([])
    })

    test('the keys have the sizes that were asked for', () => {
      expect(keys.map(({ privateKey }) => privateKey.asymmetricKeyDetails?.modulusLength)).toEqual([2048, 2049, 2050, 2054, 3072])
    })

    test('any message, hash, key size and salt length; and no changed bit', async () => {
      const cases = fc.record({
        key: fc.constantFrom(...keys),
        hash: fc.constantFrom<KeyHash>('sha256', 'sha384', 'sha512'),
        message: fc.uint8Array({ maxLength: 200 }),
        part: fc.double({ min: 0, max: 1, noNaN: true }),
        flip: fc.nat(),
      })
      await fc.assert(
        fc.asyncProperty(cases, async ({ key, hash, message, part, flip }) => {
          const verifier = await importVerifier(key.publicPem, { hash })
          const sig = signature(key.privateKey, hash, message, Math.round(part * longestSalt(key.bits, hash)))
          expect(await verifies(verifier, message, sig)).toBe(true)
          const at = flip % (sig.length * 8)
          sig[at >> 3] = (sig[at >> 3] ?? 0) ^ (1 << (at & 7))
          expect(await verifies(verifier, message, sig)).toBe(false)
        }),
        { numRuns: 100 },
      )
    })

    test('where the salt has to be as long as the hash, no other length is a signature', async () => {
      for (const [hash, key] of (['sha256', 'sha384', 'sha512'] as const).flatMap((name) => keys.map((each) => [name, each] as const))) {
        const [exact, any] = [await importVerifier(key.publicPem, { hash, exactPssSalt: true }), await importVerifier(key.publicPem, { hash })]
        const message = new TextEncoder().encode(hash)
        const length = hashLengths[hash]
        for (const salt of [0, 20, length - 1, length, length + 1, longestSalt(key.bits, hash)]) {
          const sig = signature(key.privateKey, hash, message, salt)
          expect([salt, await verifies(any, message, sig), await verifies(exact, message, sig)]).toEqual([salt, true, salt === length])
        }
      }
    })

    test('a salt that has to be as long as the hash leaves PKCS#1 v1.5 to its own option', async () => {
      const [key] = keys
      if (key === undefined) throw new TypeError('no key')
      const message = new Uint8Array(3)
      const sig = new Uint8Array(sign('sha256', message, { key: key.privateKey, padding: constants.RSA_PKCS1_PADDING }))
      expect(await verifies(await importVerifier(key.publicPem, { exactPssSalt: true, allowRsaPkcs1v15: true }), message, sig)).toBe(true)
      expect(await verifies(await importVerifier(key.publicPem, { exactPssSalt: true }), message, sig)).toBe(false)
    })

    test('a signature of another length than the key is no signature', async () => {
      const [key] = keys
      if (key === undefined) throw new TypeError('no key')
      const verifier = await importVerifier(key.publicPem, { allowRsaPkcs1v15: true })
      const message = new Uint8Array(3)
      const sig = signature(key.privateKey, 'sha256', message, 32)
      expect(await verifies(verifier, message, sig)).toBe(true)
      expect(await verifies(verifier, message, sig.subarray(1))).toBe(false)
      expect(await verifies(verifier, message, Uint8Array.of(0, ...sig))).toBe(false)
      expect(await verifies(verifier, message, new Uint8Array())).toBe(false)
    })
  })
}
