import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { registryClient } from '@cilock/registry'
import type { Credentials } from '@cilock/registry'
import { memoryRegistry } from '@cilock/registry/testing'
import { parseChallenges } from '../src/auth/challenge.ts'
import { coversScope, mergeScopes, parseScopes } from '../src/auth/scope.ts'

const host = 'registry.example.com'

/** A registry that asks for what `challenge` says until it is shown `wanted`, and a token service beside it. */
function guarded(challenge: string, answers: readonly object[] = [{ token: 't' }], wanted = /^Bearer t/): { readonly fetch: typeof fetch; readonly asked: string[] } {
  const asked: string[] = []
  let tokens = 0
  return {
    asked,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const url = new URL(request.url)
      if (url.host === 'auth.example.com') {
        asked.push(`${request.method} ${url.search}${request.method === 'POST' ? await request.text() : ''}`)
        return Response.json(answers[Math.min(tokens++, answers.length - 1)])
      }
      const given = request.headers.get('authorization') ?? ''
      if (!wanted.test(given)) return new Response(null, { status: 401, headers: { 'www-authenticate': challenge } })
      return Response.json({ tags: [given] })
    },
  }
}

const bearer = 'Bearer realm="https://auth.example.com/token",service="s"'
const tagsWith = async (fetch: typeof globalThis.fetch, credentials?: Credentials): Promise<readonly string[]> =>
  registryClient({ fetch, ...(credentials !== undefined && { credentials: async () => credentials }) }).repository(`${host}/team/app`).tags()
const password: Credentials = { kind: 'password', username: 'alice', password: 's3cret' }

describe('a token', () => {
  it('is asked for with the scopes of the challenge and of the request, each resource once', async () => {
    const { fetch, asked } = guarded(`${bearer},scope="repository:team/app:push repository:other:pull"`)
    await tagsWith(fetch)
    expect([...new URLSearchParams(asked[0]?.split(' ')[1]).getAll('scope')]).toEqual(['repository:team/app:pull,push', 'repository:other:pull'])
  })

  it('is asked for once by many requests', async () => {
    const { fetch, asked } = guarded(bearer)
    const app = registryClient({ fetch }).repository(`${host}/team/app`)
    await Promise.all(Array.from({ length: 8 }, async () => app.tags()))
    expect(asked).toHaveLength(1)
  })

  it('for more serves for less, and not for another repository', async () => {
    const registry = memoryRegistry({ access: { kind: 'token', username: 'alice', password: 's3cret' } })
    const { repository } = registryClient({ fetch: registry.fetch, credentials: async () => password })
    const tokens = (): number => registry.requests.filter(({ target }) => target.startsWith('/token')).length
    const app = repository(`${registry.host}/team/app`)
    await app.putBlob(new Uint8Array(3), { oneRequest: true })
    const before = tokens()
    await app.putBlob(new Uint8Array(4), { oneRequest: true })
    expect(tokens()).toBe(before)
    await repository(`${registry.host}/team/other`).headBlob(`sha256:${'0'.repeat(64)}`)
    expect(tokens()).toBe(before + 1)
  })

  it('is not tried again when it is turned down', async () => {
    const { fetch, asked } = guarded(bearer, [{ token: 'a' }, { token: 'b' }], /^never/)
    await expect(tagsWith(fetch)).rejects.toMatchObject({ code: 'ERR_REGISTRY_UNAUTHORIZED' })
    expect(asked).toHaveLength(1)
  })

  it('may come as access_token', async () => {
    const { fetch } = guarded(bearer, [{ access_token: 't2' }])
    expect(await tagsWith(fetch)).toEqual(['Bearer t2'])
  })

  it.each([[{}], [{ token: '' }], [{ token: 7 }], [{ token: 'a\nb' }]])('that is none is refused: %j', async (answer) => {
    const { fetch } = guarded(bearer, [answer])
    await expect(tagsWith(fetch)).rejects.toMatchObject({ code: 'ERR_REGISTRY_AUTH' })
  })
})

it('a refresh token that the service renews is used from then on', async () => {
  const { fetch, asked } = guarded(bearer, [{ token: 't1', refresh_token: 'second' }, { token: 't2' }], /^Bearer t/)
  const { repository } = registryClient({ fetch, credentials: async () => ({ kind: 'identity-token', token: 'first' }) })
  await repository(`${host}/team/app`).tags()
  await repository(`${host}/team/other`).tags()
  expect(asked.map((each) => new URLSearchParams(each.slice('POST '.length)).get('refresh_token'))).toEqual(['first', 'second'])
})

