import { any, array, optional, string, struct } from '@cilock/core/schema'
import type { JsonValue } from '@cilock/core'
import type { Schema } from '@cilock/core/schema'

/** A public key as JSON (RFC 7517), its members in the order that Go writes. */
export interface Jwk {
  /** What the key is for, `sig`. */
  readonly use?: string
  /** The kind of key. */
  readonly kty: string
  /** What the issuer calls it. */
  readonly kid: string
  /** The curve of an elliptic key. */
  readonly crv?: string
  /** The only algorithm that it is for. */
  readonly alg?: string
  /** The point of an elliptic key. */
  readonly x?: string
  /** The point's other half. */
  readonly y?: string
  /** The modulus of an RSA key. */
  readonly n?: string
  /** The exponent of an RSA key. */
  readonly e?: string
  /** The key's certificates, base64. */
  readonly x5c?: readonly string[]
  /** The certificate's SHA-1. */
  readonly x5t?: string
  /** The certificate's SHA-256. */
  readonly 'x5t#S256'?: string
}

/** What a verified token said, and the key that verified it. The token itself is not kept. */
export interface JwtPredicate {
  /** Numbers are doubles, keys sorted, as in Go. */
  readonly claims: JsonValue
  /** Where the key set came from, and the key that fitted. */
  readonly verifiedBy: { readonly jwksUrl: string; readonly jwk: Jwk }
}

export const jwkSchema: Schema<Jwk> = struct(
  {
    use: optional(string()),
    kty: string(),
    kid: string(),
    crv: optional(string()),
    alg: optional(string()),
    x: optional(string()),
    y: optional(string()),
    n: optional(string()),
    e: optional(string()),
    x5c: optional(array(string())),
    x5t: optional(string()),
    'x5t#S256': optional(string()),
  },
  { unknown: 'drop' },
)

export const jwtSchema: Schema<JwtPredicate> = struct({
  claims: any(),
  verifiedBy: struct({ jwksUrl: string(), jwk: jwkSchema }),
})
