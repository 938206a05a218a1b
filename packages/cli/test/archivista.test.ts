import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gitoidOf } from '@cilock/archivista-client'
import { memoryArchivista } from '@cilock/archivista-client/testing'
import { encodeBase64, encodeEnvelope, encodeUtf8, generateKey, signEnvelope } from '@cilock/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cilock, scratch } from './run-cli.ts'
import type { Ran } from './run-cli.ts'

const place = scratch()
afterAll(place.remove)
const archivista = memoryArchivista()
const server = ['--enable-archivista', '--archivista-server', archivista.url] as const
let policy = new Uint8Array()

beforeAll(async () => {
  const [builder, release] = await Promise.all([generateKey('ed25519'), generateKey('ed25519')])
  const { keyid } = builder.signer
  const document = {
    expires: '2030-01-01T00:00:00Z',
    publickeys: { [keyid]: { keyid, key: encodeBase64(encodeUtf8(builder.publicKeyPem)) } },
    steps: { build: { name: 'build', functionaries: [{ type: 'publickey', publickeyid: keyid }], attestations: [{ type: 'https://aflock.ai/attestations/product/v0.3' }] } },
  }
  policy = new Uint8Array(encodeEnvelope(await signEnvelope({ payload: encodeUtf8(JSON.stringify(document)), payloadType: 'https://aflock.ai/policy/v0.1', signers: [release.signer] })))
  writeFileSync(place.path('policy.json'), policy)
  writeFileSync(place.path('key.pem'), builder.privateKeyPem)
  writeFileSync(place.path('release.pub'), release.publicKeyPem)
  mkdirSync(place.path('work'))
})
beforeEach(() => {
  archivista.clear()
  archivista.heal()
})

const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}, fetching: typeof fetch = archivista.fetch): Promise<Ran> =>
  cilock(place.dir, ['run', '-d', 'work', '-k', 'key.pem', '-a', 'environment', '-s', 'build', '-o', 'build.json', ...args, '--', process.execPath, '-e', 'fs.writeFileSync("app", "the app")'], { fetch: fetching, env: { PATH: process.env['PATH'], ...env } })
const verify = async (...args: readonly string[]): Promise<Ran> => cilock(place.dir, ['verify', '-k', 'release.pub', '-f', 'work/app', ...args], { fetch: archivista.fetch })

describe('run --enable-archivista', () => {
  it('stores what it writes, and says under which gitoid', async () => {
    const { code, stderr } = await run(server)
    const gitoid = gitoidOf(readFileSync(place.path('build.json')))
    expect([code, stderr.includes(`stored:   ${gitoid}\n`)]).toEqual([0, true])
    expect(archivista.get(gitoid)).toEqual(new Uint8Array(readFileSync(place.path('build.json'))))
    expect(JSON.parse((await run([...server, '--json'])).stdout)).toMatchObject({ uploaded: true, archivista_url: archivista.url })
  })

  it('keeps the file and fails where it could not be stored', async () => {
    writeFileSync(place.path('build.json'), '')
    archivista.fail({ route: 'upload', kind: 'answer', status: 403 })
    const { code, stderr } = await run(server)
    expect([code, stderr.includes('error: ERR_ARCHIVISTA_FORBIDDEN')]).toEqual([1, true])
    expect(readFileSync(place.path('build.json')).length).toBeGreaterThan(100)
  })

  it.each([
    ['no server', ['--enable-archivista'], 'ERR_USAGE'],
    ['a server that is no URL', ['--enable-archivista', '--archivista-server', 'nonsense'], 'ERR_USAGE'],
    ['a header without a colon', [...server, '--archivista-headers', 'secret'], 'ERR_USAGE'],
    ['a header without a name', [...server, '--archivista-headers', ': secret'], 'ERR_USAGE'],
    ['a header of two lines', [...server, '--archivista-headers', 'x: secret\nsecret: y'], 'ERR_USAGE'],
    ['a token that nobody gives', [...server, '--archivista-oidc'], 'ERR_USAGE'],
  ] as const)('refuses %s before anything runs', async (_, args, error) => {
    writeFileSync(place.path('work/app'), 'untouched')
    const { code, stderr } = await run(args)
    expect([code, stderr.includes(`error: ${error} `), stderr.includes('secret')]).toEqual([1, true, false])
    expect(readFileSync(place.path('work/app'), 'utf8')).toBe('untouched')
  })

  it('sends headers, of which the last of a name counts', async () => {
    await run([...server, '--archivista-headers', 'X-Key: one', '--archivista-headers', 'x-key:  two: three '])
    expect(archivista.requests[0]?.headers['x-key']).toBe('two: three')
  })
})

