import { builtinError } from '../builtins/operands.ts'
import { BuiltinError } from '../builtins/builtin.ts'
import { decodePem } from '../encoding/pem.ts'
import { parseCertificate } from '../x509/certificate.ts'
import { parsePkixPublicKey, type PublicKey } from '../x509/public-key.ts'
import { isAlgorithm } from './algorithms.ts'
import { parseJwks, type Key, type NamedKey } from './jwk.ts'

/**
 * The keys to verify with: one PEM block with a certificate or public key, or a JSON Web Key (set). Keys meant for
 * an algorithm that signs no tokens are left out.
 */
export function verificationKeys(text: string): readonly NamedKey[] {
  const block = decodePem(text)
  if (block === undefined) return prefixed('failed to parse a JWK key (set): jwk.ParseString: failed to parse string: ', () => parseJwks(text)).filter(({ alg }) => alg === '' || isAlgorithm(alg))
  if (block.rest !== '') throw builtinError('extra data after a PEM certificate block')
  if (block.type === 'CERTIFICATE') {
    const { key } = prefixed('failed to parse a PEM certificate: ', () => parseCertificate(block.bytes)).publicKeyInfo
    return [unnamed(key)]
  }
  if (block.type === 'PUBLIC KEY') return [unnamed(prefixed('failed to parse a PEM public key: ', () => parsePkixPublicKey(block.bytes)))]
  throw builtinError('failed to extract a Key from the PEM certificate')
}

function unnamed(key: PublicKey | undefined): NamedKey {
  const usable: Key = key === undefined || key.kind === 'dsa' || key.kind === 'x25519' ? { kind: 'other' } : key
  return { key: usable, alg: '', kid: '' }
}

function prefixed<T>(prefix: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof BuiltinError) throw builtinError(prefix + error.message, { cause: error })
    throw error
  }
}
