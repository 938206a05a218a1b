import { encodeUtf8 } from '../bytes/utf8.ts'
import { CilockError } from '../error.ts'
import { derTag, readDer, readDerSequence } from './der/read.ts'
import { decryptKey, isEncryptedKey } from './encrypted-key.ts'
import { decryptLegacy, isLegacyEncrypted } from './legacy-encryption.ts'
import { decodePem, type PemBlock } from './pem/decode.ts'
import { readPrivateKey, type PrivateKey } from './private-key.ts'
import { readPublicKey, type PublicKey } from './public-key.ts'

/** Formats with a label of their own, refused by what they are. */
const foreignLabels: ReadonlyMap<string, string> = new Map([
  ['OPENSSH PRIVATE KEY', 'an OpenSSH private key (convert it with ssh-keygen -p -m PKCS8)'],
  ['ENCRYPTED SIGSTORE PRIVATE KEY', 'a cosign private key'],
  ['ENCRYPTED COSIGN PRIVATE KEY', 'a cosign private key'],
  ['SSH2 PUBLIC KEY', 'an SSH public key'],
  ['PGP PRIVATE KEY BLOCK', 'a PGP private key'],
  ['PGP PUBLIC KEY BLOCK', 'a PGP public key'],
])

/** Reads the private key of a PEM text, opening it with the passphrase when it is encrypted. */
export async function readPrivatePem(pem: string, passphrase?: string | Uint8Array): Promise<PrivateKey> {
  const { key, parameters } = keyBlock(pem)
  if (isLegacyEncrypted(key)) return readPrivateKey(await decryptLegacy(key, given(passphrase)))
  switch (structureOf(key.bytes)) {
    case 'certificate':
      throw unsupported('a private key', 'a certificate')
    case 'public':
      throw unsupported('a private key', 'a public key')
    case 'encrypted':
      return readPrivateKey(await decryptKey(key.bytes, given(passphrase)))
    case 'private':
      return readPrivateKey(key.bytes, parameters)
  }
}

function given(passphrase: string | Uint8Array | undefined): Uint8Array {
  if (passphrase === undefined) throw new CilockError('ERR_KEY_PASSPHRASE', 'the key is encrypted, but no passphrase was given')
  return typeof passphrase === 'string' ? encodeUtf8(passphrase) : passphrase
}

/** Reads the public key of a PEM text. */
export function readPublicPem(pem: string): PublicKey {
  const { key } = keyBlock(pem)
  if (isLegacyEncrypted(key)) throw unsupported('a public key', 'a private key')
  switch (structureOf(key.bytes)) {
    case 'certificate':
      throw unsupported('a public key', 'a certificate, which has to be judged by its roots')
    case 'encrypted':
    case 'private':
      throw unsupported('a public key', 'a private key')
    case 'public':
      return readPublicKey(key.bytes)
  }
}

/** The public key of a PEM text, or of the certificate in it: enough to name a key, not to trust it. */
export function readNamedPem(pem: string): PublicKey {
  const { key } = keyBlock(pem)
  return !isLegacyEncrypted(key) && structureOf(key.bytes) === 'certificate' ? readPublicKey(subjectPublicKey(key.bytes)) : readPublicPem(pem)
}

/** The SubjectPublicKeyInfo of a certificate: the seventh member of what is signed, the sixth without a version. */
function subjectPublicKey(certificate: Uint8Array): Uint8Array {
  const [signed] = readDerSequence(readDer(certificate).content)
  const members = readDerSequence(signed?.content ?? new Uint8Array())
  const info = members[members[0]?.tag === 0xa0 ? 6 : 5]
  if (info === undefined) throw new CilockError('ERR_MALFORMED', 'expected a certificate, found another structure')
  return info.raw
}

/** The first block counts, as in Go; parameters before an EC key are no key. */
function keyBlock(pem: string): { readonly key: PemBlock; readonly parameters?: Uint8Array } {
  if (typeof pem !== 'string') throw new TypeError('a key has to be PEM text')
  let parameters: Uint8Array | undefined
  for (const block of decodePem(pem)) {
    if (block.label === 'EC PARAMETERS' && parameters === undefined) {
      parameters = block.bytes
      continue
    }
    const foreign = foreignLabels.get(block.label)
    if (foreign !== undefined) throw unsupported('a key in PKCS#8, PKCS#1, SEC1 or SPKI', foreign)
    return parameters === undefined ? { key: block } : { key: block, parameters }
  }
  throw new CilockError('ERR_MALFORMED', 'PEM: expected a key, found parameters alone')
}

/** What DER is, by its structure. Whether it is well-formed beyond that is for its reader. */
function structureOf(der: Uint8Array): 'private' | 'public' | 'encrypted' | 'certificate' {
  const outer = readDer(der)
  if (outer.tag !== derTag.sequence) throw new CilockError('ERR_MALFORMED', 'expected a key, found another structure')
  if (isEncryptedKey(der)) return 'encrypted'
  const members = readDerSequence(outer.content)
  const [first, second] = members
  if (first?.tag === derTag.integer) return members.length === 2 && second?.tag === derTag.integer ? 'public' : 'private'
  if (first?.tag === derTag.sequence) return second?.tag === derTag.sequence ? 'certificate' : 'public'
  throw new CilockError('ERR_MALFORMED', 'expected a key, found another structure')
}

function unsupported(expected: string, found: string): CilockError {
  return new CilockError('ERR_KEY_UNSUPPORTED', `expected ${expected}, found ${found}`)
}
