import { BuiltinError } from '../builtins/builtin.ts'
import { builtinError } from '../builtins/operands.ts'
import { ed25519PublicKey } from '../crypto/curves.ts'
import { unsignedInteger } from '../der/reader.ts'
import { decodeBase64 } from '../encoding/base64-bytes.ts'
import { rethrowExhaustion } from '../guarded.ts'
import { parseJson } from '../value/json.ts'
import { objectGet } from '../value/members.ts'
import { isArray, isObject, isPlainObject, type JsonObject, type Value } from '../value/value.ts'
import type { CurveName } from '../x509/oids.ts'

/** A key for signatures; `private` is its secret half, where known. */
export type Key =
  | { readonly kind: 'oct'; readonly bytes: Uint8Array }
  | { readonly kind: 'rsa'; readonly n: bigint; readonly e: bigint; readonly private?: { readonly d: bigint; readonly primes: readonly bigint[] } }
  | { readonly kind: 'ec'; readonly curve: CurveName; readonly x: bigint; readonly y: bigint; readonly private?: bigint }
  | { readonly kind: 'ed25519'; readonly bytes: Uint8Array; readonly private?: Uint8Array }
  /** Known to exist (X25519, DSA), of no use for signatures here. */
  | { readonly kind: 'other'; readonly private?: undefined }

export interface NamedKey {
  readonly key: Key
  /** Empty: any algorithm that fits. */
  readonly alg: string
  readonly kid: string
}

// RFC 7518 4.1 and 5.1: algorithms for encryption, which keys may be meant for.
const encryptionAlgorithms = [
  'A128GCMKW', 'A128KW', 'A192GCMKW', 'A192KW', 'A256GCMKW', 'A256KW', 'dir', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW',
  'ECDH-ES+A256KW', 'PBES2-HS256+A128KW', 'PBES2-HS384+A192KW', 'PBES2-HS512+A256KW', 'RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256',
  'RSA-OAEP-384', 'RSA-OAEP-512', 'A128CBC-HS256', 'A128GCM', 'A192CBC-HS384', 'A192GCM', 'A256CBC-HS512', 'A256GCM',
]
const signatureAlgorithms = [
  'ES256', 'ES256K', 'ES384', 'ES512', 'EdDSA', 'HS256', 'HS384', 'HS512', 'none', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512',
]

/** Reads a JSON Web Key or a set of them (RFC 7517). One bad key spoils the set. */
export function parseJwks(text: string): readonly NamedKey[] {
  try {
    return readJwks(text)
  } catch (error) {
    if (!(error instanceof BuiltinError)) throw error
    throw builtinError(`jwk.Parse: failed to unmarshal JWK set: ${error.message}`, { cause: error })
  }
}

function readJwks(text: string): readonly NamedKey[] {
  let value: Value
  try {
    value = parseJson(text)
  } catch (error) {
    rethrowExhaustion(error)
    throw builtinError('not JSON', { cause: error })
  }
  if (!isObject(value) || !isPlainObject(value)) throw builtinError('expected an object')
  const keys = objectGet(value, 'keys')
  if (keys === undefined) return [parseJwk(value)]
  if (keys === null) return []
  if (!isArray(keys)) throw builtinError('expected "keys" to be a list')
  return keys.map((key) => {
    if (!isObject(key) || !isPlainObject(key)) throw builtinError('expected each of "keys" to be an object')
    return parseJwk(key)
  })
}

function parseJwk(jwk: JsonObject): NamedKey {
  const alg = text(jwk, 'alg') ?? ''
  if (alg !== '' && ![...signatureAlgorithms, ...encryptionAlgorithms].includes(alg)) throw builtinError(`invalid key value: ${JSON.stringify(alg)}`)
  return { key: keyMaterial(jwk), alg, kid: text(jwk, 'kid') ?? '' }
}

function keyMaterial(jwk: JsonObject): Key {
  const kty = text(jwk, 'kty') ?? ''
  const secret = objectGet(jwk, 'd') !== undefined
  switch (kty) {
    case 'oct':
      return { kind: 'oct', bytes: bytes(jwk, 'k') }
    case 'RSA': {
      const [n, e] = [integer(jwk, 'n'), integer(jwk, 'e')]
      return secret ? { kind: 'rsa', n, e, private: { d: integer(jwk, 'd'), primes: [integer(jwk, 'p'), integer(jwk, 'q')] } } : { kind: 'rsa', n, e }
    }
    case 'EC': {
      const curve = text(jwk, 'crv')
      if (curve !== 'P-256' && curve !== 'P-384' && curve !== 'P-521') throw builtinError(`unsupported curve: ${curve ?? 'none'}`)
      const point = { x: integer(jwk, 'x'), y: integer(jwk, 'y') }
      return secret ? { kind: 'ec', curve, ...point, private: integer(jwk, 'd') } : { kind: 'ec', curve, ...point }
    }
    case 'OKP':
      return octetKeyPair(jwk, secret)
    default:
      throw builtinError(`invalid key type from JSON (${kty})`)
  }
}

function octetKeyPair(jwk: JsonObject, secret: boolean): Key {
  const curve = text(jwk, 'crv')
  const x = bytes(jwk, 'x')
  if (curve === 'X25519') return { kind: 'other' }
  if (curve !== 'Ed25519') throw builtinError(`invalid curve algorithm ${curve ?? ''}`)
  if (!secret) return { kind: 'ed25519', bytes: x }
  const seed = bytes(jwk, 'd')
  if (seed.length !== 32) throw builtinError('ed25519: wrong private key size')
  if (ed25519PublicKey(seed).join() !== x.join()) throw builtinError('ed25519: invalid x value given d value')
  return { kind: 'ed25519', bytes: x, private: seed }
}

function text(jwk: JsonObject, name: string): string | undefined {
  const value = objectGet(jwk, name)
  if (value === undefined || typeof value === 'string') return value
  throw builtinError(`expected "${name}" to be a string`)
}

function integer(jwk: JsonObject, name: string): bigint {
  return unsignedInteger(bytes(jwk, name))
}

/** Any of the four base64 spellings. */
function bytes(jwk: JsonObject, name: string): Uint8Array {
  const value = text(jwk, name)
  if (value === undefined) throw builtinError(`required field ${name} is missing`)
  const decoded = decodeBase64(value, { alphabet: /[+/]/.test(value) ? 'standard' : 'url', padding: value.endsWith('=') })
  if (typeof decoded === 'number') throw builtinError(`field ${name} is not base64`)
  return decoded
}
