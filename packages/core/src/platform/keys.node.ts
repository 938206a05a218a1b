import {
  constants,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  pbkdf2,
  scrypt,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'
import { CilockError } from '../error.ts'
import { curves } from '../keys/curve.ts'
import type { PublicKey } from '../keys/public-key.ts'
import type { SignatureScheme } from '../keys/scheme.ts'
import { isDisputedPoint, verifyEd25519 } from './ed25519.ts'
import { createHash } from './hash.node.ts'
import type { KeyKind, KeyPlatform, PlatformSigner, PlatformVerify } from './keys.ts'

const derive = promisify(pbkdf2)
const generatePair = promisify(generateKeyPair)

/** Keys on Node's own cryptography. */
export const keyPlatform: KeyPlatform = {
  async importSigner(pkcs8, scheme): Promise<PlatformSigner> {
    const key = imported('private', () => createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' }))
    return {
      spki: new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' })),
      sign: async (message) => signWith(key, scheme, message),
    }
  },

  async importVerifier(publicKey, spki, scheme): Promise<PlatformVerify> {
    const jwk = jwkOf(publicKey)
    const key = imported('public', () => createPublicKey(jwk === undefined ? { key: Buffer.from(spki), format: 'der', type: 'spki' } : { key: jwk, format: 'jwk' }))
    const isDisputedKey = publicKey.kind === 'ed25519' && isDisputedPoint(publicKey.bytes)
    return async (message, signature, meanwhile) => {
      if (publicKey.kind === 'ed25519' && (isDisputedKey || isDisputedPoint(signature.subarray(0, 32)))) {
        return verifyEd25519(publicKey.bytes, message, signature, () => createHash('sha512'))
      }
      if (scheme.kind !== 'rsa') return verifyWith(digestOf(scheme), { key }, message, signature, meanwhile)
      const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.exactPssSalt ? constants.RSA_PSS_SALTLEN_DIGEST : constants.RSA_PSS_SALTLEN_AUTO }
      if (await verifyWith(scheme.hash, pss, message, signature, meanwhile)) return true
      return scheme.allowPkcs1v15 && verifyWith(scheme.hash, { key, padding: constants.RSA_PKCS1_PADDING }, message, signature, meanwhile)
    }
  },

  async generate(kind): Promise<Uint8Array> {
    const { privateKey } = await generateKeyObjects(kind)
    return new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }))
  },

  async pbkdf2(passphrase, { prf, salt, iterations, length }): Promise<Uint8Array> {
    return new Uint8Array(await derive(passphrase, salt, iterations, length, prf))
  },

  async scrypt(passphrase, { salt, cost, blockSize, parallelization, length }): Promise<Uint8Array> {
    const options = { N: cost, r: blockSize, p: parallelization, maxmem: 256 * cost * blockSize + 1024 * blockSize * parallelization }
    return new Promise((resolve, reject) => {
      scrypt(passphrase, salt, length, options, (error, key) => {
        // Bun says undefined where Node says null
        if (error) reject(error)
        else resolve(new Uint8Array(key))
      })
    })
  },

  async decrypt(cipher, key, iv, data): Promise<Uint8Array | undefined> {
    const decipher = createDecipheriv(cipher === 'des-ede3-cbc' ? 'des-ede3-cbc' : cipher, key, iv)
    try {
      return new Uint8Array(Buffer.concat([decipher.update(data), decipher.final()]))
    } catch {
      return undefined
    }
  },
}

/**
 * Up to this many bytes a signature costs less than a turn in the thread pool, which holds up whoever waits for one after
 * the other. Making one with RSA costs milliseconds whatever the message.
 */
const atOnce = 64 * 1024

async function signWith(key: KeyObject, scheme: SignatureScheme, message: Uint8Array): Promise<Uint8Array> {
  const options =
    scheme.kind === 'rsa'
      ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { key }
  if (scheme.kind !== 'rsa' && message.length <= atOnce) return new Uint8Array(sign(digestOf(scheme), message, options))
  return new Promise((resolve, reject) => {
    sign(digestOf(scheme), message, options, (error, signature) => {
      if (error) reject(error)
      else resolve(new Uint8Array(signature))
    })
  })
}

async function verifyWith(
  digest: string | null,
  options: { readonly key: KeyObject; readonly padding?: number; readonly saltLength?: number },
  message: Uint8Array,
  signature: Uint8Array,
  meanwhile: boolean,
): Promise<boolean> {
  if (!meanwhile && message.length <= atOnce) return verify(digest, message, options, signature)
  return new Promise((resolve, reject) => {
    verify(digest, message, options, signature, (error, valid) => {
      if (error) reject(error)
      else resolve(valid)
    })
  })
}

function digestOf(scheme: SignatureScheme): string | null {
  return scheme.kind === 'ed25519' ? null : scheme.hash
}

/** OpenSSL takes eight times as long for a key in DER, for which it tries one decoder after the other. Undefined for keys that have no such form. */
function jwkOf(key: PublicKey): JsonWebKey | undefined {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
  if (key.kind === 'ed25519') return { kty: 'OKP', crv: 'Ed25519', x: text(key.bytes) }
  const uncompressed = 0x04
  if (key.kind !== 'ecdsa' || key.curve === 'P-224' || key.point[0] !== uncompressed) return undefined
  const { size } = curves[key.curve]
  return { kty: 'EC', crv: key.curve, x: text(key.point.subarray(1, 1 + size)), y: text(key.point.subarray(1 + size)) }
}

function imported(half: string, work: () => KeyObject): KeyObject {
  try {
    return work()
  } catch (cause) {
    throw new CilockError('ERR_MALFORMED', `expected a usable ${half} key, found one that the platform refuses`, { cause })
  }
}

async function generateKeyObjects(kind: KeyKind): Promise<{ readonly privateKey: KeyObject }> {
  switch (kind) {
    case 'ec-p224':
      return generatePair('ec', { namedCurve: 'secp224r1' })
    case 'ec-p256':
      return generatePair('ec', { namedCurve: 'prime256v1' })
    case 'ec-p384':
      return generatePair('ec', { namedCurve: 'secp384r1' })
    case 'ec-p521':
      return generatePair('ec', { namedCurve: 'secp521r1' })
    case 'rsa-2048':
      return generatePair('rsa', { modulusLength: 2048 })
    case 'rsa-3072':
      return generatePair('rsa', { modulusLength: 3072 })
    case 'rsa-4096':
      return generatePair('rsa', { modulusLength: 4096 })
    case 'ed25519':
      return generatePair('ed25519', {})
  }
}
