import { github } from '@cilock/attestor-github'
import { CilockError } from '@cilock/core'
import type { AttestContext } from '@cilock/core'
import { attestContext } from '@cilock/testing'
import { createHmac } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { claims, env, issuer, now } from './issuer.ts'
import type { Issuer } from './issuer.ts'

const run = (more: Partial<AttestContext>) => github().attest(attestContext({ env, clock: () => now, ...more }))

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (CilockError.is(error) ? error.code : String(error)),
  )
}

const base64url = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url')
let idp: Issuer
beforeAll(async () => {
  idp = await issuer()
})

/** What becomes of a token. */
const judged = (token: string, keys: readonly object[] = [idp.jwk]) => codeOf(run({ fetch: idp.fetch({ token: Response.json({ value: token }), jwks: Response.json({ keys }) }) }))

describe('a token that is made to be taken', () => {
  const parts = async (payload: object = claims, header: object = {}): Promise<readonly [header: string, payload: string, signature: string]> => {
    const [head = '', body = '', signature = ''] = (await idp.sign(payload, header)).split('.')
    return [head, body, signature]
  }

  it('signed with the public key as a secret', async () => {
    for (const alg of ['HS256', 'hs256', 'HS512']) {
      for (const secret of [idp.jwk.n ?? '', Buffer.from(idp.jwk.n ?? '', 'base64url'), JSON.stringify(idp.jwk)]) {
        const signed = `${base64url(JSON.stringify({ alg, kid: 'k1' }))}.${base64url(JSON.stringify(claims))}`
        expect(await judged(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`, [{ ...idp.jwk, alg: undefined }])).toBe('ERR_TOKEN_SIGNATURE')
      }
    }
  })

  it('not signed, however that is written', async () => {
    const [, payload] = await parts()
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', ' RS256', 'rs256', null, ['RS256'], {}]) expect(await judged(`${base64url(JSON.stringify({ alg, kid: 'k1' }))}.${payload}.`)).toBe('ERR_TOKEN_SIGNATURE')
    const [head, body] = await parts()
    for (const token of [`${head}.${body}.`, `${head}.${body}`, `${head}..`, '..', '.', `${head}.${body}.AAAA.BBBB`, `${head}.${body}.${'A'.repeat(100_000)}`]) expect(await judged(token)).toBe('ERR_TOKEN_SIGNATURE')
  })

  it('with headers that nobody here understands, or that bring keys of their own', async () => {
    const withHeader = (header: object): Promise<string> => idp.sign(claims, header).catch(() => 'unsigned')
    expect(await judged(await withHeader({ jwk: { kty: 'oct', k: 'AAAA' }, jku: 'https://evil.example/jwks', x5u: 'https://evil.example/x' }))).toBe('no error')
    const [, payload, signature] = await parts()
    for (const header of [{ crit: ['exp'] }, { crit: [] }, { crit: 'b64' }, { crit: ['b64'], b64: false }, { crit: ['__proto__'] }, { b64: false, crit: ['b64', 'exp'] }]) {
      expect(await judged(`${base64url(JSON.stringify({ alg: 'RS256', kid: 'k1', ...header }))}.${payload}.${signature}`)).toBe('ERR_TOKEN_SIGNATURE')
    }
    for (const header of ['{"alg":"none","alg":"RS256","kid":"k1"}', '{"alg":"RS256","kid":"k1","kid":"k0"}', '[]', 'null', '{', '['.repeat(50_000)]) expect(await judged(`${base64url(header)}.${payload}.${signature}`)).toBe('ERR_TOKEN_SIGNATURE')
  })

  it('by a key that is called like a part of every object, or a path', async () => {
    for (const kid of ['__proto__', 'constructor', 'toString', '../../etc/passwd', "' OR 1=1", 'k1\0', '', 0, null, ['k1']]) {
      const token = await idp.sign(claims, { kid }).catch(() => `${base64url(JSON.stringify({ alg: 'RS256', kid }))}.${base64url('{}')}.AAAA`)
      expect(await judged(token)).toBe('ERR_TOKEN_SIGNATURE')
    }
  })

  it('whose claims stand in what every object has, are no object, or stand there twice', async () => {
    const [head] = await parts()
    for (const payload of ['[]', 'null', '"x"', '{"iss":1,"iss":2}', '{']) expect(await judged(`${head}.${base64url(payload)}.AAAA`)).toBe('ERR_TOKEN_SIGNATURE')
    expect(await judged(await idp.sign(JSON.parse(`{"__proto__":${JSON.stringify(claims)}}`) as object))).toBe('ERR_TOKEN_CLAIMS')
    expect(await judged(await idp.sign([claims]))).toBe('ERR_TOKEN_SIGNATURE')
    expect(await judged(await idp.sign({ ...claims, aud: [['witness']] }))).toBe('ERR_TOKEN_CLAIMS')
    expect(await judged(await idp.sign({ ...claims, exp: String(claims.exp) }))).toBe('ERR_TOKEN_CLAIMS')
    expect(await judged(await idp.sign({ ...claims, run_id: 42 }))).toBe('ERR_TOKEN_MISMATCH')
  })
})

describe('a set of keys that is made to do harm', () => {
  it('has thousands of keys, and others of the same name behind the first', async () => {
    const token = await idp.sign(claims)
    const many = Array.from({ length: 5_000 }, (_, index) => ({ kty: 'EC', kid: `other${index}` }))
    expect(await judged(token, [...many, idp.jwk])).toBe('no error')
    expect(await judged(token, [{ kty: 'oct', kid: 'k1', k: 'AAAA' }, idp.jwk])).toBe('ERR_TOKEN_SIGNATURE')
  })

  it('has keys that are none', async () => {
    const token = await idp.sign(claims)
    const { n = '', e = '' } = idp.jwk
    for (const key of [
      { kty: 'RSA', kid: 'k1' },
      { kty: 'RSA', kid: 'k1', n: 'AQAB', e },
      { kty: 'RSA', kid: 'k1', n: '', e: '' },
      { kty: 'RSA', kid: 'k1', n: 'A'.repeat(700_000), e: 'A'.repeat(200_000) },
      { kty: 'RSA', kid: 'k1', n, e: 'AQ' },
      { kty: 'RSA', kid: 'k1', n: '***', e },
      { kty: 'EC', kid: 'k1', crv: 'P-256', x: n, y: e },
      { kty: 'OKP', kid: 'k1', crv: 'X25519', x: 'AAAA' },
      { kty: '__proto__', kid: 'k1', n, e },
    ]) {
      expect(await judged(token, [key])).toBe('ERR_TOKEN_SIGNATURE')
    }
    expect(await judged(token, [{ kid: 'k1' }])).toBe('ERR_TOKEN_SIGNATURE')
    for (const key of [{ kty: 1, kid: 'k1' }, { ...idp.jwk, x5c: 'no list' }, { ...idp.jwk, Kty: 'RSA' }]) expect(await judged(token, [key])).toBe('ERR_JWKS_REQUEST')
  })

  it.each([
    ['nested without end', '['.repeat(500_000)],
    ['with a key twice', '{"keys":[],"keys":[]}'],
    ['with keys that are none', '{"keys":{"k1":{}}}'],
    ['of text that is no UTF-8', '\udcff'],
    ['with its keys in what every object has', '{"__proto__":{"keys":[]}}'],
  ])('is %s', async (_what, body) => {
    expect(await codeOf(run({ fetch: idp.fetch({ jwks: new Response(body) }) }))).toBe('ERR_JWKS_REQUEST')
  })
})

describe('an answer that never ends', () => {
  const chunk = new Uint8Array(64 * 1024).fill(0x20)
  it('is cut at a mebibyte', async () => {
    let given = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        given += chunk.length
        controller.enqueue(chunk)
      },
    })
    expect(await codeOf(run({ fetch: idp.fetch({ jwks: new Response(endless) }) }))).toBe('ERR_JWKS_REQUEST')
    expect(given).toBeLessThan(2 * 1024 * 1024)
  })

  it('is left when the run is stopped, whatever the `fetch` that was given makes of the signal', async () => {
    const controller = new AbortController()
    const stalled = new ReadableStream<Uint8Array>({
      pull: () => {
        controller.abort()
        return new Promise<void>(() => {})
      },
    })
    expect(await codeOf(run({ signal: controller.signal, fetch: idp.fetch({ token: new Response(stalled) }) }))).toBe('ERR_ABORTED')
  })
})

it('nothing that was sent is in any message', async () => {
  const token = await idp.sign(claims)
  const said: string[] = []
  for (const body of [`{"value":"${token}`, `{"value":"${token}"}}`, `{"value":"${token}","value":1}`, token]) {
    await run({ fetch: idp.fetch({ token: new Response(body) }) }).catch((error: unknown) => said.push(String(error)))
  }
  expect(said).toHaveLength(4)
  for (const message of said) expect(message).not.toContain(token.slice(0, 40))
})
