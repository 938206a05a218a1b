import { CilockError, decodeBase64, isJsonObject, parseJson } from '@cilock/core'
import type { JsonValue } from '@cilock/core'
import { compactVerify, importJWK } from 'jose'
import type { JWK } from 'jose'
import type { GithubErrorCode } from '../error.ts'
import { jwkSchema } from './predicate.ts'
import type { Jwk } from './predicate.ts'

/** Asymmetric algorithms alone: with a symmetric one whoever can read the evidence could sign tokens. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

export interface VerifiedToken {
  readonly claims: Readonly<Record<string, unknown>>
  readonly jwk: Jwk
}

/**
 * Verifies the signature of a compact JWS by the key of the set that its header names. What the claims say is judged
 * elsewhere.
 *
 * @throws CilockError `ERR_TOKEN_SIGNATURE`, `ERR_JWKS_REQUEST` when the set is no key set
 */
export async function verifyToken(token: string, jwks: JsonValue): Promise<VerifiedToken> {
  const { alg, kid } = headerOf(token)
  if (!algorithms.includes(alg)) throw invalid(`expected a token signed with one of ${algorithms.join(', ')}, found ${JSON.stringify(alg)}`)
  const key = findKey(jwks, kid)
  const jwk = jwkOf(key)
  if (jwk.kty === 'oct') throw invalid('expected a public key, found a symmetric one')
  if (jwk.use !== undefined && jwk.use !== 'sig') throw invalid(`expected a key for signatures, found one for ${JSON.stringify(jwk.use)}`)
  if (jwk.alg !== undefined && jwk.alg !== alg) throw invalid(`expected a token signed with its key's algorithm ${JSON.stringify(jwk.alg)}, found ${JSON.stringify(alg)}`)
  try {
    // `alg` and `use` were compared above; only the members of the public key go into the import.
    const { kty, crv, x, y, n, e } = jwk
    const publicKey = await importJWK({ kty, crv, x, y, n, e } as JWK, alg)
    const { payload } = await compactVerify(token, publicKey, { algorithms })
    const claims = parseJson(payload)
    if (!isJsonObject(claims)) throw invalid('expected claims that are an object')
    return { claims, jwk }
  } catch (error) {
    if (CilockError.is(error) && error.code === 'ERR_TOKEN_SIGNATURE') throw error
    throw invalid(error instanceof Error ? error.message : String(error), error)
  }
}

function headerOf(token: string): { readonly alg: string; readonly kid: string } {
  try {
    const header = parseJson(decodeBase64(token.split('.')[0] ?? ''))
    const alg = isJsonObject(header) ? header['alg'] : undefined
    const kid = isJsonObject(header) ? header['kid'] : undefined
    if (typeof alg === 'string' && typeof kid === 'string' && kid !== '') return { alg, kid }
  } catch (error) {
    throw invalid('expected a compact JWS', error)
  }
  throw invalid('expected a token that names its algorithm and key (`alg`, `kid`)')
}

/** The first key of that id, as Go takes it. */
function findKey(jwks: JsonValue, kid: string): unknown {
  const keys: unknown = isJsonObject(jwks) ? jwks['keys'] : undefined
  if (!Array.isArray(keys)) throw new CilockError<GithubErrorCode>('ERR_JWKS_REQUEST', 'expected a set of keys (`keys`), found none')
  const key: unknown = keys.find((each: unknown) => isJsonObject(each) && each['kid'] === kid)
  if (key === undefined) throw invalid(`expected a key ${JSON.stringify(kid)} in the issuer's set, found none`)
  return key
}

function jwkOf(key: unknown): Jwk {
  try {
    return jwkSchema.read(key)
  } catch (error) {
    throw new CilockError<GithubErrorCode>('ERR_JWKS_REQUEST', `expected a key in the issuer's set: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function invalid(message: string, cause?: unknown): CilockError<GithubErrorCode> {
  return new CilockError('ERR_TOKEN_SIGNATURE', `the token is not acceptable: ${message}`, { cause })
}
