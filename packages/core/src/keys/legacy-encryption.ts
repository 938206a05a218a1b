import { keyPlatform } from '#crypto'
import { decodeHex } from '../bytes/hex.ts'
import { CilockError } from '../error.ts'
import type { KeyCipher } from '../platform/keys.ts'
import { wrongPassphrase } from './encrypted-key.ts'
import { isDerSequence } from './der/read.ts'
import type { PemBlock } from './pem/decode.ts'

const ciphers: ReadonlyMap<string, { readonly cipher: KeyCipher; readonly keyLength: number; readonly ivLength: number }> = new Map([
  ['AES-128-CBC', { cipher: 'aes-128-cbc', keyLength: 16, ivLength: 16 }],
  ['AES-192-CBC', { cipher: 'aes-192-cbc', keyLength: 24, ivLength: 16 }],
  ['AES-256-CBC', { cipher: 'aes-256-cbc', keyLength: 32, ivLength: 16 }],
  ['DES-EDE3-CBC', { cipher: 'des-ede3-cbc', keyLength: 24, ivLength: 8 }],
])

/** Whether a block has OpenSSL's old encryption, which stands in its headers. */
export function isLegacyEncrypted(block: PemBlock): boolean {
  return /^4\s*,\s*ENCRYPTED$/.test(block.headers.get('Proc-Type') ?? '')
}

/**
 * Opens a PEM block with OpenSSL's old encryption. Its key is one round of MD5, so it protects little; Go reads it too.
 *
 * @throws CilockError `ERR_KEY_PASSPHRASE`, `ERR_KEY_UNSUPPORTED`, `ERR_MALFORMED`
 * @see https://docs.openssl.org/3.0/man3/PEM_read_bio_PrivateKey/#pem-encryption-format
 */
export async function decryptLegacy(block: PemBlock, passphrase: Uint8Array): Promise<Uint8Array> {
  const [name = '', hex = ''] = (block.headers.get('DEK-Info') ?? '').split(',').map((part) => part.trim())
  const chosen = ciphers.get(name)
  if (chosen === undefined) throw new CilockError('ERR_KEY_UNSUPPORTED', `encrypted key: expected one of ${[...ciphers.keys()].join(', ')}, found '${name}'`)
  const iv = decodeHex(hex)
  if (iv.length !== chosen.ivLength) throw new CilockError('ERR_MALFORMED', 'encrypted key: the parameters of its encryption are damaged')
  const key = await legacyKey(passphrase, iv.subarray(0, 8), chosen.keyLength)
  const opened = await keyPlatform.decrypt(chosen.cipher, key, iv, block.bytes)
  if (opened === undefined || !isDerSequence(opened)) throw wrongPassphrase()
  return opened
}

async function legacyKey(passphrase: Uint8Array, salt: Uint8Array, length: number): Promise<Uint8Array> {
  const { md5 } = await import('@noble/hashes/legacy.js')
  const key = new Uint8Array(length)
  let last = new Uint8Array()
  for (let at = 0; at < length; at += last.length) {
    last = md5.create().update(last).update(passphrase).update(salt).digest()
    key.set(last.subarray(0, length - at), at)
  }
  return key
}
