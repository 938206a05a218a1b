import { scryptAsync } from '@noble/hashes/scrypt.js'
import { CilockError } from '../error.ts'
import { curves } from '../keys/curve.ts'
import { ecdsaFromDer, ecdsaToDer } from '../keys/ecdsa-signature.ts'
import type { PublicKey } from '../keys/public-key.ts'
import type { SignatureScheme } from '../keys/scheme.ts'
import { verifyEd25519 } from './ed25519.ts'
import { createHash } from './hash.web.ts'
import type { KeyPlatform, PlatformSigner, PlatformVerify } from './keys.ts'
import { generateAlgorithm, hashLengths, hashNames, importAlgorithm, nameOf, signAlgorithm, unsupported, type ImportAlgorithm } from './web/algorithms.ts'
import { pssSaltLength } from './web/pss-salt.ts'

/** Keys on WebCrypto, and on plain JavaScript where that leaves a question open. */
export const keyPlatform: KeyPlatform = {
  async importSigner(pkcs8, scheme): Promise<PlatformSigner> {
    const algorithm = importAlgorithm(scheme)
    // extractable only to find the public half; the one that signs is not
    const readable = await imported(scheme, 'pkcs8', pkcs8, algorithm, true, ['sign'])
    const key = await imported(scheme, 'pkcs8', pkcs8, algorithm, false, ['sign'])
    return { spki: await publicHalf(readable, scheme, algorithm), sign: async (message) => signWith(key, scheme, message) }
  },

  async importVerifier(key, spki, scheme): Promise<PlatformVerify> {
    if (key.kind === 'ed25519') {
      // WebCrypto is said to refuse low orders, and not every browser has Ed25519: always here, then
      return async (message, signature) => verifyEd25519(key.bytes, message, signature, () => createHash('sha512'))
    }
    if (key.kind === 'rsa') return rsaVerifier(key, spki, scheme)
    const imported = await importSpki(spki, scheme, importAlgorithm(scheme))
    return async (message, signature) => {
      const raw = ecdsaFromDer(signature, curves[key.curve].size)
      return raw !== undefined && crypto.subtle.verify(signAlgorithm(scheme), imported, owned(raw), owned(message))
    }
  },

  async generate(kind): Promise<Uint8Array> {
    const algorithm = generateAlgorithm(kind)
    const pair = await supported(kind, async () => crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']))
    return new Uint8Array(await crypto.subtle.exportKey('pkcs8', (pair as CryptoKeyPair).privateKey))
  },

  async pbkdf2(passphrase, { prf, salt, iterations, length }): Promise<Uint8Array> {
    const key = await crypto.subtle.importKey('raw', owned(passphrase), 'PBKDF2', false, ['deriveBits'])
    const parameters = { name: 'PBKDF2', hash: hashNames[prf], salt: owned(salt), iterations }
    return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8))
  },

  async scrypt(passphrase, { salt, cost, blockSize, parallelization, length }): Promise<Uint8Array> {
    const maxmem = 256 * cost * blockSize + 1024 * blockSize * parallelization
    return scryptAsync(passphrase, salt, { N: cost, r: blockSize, p: parallelization, dkLen: length, maxmem })
  },

  async decrypt(cipher, key, iv, data): Promise<Uint8Array | undefined> {
    if (cipher === 'des-ede3-cbc') throw unsupported('Triple DES')
    const imported = await supported(cipher, async () => crypto.subtle.importKey('raw', owned(key), 'AES-CBC', false, ['decrypt']))
    try {
      return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-CBC', iv: owned(iv) }, imported, owned(data)))
    } catch {
      return undefined
    }
  },
}

async function rsaVerifier(key: PublicKey & { kind: 'rsa' }, spki: Uint8Array, scheme: SignatureScheme): Promise<PlatformVerify> {
  if (scheme.kind !== 'rsa') throw refused(scheme)
  const pss = await importSpki(spki, scheme, importAlgorithm(scheme))
  const pkcs1 = scheme.allowPkcs1v15
    ? await importSpki(spki, scheme, { name: 'RSASSA-PKCS1-v1_5', hash: hashNames[scheme.hash] })
    : undefined
  return async (message, signature) => {
    const saltLength = pssSaltLength(signature, key, scheme.hash)
    if (saltLength !== undefined && (!scheme.exactPssSalt || saltLength === hashLengths[scheme.hash]) && (await crypto.subtle.verify({ name: 'RSA-PSS', saltLength }, pss, owned(signature), owned(message)))) return true
    return pkcs1 !== undefined && crypto.subtle.verify('RSASSA-PKCS1-v1_5', pkcs1, owned(signature), owned(message))
  }
}

async function signWith(key: CryptoKey, scheme: SignatureScheme, message: Uint8Array): Promise<Uint8Array> {
  const signature = new Uint8Array(await crypto.subtle.sign(signAlgorithm(scheme), key, owned(message)))
  const der = scheme.kind === 'ecdsa' ? ecdsaToDer(signature, curves[scheme.curve].size) : signature
  if (der === undefined) throw new CilockError('ERR_SIGNER_FAILED', `expected an ECDSA signature on ${nameOf(scheme)}, found one of another length`)
  return der
}

/** The SPKI of a private key's public half: WebCrypto shows it only in JWK. */
async function publicHalf(key: CryptoKey, scheme: SignatureScheme, algorithm: ImportAlgorithm): Promise<Uint8Array> {
  const { kty, crv, x, y, n, e } = await crypto.subtle.exportKey('jwk', key)
  const jwk = Object.fromEntries(Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined))
  const half = await supported(scheme.kind, async () => crypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify']))
  return new Uint8Array(await crypto.subtle.exportKey('spki', half))
}

async function importSpki(spki: Uint8Array, scheme: SignatureScheme, algorithm: ImportAlgorithm): Promise<CryptoKey> {
  return imported(scheme, 'spki', spki, algorithm, false, ['verify'])
}

async function imported(
  scheme: SignatureScheme,
  format: 'pkcs8' | 'spki',
  der: Uint8Array,
  algorithm: ImportAlgorithm,
  extractable: boolean,
  usages: KeyUsage[],
): Promise<CryptoKey> {
  try {
    return await supported(nameOf(scheme), async () => crypto.subtle.importKey(format, owned(der), algorithm, extractable, usages))
  } catch (cause) {
    if (CilockError.is(cause)) throw cause
    throw refused(scheme, cause)
  }
}

/** A NotSupportedError is the platform's; what else goes wrong is the key's. */
async function supported<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof Error && (cause.name === 'NotSupportedError' || cause.name === 'OperationError')) throw unsupported(what, cause)
    throw cause
  }
}

function refused(scheme: SignatureScheme, cause?: unknown): CilockError {
  return new CilockError('ERR_MALFORMED', `expected a usable ${nameOf(scheme)} key, found one that the platform refuses`, { cause })
}

/** WebCrypto takes no views on shared memory. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}