describe('a token of GitHub Actions', () => {
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://tokens.example/token?api-version=2.0', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token' }
  const seen: { readonly url: string; readonly authorization: string | null }[] = []
  const fetching = (answer: Response): typeof fetch => async (input, init) => {
    const request = new Request(input, init)
    seen.push({ url: request.url, authorization: request.headers.get('authorization') })
    return request.url.startsWith('https://tokens.example/') ? answer.clone() : archivista.fetch(input, init)
  }
  beforeEach(() => {
    seen.length = 0
  })

  it('is asked for the server, for each request, and goes to that server alone', async () => {
    expect((await run(server, env, fetching(Response.json({ value: 'jwt' })))).code).toBe(0)
    expect(seen).toEqual([
      { url: `https://tokens.example/token?api-version=2.0&audience=${encodeURIComponent(archivista.url)}`, authorization: 'bearer request-token' },
      { url: `${archivista.url}/upload`, authorization: 'Bearer jwt' },
      { url: `https://tokens.example/token?api-version=2.0&audience=${encodeURIComponent(archivista.url)}`, authorization: 'bearer request-token' },
      { url: expect.stringMatching(/\/download\/[0-9a-f]{64}$/), authorization: 'Bearer jwt' },
    ])
  })

  it('is for the audience that is named', async () => {
    await run([...server, '--archivista-audience', 'my-store&x=1'], env, fetching(Response.json({ value: 'jwt' })))
    expect(seen[0]?.url).toBe('https://tokens.example/token?api-version=2.0&audience=my-store%26x%3D1')
  })

  it.each([['--archivista-oidc=false', undefined], ['--archivista-headers=Authorization: Basic eA==', 'Basic eA==']])('is not asked for with %s', async (flag, authorization) => {
    await run([...server, flag], env, fetching(Response.json({ value: 'jwt' })))
    expect(seen.map(({ url, ...rest }) => [new URL(url).hostname, rest.authorization ?? undefined])).toEqual([['archivista.localhost', authorization], ['archivista.localhost', authorization]])
  })

  it.each([
    ['a status', new Response('no', { status: 500 })],
    ['no token', Response.json({ value: '' })],
    ['no JSON', new Response('x')],
    ['a redirect', new Response(null, { status: 302, headers: { location: 'https://elsewhere.example/' } })],
  ])('that is answered with %s is an error, and nothing is stored', async (_, answer) => {
    const { code, stderr } = await run(server, env, fetching(answer))
    expect([code, /error: ERR_(?:TOKEN|HTTP_REDIRECT) /.test(stderr)]).toEqual([1, true])
    expect(stderr).not.toContain('request-token')
    expect(archivista.requests).toEqual([])
  })
})

describe('verify --enable-archivista', () => {
  it('passes by what is stored, on a server that knows nothing of such collections', async () => {
    await run(server)
    expect(await verify('-p', 'policy.json', ...server)).toMatchObject({ code: 0 })
    archivista.clear()
    expect((await verify('-p', 'policy.json', ...server)).code).toBe(1)
  })

  it('takes a policy by its gitoid, where no file has that name', async () => {
    await run(server)
    const { gitoid } = archivista.put(policy)
    expect((await verify('-p', gitoid, ...server)).code).toBe(0)
    expect((await verify('-p', `gitoid:blob:sha256:${gitoid}`, ...server)).code).toBe(0)
    expect((await verify('-p', '0'.repeat(64), ...server)).stderr).toContain('ERR_ARCHIVISTA_NOT_FOUND')
    expect((await verify('-p', 'absent.json', ...server)).stderr).toContain('ERR_FILE')
    expect((await verify('-p', gitoid, '-a', 'build.json')).stderr).toContain('ERR_FILE')
  })

  it('looks in files and in the store, and decides nothing where one of them fails', async () => {
    await run([])
    expect((await verify('-p', 'policy.json', '-a', 'build.json', ...server)).code).toBe(0)
    archivista.fail({ route: 'query', kind: 'answer', status: 500 })
    expect(await verify('-p', 'policy.json', '-a', 'build.json', ...server)).toMatchObject({ code: 1, stderr: expect.stringContaining('ERR_ARCHIVISTA_UNAVAILABLE') })
  })
})
