import { CilockError } from '@cilock/core'
import type { GithubErrorCode } from '../error.ts'

export interface ClaimRules {
  readonly issuer: string
  readonly audience: string
  readonly now: Date
  /** Claims that the environment tells too; they have to agree. */
  readonly bound: Readonly<Record<string, string>>
}

/** How far the clocks of the issuer and of this machine may lie apart, in seconds. */
const skew = 60

/**
 * Holds a verified token's claims against what was asked for, the time, and the environment. Go checks none of this: any
 * token of any issuer would do.
 *
 * @throws CilockError `ERR_TOKEN_CLAIMS`, `ERR_TOKEN_MISMATCH`
 */
export function checkClaims(claims: Readonly<Record<string, unknown>>, { issuer, audience, now, bound }: ClaimRules): void {
  if (claims['iss'] !== issuer) throw wrong(`expected the issuer ${JSON.stringify(issuer)}, found ${show(claims['iss'])}`)
  const audiences: readonly unknown[] = Array.isArray(claims['aud']) ? claims['aud'] : [claims['aud']]
  if (!audiences.includes(audience)) throw wrong(`expected the audience ${JSON.stringify(audience)}, found ${show(claims['aud'])}`)
  const seconds = now.getTime() / 1000
  const expires = claims['exp']
  if (typeof expires !== 'number' || seconds > expires + skew) throw wrong(`expected a token that is valid at ${now.toISOString()}, found one that expired at ${show(expires)}`)
  const from = claims['nbf']
  if (from !== undefined && (typeof from !== 'number' || seconds < from - skew)) throw wrong(`expected a token that is valid at ${now.toISOString()}, found one that is valid from ${show(from)}`)
  for (const [claim, value] of Object.entries(bound)) {
    if (claims[claim] === value) continue
    throw new CilockError<GithubErrorCode>('ERR_TOKEN_MISMATCH', `expected the claim ${claim} to be ${JSON.stringify(value)}, as the environment says, found ${show(claims[claim])}`)
  }
}

function wrong(message: string): CilockError<GithubErrorCode> {
  return new CilockError('ERR_TOKEN_CLAIMS', message)
}

function show(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : value === undefined ? 'none' : `a value of type ${typeof value}`
}
