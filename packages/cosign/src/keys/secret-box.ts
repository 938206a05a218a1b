import { CilockError, decodeBase64, encodeBase64, encodeJson, encodeUtf8, parseJson } from '@cilock/core'
import { bytes, integer, required, string, struct } from '@cilock/core/schema'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { scryptAsync } from '@noble/hashes/scrypt.js'
import { CosignError } from '../error.ts'

/** What stands in the PEM block of a private key of cosign. */
const schema = struct({
  kdf: required(struct({ name: string(), params: required(struct({ N: integer(), r: integer(), p: integer() })), salt: required(bytes()) })),
  cipher: required(struct({ name: string(), nonce: required(bytes()) })),
  ciphertext: required(bytes()),
})

/** What cosign writes. */
const written = { N: 65_536, r: 8, p: 1 } as const
/** What it has written, and its authors tell others to: a key file must not choose how much work opening it is. */
const readCosts: readonly number[] = [32_768, written.N, 131_072]

/**
 * Opens the box of a private key.
 *
 * @throws CosignError `ERR_COSIGN_KEY`, `ERR_KEY_PASSPHRASE`
 */
export async function openBox(json: Uint8Array, password: Uint8Array): Promise<Uint8Array> {
  const { kdf, cipher, ciphertext } = read(json)
  const { N, r, p } = kdf.params
  if (kdf.name !== 'scrypt') throw unusable(`the derivation scrypt, found ${JSON.stringify(kdf.name.slice(0, 40))}`)
  if (cipher.name !== 'nacl/secretbox') throw unusable(`the cipher nacl/secretbox, found ${JSON.stringify(cipher.name.slice(0, 40))}`)
  if (!readCosts.includes(N) || r !== written.r || p !== written.p) {
    throw unusable(`scrypt with N ${readCosts.join(', ')}, r ${written.r} and p ${written.p}, found N ${N}, r ${r} and p ${p}`)
  }
  const nonce = decodeBase64(cipher.nonce)
  if (nonce.length !== 24) throw unusable(`a nonce of 24 bytes, found ${nonce.length}`)
  const box = decodeBase64(ciphertext)
  if (box.length < 16) throw unusable(`a ciphertext of at least 16 bytes, found ${box.length}`)
  const key = await scryptAsync(password, decodeBase64(kdf.salt), { N, r, p, dkLen: 32 })
  try {
    return xsalsa20poly1305(key, nonce).decrypt(box)
  } catch {
    // the cause would hold nothing more: the tag is wrong
    throw new CosignError('ERR_KEY_PASSPHRASE', 'expected the password of the private key, found one that does not open it')
  }
}

/** Puts bytes into a box, as cosign writes it. */
export async function sealBox(content: Uint8Array, password: Uint8Array): Promise<Uint8Array> {
  const salt = crypto.getRandomValues(new Uint8Array(32))
  const nonce = crypto.getRandomValues(new Uint8Array(24))
  const key = await scryptAsync(password, salt, { ...written, dkLen: 32 })
  return encodeJson({
    kdf: { name: 'scrypt', params: written, salt: encodeBase64(salt) },
    cipher: { name: 'nacl/secretbox', nonce: encodeBase64(nonce) },
    ciphertext: encodeBase64(xsalsa20poly1305(key, nonce).encrypt(content)),
  })
}

/** A password as bytes; an empty one is one. */
export function passwordBytes(password: string | Uint8Array): Uint8Array {
  if (typeof password === 'string') return encodeUtf8(password)
  if (password instanceof Uint8Array) return password
  throw new TypeError('password has to be text or bytes')
}

function read(json: Uint8Array): ReturnType<typeof schema.read> {
  try {
    const value = schema.read(parseJson(json, { maxDepth: 8, maxBytes: 64 * 1024 }))
    // decoded here, so that what is no base64 is refused with the rest
    for (const text of [value.kdf.salt, value.cipher.nonce, value.ciphertext]) decodeBase64(text)
    return value
  } catch (cause) {
    if (!CilockError.is(cause)) throw cause
    throw new CosignError('ERR_COSIGN_KEY', `expected a private key of cosign: ${cause.message}`, { cause })
  }
}

function unusable(expected: string): CosignError {
  return new CosignError('ERR_COSIGN_KEY', `expected a private key of cosign with ${expected}`)
}
