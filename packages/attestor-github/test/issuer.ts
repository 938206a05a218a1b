import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import type { CryptoKey, JWK } from 'jose'

export const now = new Date('2026-03-01T12:00:00Z')
const seconds = now.getTime() / 1000

export const env = {
  GITHUB_ACTIONS: 'true',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://run.example.test/token?api-version=2.0',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/app',
  GITHUB_RUN_ID: '42',
  GITHUB_WORKFLOW: 'ci',
  RUNNER_NAME: 'Hosted Agent',
}

export const claims = {
  iss: 'https://token.actions.githubusercontent.com',
  aud: 'witness',
  exp: seconds + 300,
  nbf: seconds - 300,
  repository: 'acme/app',
  run_id: '42',
  sub: 'repo:acme/app:ref:refs/heads/main',
}

export interface Issuer {
  readonly requests: Request[]
  /** What the key set holds. */
  readonly jwk: JWK
  readonly sign: (payload: object, header?: object, key?: CryptoKey | Uint8Array) => Promise<string>
  readonly fetch: (answers?: Partial<Readonly<Record<'token' | 'jwks', Response>>>, payload?: object) => typeof globalThis.fetch
}

/** An issuer of tokens without a socket. */
export async function issuer(alg = 'RS256'): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: 'k1', alg, use: 'sig' }
  const requests: Request[] = []
  const sign: Issuer['sign'] = async (payload, header = {}, key = privateKey) =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(payload))).setProtectedHeader({ alg, kid: 'k1', ...header }).sign(key)
  return {
    requests,
    jwk,
    sign,
    fetch: (answers = {}, payload = claims) => async (input, init) => {
      const request = new Request(input, init)
      requests.push(request)
      if (new URL(request.url).pathname === '/token') return answers.token ?? Response.json({ count: 1, value: await sign(payload) })
      return answers.jwks ?? Response.json({ keys: [{ ...jwk, kid: 'k0' }, jwk] })
    },
  }
}
