import { derNull, derOctets, derOid, derSequence, unsignedBytes, unsignedInteger } from '@cilock/der'
import { keyBits, rsaNumbers } from '../certificate/read-certificate-key.ts'
import type { SignatureHash } from '../certificate/signature-algorithm.ts'
import { digest, equalBytes } from './digest.ts'

const hashOids: Readonly<Partial<Record<SignatureHash, string>>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
}

/** An exponent of more bits costs time that a sender chooses; Go takes none of 2^31 or more either. */
const maxExponent = 2n ** 31n

/**
 * Verifies RSA PKCS#1 v1.5, the padding of most certificates, on public numbers only: what the signature opens to has to
 * be, byte for byte, the one encoding of the hash. Envelopes are not signed so, and core's keys want PSS there.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8017#section-8.2.2
 */
export async function verifyPkcs1(spki: Uint8Array, hash: SignatureHash, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const numbers = rsaNumbers(keyBits(spki))
  const oid = hashOids[hash]
  const hashed = await digest(hash, message)
  if (numbers === undefined || oid === undefined || hashed === undefined) return false
  const { modulus, exponent } = numbers
  const length = unsignedBytes(modulus).length
  const s = unsignedInteger(signature)
  if (signature.length !== length || s >= modulus || exponent < 3n || exponent % 2n === 0n || exponent >= maxExponent) return false
  const info = derSequence(derSequence(derOid(oid), derNull), derOctets(hashed))
  if (length < info.length + 11) return false
  const expected = new Uint8Array(length).fill(0xff)
  expected[0] = 0
  expected[1] = 1
  expected[length - info.length - 1] = 0
  expected.set(info, length - info.length)
  return equalBytes(unsignedBytes(power(s, exponent, modulus), length), expected)
}

/** Only for public numbers: takes more or less time by what they are. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (let square = base, left = exponent; left > 0n; left >>= 1n, square = (square * square) % modulus) {
    if (left & 1n) result = (result * square) % modulus
  }
  return result
}
