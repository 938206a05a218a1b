import { github, githubType } from '@cilock/attestor-github'
import { CilockError, stringifyJson } from '@cilock/core'
import type { AttestContext } from '@cilock/core'
import { attestContext } from '@cilock/testing'
import { recordedRuns, skipped, vectors } from '@cilock/vectors'
import { generateKeyPair } from 'jose'
import { describe, expect, it } from 'vitest'
import { claims, env, issuer, now } from './issuer.ts'

const run = (more: Partial<AttestContext>, options = {}) => github(options).attest(attestContext({ env, clock: () => now, ...more }))

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (CilockError.is(error) ? error.code : String(error)),
  )
}

describe('github', () => {
  it('records the run that a token proves', async () => {
    const idp = await issuer()
    const { predicate, subjects, backRefs } = await run({ fetch: idp.fetch() })
    expect(idp.requests.map(({ url }) => url)).toEqual(['https://run.example.test/token?api-version=2.0&audience=witness', 'https://token.actions.githubusercontent.com/.well-known/jwks'])
    expect(idp.requests[0]?.headers.get('authorization')).toBe('bearer request-token')
    expect(idp.requests[1]?.headers.get('authorization')).toBeNull()
    expect(predicate).toMatchObject({ pipelineurl: 'https://github.com/acme/app/actions/runs/42', cihost: '', runneros: '', jwt: { claims } })
    expect(Object.keys(predicate.jwt?.verifiedBy.jwk ?? {})).toEqual(['use', 'kty', 'kid', 'alg', 'n', 'e'])
    expect(Object.keys(subjects ?? {})).toEqual(['pipelineurl:https://github.com/acme/app/actions/runs/42', 'projecturl:https://github.com/acme/app'])
    expect(Object.keys(backRefs ?? {})).toEqual(['pipelineurl:https://github.com/acme/app/actions/runs/42'])
  })

  it.each(['ES256', 'PS256', 'RS512', 'ES384', 'EdDSA'])('takes tokens signed with %s', async (alg) => {
    const idp = await issuer(alg)
    expect((await run({ fetch: idp.fetch() })).predicate.jwt?.claims).toMatchObject({ sub: claims.sub })
  })

  it('takes another issuer and place of its keys when told so', async () => {
    const idp = await issuer()
    const fetch = idp.fetch({}, { ...claims, iss: 'https://ghes.example.test/_services/token' })
    await run({ fetch }, { issuer: 'https://ghes.example.test/_services/token' })
    expect(idp.requests[1]?.url).toBe('https://ghes.example.test/_services/token/.well-known/jwks')
    const fromEnv = await run({ fetch: idp.fetch(), env: { ...env, WITNESS_GITHUB_JWKS_URL: 'https://keys.example.test/jwks' } })
    expect(fromEnv.predicate.jwt?.verifiedBy.jwksUrl).toBe('https://keys.example.test/jwks')
  })

  it.each([
    ['a job without GITHUB_ACTIONS', { env: { ...env, GITHUB_ACTIONS: 'yes' } }],
    ['a job without a repository', { env: { ...env, GITHUB_REPOSITORY: '' } }],
    ['a job without a run', { env: { ...env, GITHUB_RUN_ID: undefined } }],
    ['a job without id-token: write', { env: { ...env, ACTIONS_ID_TOKEN_REQUEST_URL: '' } }],
  ])('refuses %s', async (_what, more) => {
    expect(await codeOf(run(more))).toBe('ERR_NOT_IN_GITHUB_ACTIONS')
  })

  it.each([
    ['of another issuer', { iss: 'https://evil.example' }, 'ERR_TOKEN_CLAIMS'],
    ['for another audience', { aud: 'sigstore' }, 'ERR_TOKEN_CLAIMS'],
    ['for several audiences without ours', { aud: ['a', 'b'] }, 'ERR_TOKEN_CLAIMS'],
    ['that has expired', { exp: now.getTime() / 1000 - 61 }, 'ERR_TOKEN_CLAIMS'],
    ['that never expires', { exp: undefined }, 'ERR_TOKEN_CLAIMS'],
    ['that is not valid yet', { nbf: now.getTime() / 1000 + 61 }, 'ERR_TOKEN_CLAIMS'],
    ['of another repository', { repository: 'evil/app' }, 'ERR_TOKEN_MISMATCH'],
    ['of another run', { run_id: '43' }, 'ERR_TOKEN_MISMATCH'],
  ])('refuses a token %s', async (_what, more, code) => {
    const idp = await issuer()
    expect(await codeOf(run({ fetch: idp.fetch({}, { ...claims, ...more }) }))).toBe(code)
  })

  it('allows clocks a minute apart, and one audience of several', async () => {
    const idp = await issuer()
    await run({ fetch: idp.fetch({}, { ...claims, exp: now.getTime() / 1000 - 59, nbf: now.getTime() / 1000 + 59, aud: ['x', 'witness'] }) })
  })

  it('refuses signatures that prove nothing', async () => {
    const idp = await issuer()
    const answer = async (token: Promise<string> | string) => run({ fetch: idp.fetch({ token: Response.json({ value: await token }) }) })
    const other = await generateKeyPair('RS256')
    const good = await idp.sign(claims)
    const [header = '', payload = ''] = good.split('.')
    const unsigned = `${Buffer.from('{"alg":"none","kid":"k1"}').toString('base64url')}.${payload}.`
    const symmetric = idp.sign(claims, { alg: 'HS256' }, new TextEncoder().encode('secret-of-at-least-256-bits-length'))
    for (const token of [
      idp.sign(claims, {}, other.privateKey),
      unsigned,
      symmetric,
      idp.sign(claims, { kid: 'k2' }),
      idp.sign(claims, { kid: undefined }),
      `${header}.${Buffer.from(JSON.stringify({ ...claims, repository: 'evil/app' })).toString('base64url')}.${good.split('.')[2] ?? ''}`,
      'no token',
    ]) {
      expect(await codeOf(answer(token))).toBe('ERR_TOKEN_SIGNATURE')
    }
  })

  it('refuses keys that are not for it', async () => {
    const idp = await issuer()
    const keys = (jwk: object) => run({ fetch: idp.fetch({ jwks: Response.json({ keys: [jwk] }) }) })
    expect(await codeOf(keys({ ...idp.jwk, use: 'enc' }))).toBe('ERR_TOKEN_SIGNATURE')
    expect(await codeOf(keys({ ...idp.jwk, alg: 'PS256' }))).toBe('ERR_TOKEN_SIGNATURE')
    expect(await codeOf(keys({ kty: 'oct', kid: 'k1', k: 'c2VjcmV0' }))).toBe('ERR_TOKEN_SIGNATURE')
    const { use: _use, alg: _alg, ...minimal } = idp.jwk
    await keys(minimal)
  })

  it('says when the token or the keys cannot be had, and never prints what was sent', async () => {
    const idp = await issuer()
    const with_ = (answers: Parameters<typeof idp.fetch>[0]) => run({ fetch: idp.fetch(answers) })
    expect(await codeOf(with_({ token: new Response('no', { status: 403 }) }))).toBe('ERR_TOKEN_REQUEST')
    expect(await codeOf(with_({ token: Response.json({ count: 1, value: '' }) }))).toBe('ERR_TOKEN_REQUEST')
    expect(await codeOf(with_({ token: new Response('{"value":"a","value":"b"}') }))).toBe('ERR_TOKEN_REQUEST')
    expect(await codeOf(with_({ token: new Response(' '.repeat(1024 * 1024 + 1)) }))).toBe('ERR_TOKEN_REQUEST')
    expect(await codeOf(with_({ jwks: new Response('', { status: 500 }) }))).toBe('ERR_JWKS_REQUEST')
    expect(await codeOf(with_({ jwks: new Response('hello') }))).toBe('ERR_JWKS_REQUEST')
    expect(await codeOf(with_({ jwks: Response.json([]) }))).toBe('ERR_JWKS_REQUEST')
    expect(await codeOf(run({ fetch: idp.fetch(), env: { ...env, ACTIONS_ID_TOKEN_REQUEST_URL: 'not a url' } }))).toBe('ERR_TOKEN_REQUEST')
    expect(await codeOf(run({ fetch: idp.fetch(), env: { ...env, ACTIONS_ID_TOKEN_REQUEST_URL: 'http://run.example.test/token' } }))).toBe('ERR_TOKEN_REQUEST')
    expect(await codeOf(run({ fetch: idp.fetch() }, { jwksUrl: 'http://keys.example.test/jwks' }))).toBe('ERR_JWKS_REQUEST')
    expect(await codeOf(run({ fetch: idp.fetch() }, { jwksUrl: 'http://127.0.0.1:8320/jwks' }))).toBe('no error')
    const failing = run({ fetch: async () => Promise.reject(new TypeError('down')), env: { ...env, ACTIONS_ID_TOKEN_REQUEST_URL: 'https://h.example/t?secret=s3cr3t' } })
    await expect(failing).rejects.toMatchObject({ code: 'ERR_TOKEN_REQUEST', message: expect.not.stringContaining('s3cr3t') as string })
  })

  it('follows no redirect and stops when the signal fires', async () => {
    const idp = await issuer()
    await run({ fetch: idp.fetch() })
    expect(idp.requests.every(({ redirect }) => redirect === 'error')).toBe(true)
    const controller = new AbortController()
    const hanging = run({
      signal: controller.signal,
      fetch: async (_input, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(new TypeError('aborted')))
          controller.abort()
        }),
    })
    expect(await codeOf(hanging)).toBe('ERR_ABORTED')
  })

  it('keeps the token itself out of the evidence', async () => {
    const idp = await issuer()
    const token = await idp.sign(claims)
    const { predicate } = await run({ fetch: idp.fetch({ token: Response.json({ value: token }) }) })
    expect(stringifyJson(predicate)).not.toContain(token.split('.')[2])
    expect(stringifyJson(predicate)).not.toContain('request-token')
  })
})

const recorded = recordedRuns('github-', 'tutorial-docker-build').flatMap(({ id, statements }) =>
  statements.flatMap(({ entries }) => entries.filter(({ type }) => type === githubType.predicateType).map((entry) => [id, entry] as const)),
)

describe.skipIf(vectors('golden/evidence') === undefined)(recorded.length === 0 ? skipped('golden/evidence') : 'recorded github predicates', () => {
  it.each(recorded)('%s', (_id, { type, predicate, subjects, backRefs }) => {
    expect(githubType.read(predicate, type)).toEqual({ predicate, subjects, backRefs })
  })
})
