import { createHash } from '../hash.web.ts'
import { bigintOf, bytesOf } from '../bigint.ts'

/**
 * How long the salt of an RSA-PSS signature is. WebCrypto has to be told, and the signers differ: Go takes the longest
 * that fits, or with FIPS one as long as the hash. The salt's beginning shows once the mask is taken off; whether the
 * signature is right is then still for WebCrypto to say.
 *
 * @returns undefined for a signature that no salt length makes right.
 * @see https://www.rfc-editor.org/rfc/rfc8017#section-9.1.2
 */
export function pssSaltLength(
  signature: Uint8Array,
  { modulus, exponent }: { readonly modulus: Uint8Array; readonly exponent: Uint8Array },
  hash: 'sha256' | 'sha384' | 'sha512',
): number | undefined {
  const n = bigintOf(modulus)
  const s = bigintOf(signature)
  if (signature.length !== modulus.length || s >= n) return undefined
  const bits = n.toString(2).length - 1
  const encoded = bytesOf(power(s, bigintOf(exponent), n), modulus.length).subarray(modulus.length - Math.ceil(bits / 8))
  const hashLength = createHash(hash).digest().length
  const maskedLength = encoded.length - hashLength - 1
  if (maskedLength < 1 || encoded.at(-1) !== 0xbc) return undefined
  const seed = encoded.subarray(maskedLength, -1)
  const block = Uint8Array.from(mask(seed, maskedLength, hash), (byte, index) => byte ^ (encoded[index] ?? 0))
  // the bits above the modulus are not part of the block
  block[0] = (block[0] ?? 0) & (0xff >> (8 * encoded.length - bits))
  const one = block.findIndex((byte) => byte !== 0)
  return block[one] === 1 ? maskedLength - one - 1 : undefined
}

/** MGF1. */
function mask(seed: Uint8Array, length: number, hash: 'sha256' | 'sha384' | 'sha512'): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let at = 0, counter = 0; at < length; counter++) {
    const part = createHash(hash)
      .update(seed)
      .update(Uint8Array.of(counter >>> 24, (counter >>> 16) & 0xff, (counter >>> 8) & 0xff, counter & 0xff))
      .digest()
    bytes.set(part.subarray(0, length - at), at)
    at += part.length
  }
  return bytes
}

/** Only for public numbers: takes more or less time by what they are. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (let square = base, left = exponent; left > 0n; left >>= 1n, square = (square * square) % modulus) {
    if (left & 1n) result = (result * square) % modulus
  }
  return result
}