describe('a token service that knows no OAuth2', () => {
  const service = (status: number): { readonly fetch: typeof fetch; readonly asked: [string, string | null, string][] } => {
    const asked: [string, string | null, string][] = []
    return {
      asked,
      fetch: async (input, init) => {
        const request = new Request(input, init)
        if (new URL(request.url).host !== 'auth.example.com') return request.headers.get('authorization') === 'Bearer t' ? Response.json({ tags: ['v1'] }) : new Response(null, { status: 401, headers: { 'www-authenticate': bearer } })
        asked.push([request.method, request.headers.get('authorization'), new URL(request.url).search])
        return request.method === 'POST' ? new Response(null, { status }) : Response.json({ token: 't' })
      },
    }
  }

  it.each([
    [404, undefined, ':refresh'],
    [405, undefined, ':refresh'],
    [405, '00000000', '00000000:refresh'],
  ])('(%d) is shown the identity token as a password', async (status, username, shown) => {
    const { fetch, asked } = service(status)
    expect(await tagsWith(fetch, { kind: 'identity-token', token: 'refresh', ...(username !== undefined && { username }) })).toEqual(['v1'])
    expect(asked.map(([method, authorization]) => [method, authorization])).toEqual([['POST', null], ['GET', `Basic ${btoa(shown)}`]])
    expect(asked[1]?.[2]).toBe('?service=s&scope=repository%3Ateam%2Fapp%3Apull')
  })

  it.each([
    [400, 'ERR_REGISTRY_AUTH'],
    [401, 'ERR_REGISTRY_UNAUTHORIZED'],
    [403, 'ERR_REGISTRY_FORBIDDEN'],
    [500, 'ERR_REGISTRY_AUTH'],
  ])('is another thing than one that turns the token down (%d)', async (status, code) => {
    const { fetch, asked } = service(status)
    await expect(tagsWith(fetch, { kind: 'identity-token', token: 'refresh' })).rejects.toMatchObject({ code, status })
    expect(asked.every(([method]) => method === 'POST')).toBe(true)
  })

  it.each([404, 405])('nor GET (%d) is none', async (status) => {
    const fetch: typeof globalThis.fetch = async (input, init) => (new URL(new Request(input, init).url).host === 'auth.example.com' ? new Response(null, { status }) : new Response(null, { status: 401, headers: { 'www-authenticate': bearer } }))
    for (const credentials of [undefined, password, { kind: 'identity-token', token: 'refresh' } as const]) await expect(tagsWith(fetch, credentials)).rejects.toMatchObject({ code: 'ERR_REGISTRY_AUTH', status })
  })
})

describe('a token that ends', () => {
  const start = Date.parse('2026-01-01T00:00:00Z')
  const timed = (answers: readonly object[], withClock = true): { readonly tags: () => Promise<readonly string[]>; readonly asked: string[]; readonly refused: () => number; readonly pass: (seconds: number) => void } => {
    let now = start
    let refused = 0
    const { fetch, asked } = guarded(bearer, answers, /^Bearer t/)
    const counting: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      if (response.status === 401) refused++
      return response
    }
    const app = registryClient({ fetch: counting, ...(withClock && { clock: () => new Date(now) }) }).repository(`${host}/team/app`)
    return { tags: async () => app.tags(), asked, refused: () => refused, pass: (seconds) => void (now += seconds * 1000) }
  }

  it.each([
    ['as its service says', { token: 't1', expires_in: 300 }, 290, 300],
    ['after a minute where it does not say', { token: 't1' }, 50, 60],
    ['not before a minute', { token: 't1', expires_in: 1 }, 50, 60],
    ['after a minute where what it says is no number', { token: 't1', expires_in: '900' }, 50, 60],
  ])('is renewed before it is sent: %s', async (_, first, before, after) => {
    const { tags, asked, refused, pass } = timed([first, { token: 't2' }])
    expect(await tags()).toEqual(['Bearer t1'])
    pass(before)
    expect(await tags()).toEqual(['Bearer t1'])
    pass(after - before)
    expect(await Promise.all([tags(), tags(), tags()])).toEqual([['Bearer t2'], ['Bearer t2'], ['Bearer t2']])
    expect(await tags()).toEqual(['Bearer t2'])
    expect([asked.length, refused()]).toEqual([2, 1])
  })

  it('is renewed by the same, too', async () => {
    const { tags, asked, refused, pass } = timed([{ token: 't1', expires_in: 60 }])
    await tags()
    pass(60)
    await tags()
    await tags()
    expect([asked.length, refused()]).toEqual([2, 1])
  })

  it('is good until it is turned down, without a clock', async () => {
    const { tags, asked, pass } = timed([{ token: 't1', expires_in: 60 }, { token: 't2' }], false)
    await tags()
    pass(3600)
    expect(await tags()).toEqual(['Bearer t1'])
    expect(asked).toHaveLength(1)
  })
})

