import { httpClient, HttpError } from '@cilock/http'
import type { HttpClient, HttpClientOptions } from '@cilock/http'
import { nodeFetch } from '@cilock/http/node'
import { afterEach, describe, expect, test } from 'vitest'
import { code, get, testClient, text } from './requests.ts'
import { serve } from './server.ts'
import type { TestServer } from './server.ts'

const servers: TestServer[] = []
afterEach(async () => Promise.all(servers.splice(0).map(async ({ close }) => close())))
const server = async (...answer: Parameters<typeof serve>): Promise<TestServer> => {
  const made = await serve(...answer)
  servers.push(made)
  return made
}

// whatever carries a request: the rules are the same
describe.each([
  ['fetch', fetch],
  ['nodeFetch', nodeFetch()],
])('by %s', (_, fetch) => {
  const client = (options: Partial<HttpClientOptions> = {}): HttpClient & { readonly pauses: readonly number[] } => testClient({ fetch, ...options })

  describe('deadlines', () => {
    test('are each request\'s own, though one clock keeps them', async () => {
      const { url } = await server((request, response) => {
        if (request.path === '/stalls') return void response.writeHead(200).write('half')
        if (request.path === '/never') return
        setTimeout(() => response.end('late'), 150)
      })
      const { send } = client({ timeouts: { answer: 400, idle: 50 }, retry: { attempts: 1 } })
      const bytes = async (path: string): Promise<string> => text((await send(get(url(path)))).bytes(100))
      // the first deadlines that are set are the last to pass
      const [never, late, stalls, again] = [code(bytes('/never')), bytes('/late'), code(bytes('/stalls')), code(bytes('/stalls'))]
      expect(await Promise.race([never.then(() => 'never'), stalls.then(() => 'stalls')])).toBe('stalls')
      expect(await Promise.all([never, late, stalls, again])).toEqual(['ERR_HTTP_TIMEOUT', 'late', 'ERR_HTTP_TIMEOUT', 'ERR_HTTP_TIMEOUT'])
      await expect(send(get(url('/never')))).rejects.toThrow('the answer did not come within 400 ms')
      await expect(bytes('/stalls')).rejects.toThrow('the next piece of the body did not come within 50 ms')
    })

    test('may be none, or longer than any timer', async () => {
      const { url } = await server((_, response) => void setTimeout(() => response.end('late'), 60))
      for (const answer of [Number.POSITIVE_INFINITY, 2 ** 40]) expect(await text((await client({ timeouts: { answer, idle: answer } }).send(get(url('/')))).bytes(100))).toBe('late')
    })
  })

  describe('an answer', () => {
    test('has its status, headers and body', async () => {
      const { url, seen } = await server((_, response) => response.writeHead(404, { 'x-a': 'b' }).end('gone'))
      const answer = await client({ headers: { authorization: 'Bearer t' } }).send(get(url('/a?b=c'), { headers: { accept: 'text/plain' } }))
      expect([answer.status, answer.headers.get('x-a'), answer.url.pathname]).toEqual([404, 'b', '/a'])
      expect(await text(answer.bytes(100))).toBe('gone')
      expect(seen[0]).toMatchObject({ method: 'GET', path: '/a?b=c', headers: { authorization: 'Bearer t', accept: 'text/plain' } })
    })

    test('takes what is sent, whole and in pieces, anew for each attempt', async () => {
      const { url, seen } = await server((_, response, count) => response.writeHead(count % 2 === 1 ? 503 : 200).end())
      async function* pieces(): AsyncGenerator<Uint8Array> {
        yield new TextEncoder().encode('one ')
        yield new TextEncoder().encode('two')
      }
      const { send } = client()
      expect((await send({ method: 'PUT', url: url('/'), body: new TextEncoder().encode('whole'), isIdempotent: true })).status).toBe(200)
      expect((await send({ method: 'PUT', url: url('/'), body: pieces, isIdempotent: true })).status).toBe(200)
      expect(seen.map(({ body }) => body)).toEqual(['whole', 'whole', 'one two', 'one two'])
    })

    test('of text for a message is short and harmless', async () => {
      const { url } = await server((_, response) => response.writeHead(500).end(`\u001b[31mred\n${'x'.repeat(1000)}`))
      const excerpt = await (await client().send(get(url('/')))).excerpt()
      expect(excerpt).toMatch(/^\\u001b\[31mred\\u000ax+…$/)
      expect(excerpt.length).toBeLessThan(520)
    })

    test('longer than wanted is refused where the limit is passed', async () => {
      const { url } = await server((_, response) => response.end('x'.repeat(1001)))
      expect(await code((await client().send(get(url('/')))).bytes(1000))).toBe('ERR_LIMIT_EXCEEDED')
      expect((await (await client().send(get(url('/')))).bytes(1001)).length).toBe(1001)
    })

    test('that breaks off is no answer', async () => {
      const { url } = await server((_, response) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('half')
        setTimeout(() => response.destroy(), 20)
      })
      expect(await code((await client().send(get(url('/')))).bytes(1000))).toBe('ERR_HTTP_NETWORK')
    })

    test('that stalls is no answer', async () => {
      const { url } = await server((_, response) => {
        response.writeHead(200)
        response.write('half')
      })
      expect(await code((await client({ timeouts: { idle: 50 } }).send(get(url('/')))).bytes(1000))).toBe('ERR_HTTP_TIMEOUT')
    })
  })

  describe('retries', () => {
    test.each([408, 429, 502, 503, 504])('%i is asked for again, with growing pauses', async (status) => {
      const { url, seen } = await server((_, response, count) => response.writeHead(count < 3 ? status : 200).end('x'))
      const { send, pauses } = client()
      expect((await send(get(url('/')))).status).toBe(200)
      expect([seen.length, pauses]).toEqual([3, [100, 200]])
    })

    test.each([400, 401, 403, 404, 409, 422, 500])('%i is final', async (status) => {
      const { url, seen } = await server((_, response) => response.writeHead(status).end('x'))
      expect((await client().send(get(url('/')))).status).toBe(status)
      expect(seen).toHaveLength(1)
    })

    test('end with the last answer', async () => {
      const { url, seen } = await server((_, response) => response.writeHead(503).end('busy'))
      const answer = await client({ retry: { attempts: 3 } }).send(get(url('/')))
      expect([answer.status, seen.length, await answer.excerpt()]).toEqual([503, 3, 'busy'])
    })

    test('wait as long as the server says, but not for ever', async () => {
      const { url, seen } = await server(({ path }, response, count) => response.writeHead(count === 1 ? 429 : 200, { 'retry-after': path.slice(1) }).end())
      const { send, pauses } = client()
      expect((await send(get(url('/7')))).status).toBe(200)
      expect(pauses).toEqual([7000])
      const other = await server((_, response) => response.writeHead(429, { 'retry-after': '3600' }).end())
      expect((await client().send(get(other.url('/')))).status).toBe(429)
      expect([seen.length, other.seen.length]).toEqual([2, 1])
    })

    test('have jitter', async () => {
      const { url } = await server((_, response, count) => response.writeHead(count < 2 ? 503 : 200).end())
      const { send, pauses } = client({ random: () => 0.999 })
      await send(get(url('/')))
      expect(pauses).toEqual([200])
    })

    test('follow a lost connection, and end', async () => {
      const { url, seen } = await server((_, response, count) => (count < 3 ? response.destroy() : response.end('x')))
      expect((await client().send(get(url('/')))).status).toBe(200)
      expect(seen).toHaveLength(3)
      const dead = await server((_, response) => response.destroy())
      expect(await code(client({ retry: { attempts: 2 } }).send(get(dead.url('/'))))).toBe('ERR_HTTP_NETWORK')
      expect(dead.seen).toHaveLength(2)
    })

    test('are not made of what may not be sent twice', async () => {
      const { url, seen } = await server((_, response) => response.writeHead(503).end())
      expect((await client().send({ method: 'POST', url: url('/'), body: new Uint8Array([1]) })).status).toBe(503)
      expect(seen).toHaveLength(1)
    })
  })

  describe('time and signals', () => {
    test('a server that never answers', async () => {
      const { url, seen } = await server(() => undefined)
      expect(await code(client({ timeouts: { answer: 50 }, retry: { attempts: 2 } }).send(get(url('/'))))).toBe('ERR_HTTP_TIMEOUT')
      expect(seen).toHaveLength(2)
    })

    test('a signal before, during the exchange, during the body and during a pause', async () => {
      const { url } = await server(({ path }, response) => {
        if (path === '/body') response.writeHead(200).write('x')
        if (path === '/busy') response.writeHead(503).end()
      })
      expect(await code(client().send(get(url('/'), { signal: AbortSignal.abort() })))).toBe('ERR_ABORTED')
      expect(await code(client().send(get(url('/never'), { signal: AbortSignal.timeout(30) })))).toBe('ERR_ABORTED')
      const answer = await client().send(get(url('/body'), { signal: AbortSignal.timeout(60) }))
      expect(await code(answer.bytes(10))).toBe('ERR_ABORTED')
      const { send } = httpClient({ fetch, retry: { firstPause: 60_000, maxPause: 60_000 } })
      expect(await code(send(get(url('/busy'), { signal: AbortSignal.timeout(60) })))).toBe('ERR_ABORTED')
    })

    test('what a caller hands in to be sent fails as itself', async () => {
      const { url } = await server((_, response) => response.end())
      // oxlint-disable-next-line require-yield
      async function* broken(): AsyncGenerator<Uint8Array> {
        throw new HttpError('ERR_LIMIT_EXCEEDED', 'PUT', url('/'), 'mine')
      }
      await expect(client().send({ method: 'PUT', url: url('/'), body: broken })).rejects.toThrow(HttpError)
    })
  })

  describe('redirects', () => {
    const redirecting = async (status: number, location: string): Promise<TestServer> =>
      server(({ path }, response) => (path === '/start' ? response.writeHead(status, { location }).end() : response.end('there')))

    test.each([301, 302, 303, 307, 308])('%i of the same origin is followed, with the headers', async (status) => {
      const { url, seen } = await redirecting(status, '/end#part')
      const answer = await client({ headers: { authorization: 'Bearer t' } }).send(get(url('/start')))
      expect([await text(answer.bytes(10)), answer.url.href]).toEqual(['there', url('/end').href])
      expect(seen[1]?.headers.authorization).toBe('Bearer t')
    })

    test.each([307, 308])('%i keeps the method and the body', async (status) => {
      const { url, seen } = await redirecting(status, '/end')
      await client().send({ method: 'POST', url: url('/start'), body: new TextEncoder().encode('x') })
      expect(seen[1]).toMatchObject({ method: 'POST', body: 'x' })
    })

    test.each([301, 302, 303])('%i of what is sent is refused: it would become a GET', async (status) => {
      const { url, seen } = await redirecting(status, '/end')
      expect(await code(client().send({ method: 'POST', url: url('/start'), body: new Uint8Array([1]) }))).toBe('ERR_HTTP_REDIRECT')
      expect(seen).toHaveLength(1)
    })

    test('to another origin is refused, or followed without what was meant for the first', async () => {
      const other = await server((_, response) => response.end('other'))
      const { url } = await redirecting(307, other.url('/blob').href)
      expect(await code(client().send(get(url('/start'))))).toBe('ERR_HTTP_REDIRECT')
      expect(other.seen).toEqual([])
      const answer = await client({ headers: { authorization: 'Bearer t', 'x-api-key': 'k' } }).send(get(url('/start'), { redirect: 'anywhere-without-credentials', headers: { accept: 'a/b', range: 'bytes=0-' } }))
      expect(await text(answer.bytes(10))).toBe('other')
      expect(other.seen[0]?.headers).toMatchObject({ accept: 'a/b', range: 'bytes=0-' })
      expect(other.seen[0]?.headers).not.toHaveProperty('authorization')
      expect(other.seen[0]?.headers).not.toHaveProperty('x-api-key')
    })

    test('of what is sent to another origin is refused even then', async () => {
      const other = await server((_, response) => response.end())
      const { url } = await redirecting(307, other.url('/').href)
      expect(await code(client().send({ method: 'PUT', url: url('/start'), body: new Uint8Array([1]), redirect: 'anywhere-without-credentials' }))).toBe('ERR_HTTP_REDIRECT')
    })

    test('in a circle, or where none is wanted', async () => {
      const { url, seen } = await redirecting(302, '/start')
      expect(await code(client().send(get(url('/start'))))).toBe('ERR_HTTP_REDIRECT')
      expect(seen).toHaveLength(6)
      expect(await code(client().send(get(url('/start'), { redirect: 'none' })))).toBe('ERR_HTTP_REDIRECT')
    })
  })
})
