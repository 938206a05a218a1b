import { keyPlatform } from '#crypto'
import { CilockError } from '../error.ts'
import type { KeyCipher } from '../platform/keys.ts'
import { derTag, isDerSequence, oidOf, readDer, readDerSequence, unsignedOf, type DerElement } from './der/read.ts'

const pbes2 = '1.2.840.113549.1.5.13'
const pbkdf2 = '1.2.840.113549.1.5.12'
const scrypt = '1.3.6.1.4.1.11591.4.11'

const ciphers: ReadonlyMap<string, { readonly cipher: KeyCipher; readonly keyLength: number; readonly ivLength: number }> = new Map([
  ['2.16.840.1.101.3.4.1.2', { cipher: 'aes-128-cbc', keyLength: 16, ivLength: 16 }],
  ['2.16.840.1.101.3.4.1.22', { cipher: 'aes-192-cbc', keyLength: 24, ivLength: 16 }],
  ['2.16.840.1.101.3.4.1.42', { cipher: 'aes-256-cbc', keyLength: 32, ivLength: 16 }],
  ['1.2.840.113549.3.7', { cipher: 'des-ede3-cbc', keyLength: 24, ivLength: 8 }],
])

const prfs: ReadonlyMap<string, 'sha1' | 'sha256' | 'sha384' | 'sha512'> = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.9', 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
])

/** A key file chooses how much work opening it is, so that is bounded: a minute or so, and 256 MiB. */
const maxIterations = 10_000_000
const maxScryptMemory = 256 * 1024 * 1024
const maxScryptWork = 4 * maxScryptMemory

/** Whether DER is an EncryptedPrivateKeyInfo by its structure. */
export function isEncryptedKey(der: Uint8Array): boolean {
  const [algorithm, data, ...rest] = readDerSequence(readDer(der).content)
  return rest.length === 0 && algorithm?.tag === derTag.sequence && data?.tag === derTag.octetString
}

/**
 * Opens an EncryptedPrivateKeyInfo: PBES2 with PBKDF2 or scrypt, and AES or Triple DES in CBC mode.
 *
 * @throws CilockError `ERR_KEY_PASSPHRASE`, `ERR_KEY_UNSUPPORTED`, `ERR_LIMIT_EXCEEDED`, `ERR_MALFORMED`
 * @see https://www.rfc-editor.org/rfc/rfc8018#section-6.2
 */
export async function decryptKey(der: Uint8Array, passphrase: Uint8Array): Promise<Uint8Array> {
  const [algorithm, data] = readDerSequence(readDer(der).content)
  const [scheme, parameters] = childrenOf(algorithm)
  if (oidOf(scheme) !== pbes2) throw unsupported('PBES2', oidOf(scheme))
  const [derivation, encryption] = childrenOf(parameters)
  const [cipherOid, iv] = childrenOf(encryption)
  const chosen = ciphers.get(oidOf(cipherOid) ?? '')
  if (chosen === undefined) throw unsupported('AES or Triple DES in CBC mode', oidOf(cipherOid))
  if (iv?.tag !== derTag.octetString || iv.content.length !== chosen.ivLength || data === undefined) throw malformed()
  const key = await deriveKey(derivation, passphrase, chosen.keyLength)
  const opened = await keyPlatform.decrypt(chosen.cipher, key, iv.content, data.content)
  // with a wrong key, one padding in 256 looks right: what is inside has to be a key's structure too
  if (opened === undefined || !isDerSequence(opened)) throw wrongPassphrase()
  return opened
}

async function deriveKey(derivation: DerElement | undefined, passphrase: Uint8Array, length: number): Promise<Uint8Array> {
  const [oid, parameters] = childrenOf(derivation)
  const [salt, ...rest] = childrenOf(parameters)
  if (salt?.tag !== derTag.octetString) throw malformed()
  switch (oidOf(oid)) {
    case pbkdf2: {
      const iterations = numberOf(rest.shift())
      if (rest[0]?.tag === derTag.integer) checkLength(numberOf(rest.shift()), length)
      const prf = rest[0] === undefined ? 'sha1' : prfs.get(oidOf(childrenOf(rest[0])[0]) ?? '')
      if (prf === undefined) throw unsupported('PBKDF2 with HMAC-SHA1, SHA256, SHA384 or SHA512', oidOf(childrenOf(rest[0])[0]))
      if (iterations > maxIterations) throw new CilockError('ERR_LIMIT_EXCEEDED', `encrypted key: at most ${maxIterations} iterations are allowed, found ${iterations}`)
      return keyPlatform.pbkdf2(passphrase, { prf, salt: salt.content, iterations, length })
    }
    case scrypt: {
      const [cost, blockSize, parallelization] = [numberOf(rest[0]), numberOf(rest[1]), numberOf(rest[2])]
      if (rest[3] !== undefined) checkLength(numberOf(rest[3]), length)
      const memory = 128 * cost * blockSize
      if (memory > maxScryptMemory || memory * parallelization > maxScryptWork) {
        throw new CilockError('ERR_LIMIT_EXCEEDED', `encrypted key: scrypt may use at most ${maxScryptMemory} bytes, found N ${cost}, r ${blockSize}, p ${parallelization}`)
      }
      // RFC 7914, section 2: a power of two, below 2^(128 r / 8)
      if (cost < 2 || !Number.isInteger(Math.log2(cost)) || Math.log2(cost) >= 16 * blockSize) throw malformed()
      return keyPlatform.scrypt(passphrase, { salt: salt.content, cost, blockSize, parallelization, length })
    }
    default:
      throw unsupported('PBKDF2 or scrypt', oidOf(oid))
  }
}

function childrenOf(element: DerElement | undefined): DerElement[] {
  if (element?.tag !== derTag.sequence) throw malformed()
  return [...readDerSequence(element.content)]
}

/** A positive number that a derivation may have as a parameter. */
function numberOf(element: DerElement | undefined): number {
  const bytes = unsignedOf(element)
  if (bytes === undefined || bytes.length > 6) throw malformed()
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  if (number === 0) throw malformed()
  return number
}

function checkLength(found: number, expected: number): void {
  if (found !== expected) throw malformed()
}

/** The refusal of a passphrase that does not open a key, or of a key that is damaged: nobody can tell. */
export function wrongPassphrase(): CilockError {
  return new CilockError('ERR_KEY_PASSPHRASE', 'expected the passphrase of the encrypted key, found one that does not open it')
}

function unsupported(expected: string, oid: string | undefined): CilockError {
  return new CilockError('ERR_KEY_UNSUPPORTED', `encrypted key: expected ${expected}, found ${oid ?? 'nothing'}`)
}

function malformed(): CilockError {
  return new CilockError('ERR_MALFORMED', 'encrypted key: the parameters of its encryption are damaged')
}