describe('of several challenges', () => {
  it.each<[string, string, Credentials | undefined, string]>([
    ['the first that can be met', `${bearer}, Basic realm="r"`, password, 'Bearer t'],
    ['basic, where the first says no realm', 'Bearer service="s", Basic realm="r"', password, 'Basic YWxpY2U6czNjcmV0'],
    ['bearer, where there is no password for basic', `Basic realm="r", ${bearer}`, { kind: 'identity-token', token: 'i' }, 'Bearer t'],
    ['bearer, where there are no credentials', `Basic realm="r", ${bearer}`, undefined, 'Bearer t'],
    ['those that are known', `Negotiate, Digest realm="a, b", ${bearer}`, undefined, 'Bearer t'],
    ['any, for a registry token', bearer, { kind: 'registry-token', token: 'mine' }, 'Bearer mine'],
  ])('%s is met', async (_, challenge, credentials, expected) => {
    const { fetch } = guarded(challenge, [{ token: 't' }], /^(Basic|Bearer) /)
    expect(await tagsWith(fetch, credentials)).toEqual([expected])
  })
})

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]{0,8}$/)
const quotedText = fc.string({ unit: fc.constantFrom('a', 'Z', ',', ' ', '=', '"', '\\', ';', 'é', '/'), maxLength: 10 })

describe('WWW-Authenticate', () => {
  it('is read as it was written', () => {
    const parameter = fc.tuple(token, quotedText)
    const challenge = fc.tuple(token, fc.uniqueArray(parameter, { minLength: 1, maxLength: 4, selector: ([name]) => name.toLowerCase() }))
    fc.assert(
      fc.property(fc.array(challenge, { minLength: 1, maxLength: 4 }), (challenges) => {
        const header = challenges.map(([scheme, parameters]) => `${scheme} ${parameters.map(([name, value]) => `${name}="${value.replaceAll(/["\\]/g, '\\$&')}"`).join(', ')}`).join(', ')
        expect(parseChallenges(header).map(({ scheme, parameters }) => [scheme, [...parameters]])).toEqual(
          challenges.map(([scheme, parameters]) => [scheme.toLowerCase(), parameters.map(([name, value]) => [name.toLowerCase(), value])]),
        )
      }),
    )
  })

  it('never hangs or throws, whatever it is', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ maxLength: 200 }), quotedText, fc.stringMatching(/^[a-z=", \\]{0,200}$/)), (header) => void parseChallenges(header)), { numRuns: 500 })
    expect(parseChallenges(null)).toEqual([])
    expect(parseChallenges('"'.repeat(1_000_000))).toEqual([])
  })
})

describe('scopes', () => {
  const scope = fc.tuple(fc.constantFrom('repository:a', 'repository:b/c', 'registry:catalog'), fc.subarray(['pull', 'push', 'delete', '*'], { minLength: 1 })).map(([resource, actions]) => `${resource}:${actions.join(',')}`)

  it('that are merged cover each of them, and nothing is merged twice', () => {
    fc.assert(
      fc.property(fc.array(scope, { maxLength: 6 }), (scopes) => {
        const merged = mergeScopes(scopes)
        expect(scopes.every((each) => merged.some((given) => coversScope(given, each)))).toBe(true)
        expect(mergeScopes(merged)).toEqual(merged)
        expect(parseScopes(merged.join(' '))).toEqual(merged)
      }),
    )
  })

  it('cover only their own resource', () => {
    expect(coversScope('repository:a:pull,push', 'repository:a:pull')).toBe(true)
    expect(coversScope('repository:a:pull', 'repository:a:pull,push')).toBe(false)
    expect(coversScope('repository:a:*', 'repository:b:pull')).toBe(false)
  })
})
