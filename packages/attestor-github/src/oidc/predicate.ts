import { any, array, optional, string, struct } from '@cilock/core/schema'
import type { JsonValue } from '@cilock/core'
import type { Schema } from '@cilock/core/schema'

/** A public key as JSON (RFC 7517), its members in the order that Go writes. */
export interface Jwk {
  readonly use?: string
  readonly kty: string
  readonly kid: string
  readonly crv?: string
  readonly alg?: string
  readonly x?: string
  readonly y?: string
  readonly n?: string
  readonly e?: string
  readonly x5c?: readonly string[]
  readonly x5t?: string
  readonly 'x5t#S256'?: string
}

/** What a verified token said, and the key that verified it. The token itself is not kept. */
export interface JwtPredicate {
  /** Numbers are doubles, keys sorted, as in Go. */
  readonly claims: JsonValue
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
