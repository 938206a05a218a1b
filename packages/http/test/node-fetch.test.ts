import { createServer } from 'node:http'
import type { LookupAddress } from 'node:dns'
import type { AddressInfo, LookupFunction } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { nodeFetch } from '@cilock/http/node'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, test } from 'vitest'
import { isInnerSocketAddress, outerLookup } from '../src/node/addresses.ts'
import { messageBody } from '../src/node/message-body.ts'
import { code, get, testClient, text } from './requests.ts'
import { serve } from './server.ts'
import type { TestServer } from './server.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => Promise.all(closing.splice(0).map(async (close) => close())))
const server = async (...answer: Parameters<typeof serve>): Promise<TestServer> => {
  const made = await serve(...answer)
  closing.push(made.close)
  return made
}

/** What has come is looked at by then. */
const soon = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

const at = (...addresses: readonly string[]): LookupAddress[] => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

/** Names as a test wants them, and which were asked for. */
function names(known: Readonly<Record<string, readonly LookupAddress[]>>): { readonly lookup: LookupFunction; readonly asked: readonly string[] } {
  const asked: string[] = []
  const lookup: LookupFunction = (host, options, found) => {
    asked.push(host)
    const all = known[host]
    if (all === undefined) found(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), [])
    else if (options.all === true) found(null, [...all])
    else found(null, all[0]?.address ?? '', all[0]?.family)
  }
  return { lookup, asked }
}

/** A client whose names all lead to one server on this machine unless a test says otherwise; `public.test` is said to be elsewhere. */
const by = (lookup: LookupFunction) => testClient({ fetch: nodeFetch({ lookup }), allowInsecure: true, retry: { attempts: 1 } })
const anywhere = { redirect: 'anywhere-without-credentials' } as const

describe('a server that leads elsewhere', () => {
  // nothing outside can be reached in a test, so what a public server says stands in ledBy
  const led = async (host: string, known: Parameters<typeof names>[0], ledBy = 'https://registry.example.com/v2/') => {
    const { url, seen } = await server((_, response) => response.end('inside'))
    const { lookup, asked } = names(known)
    const sent = by(lookup).send(get(new URL(`http://${host}:${url('/').port}/`), { ledBy: new URL(ledBy) }))
    return { sent, seen, asked }
  }

  test.each([
    ['this machine', at('127.0.0.1')],
    ['a private network', at('10.1.2.3')],
    ['the metadata of a cloud', at('169.254.169.254')],
    ['an IPv6 address that carries one of IPv4', at('::ffff:127.0.0.1')],
    ['an address of one link', at('fe80::1%eth0')],
    ['nowhere', at('0.0.0.0')],
    ['several private networks', at('127.0.0.1', '::1')],
    ['what is no address', at('127.0.0.1:80')],
  ])('is not followed by a name that leads to %s', async (_, addresses) => {
    const { sent, seen, asked } = await led('tokens.example.com', { 'tokens.example.com': addresses })
    await expect(sent).rejects.toMatchObject({ code: 'ERR_HTTP_URL', message: expect.stringMatching(/: registry\.example\.com leads there, and tokens\.example\.com is at .+, in a private network$/) })
    expect([seen, asked]).toEqual([[], ['tokens.example.com']])
  })

  test('is not followed to an address, nor to this machine by its own name', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '10.0.0.1']) {
      const { sent, seen } = await led(host, { localhost: at('127.0.0.1') })
      expect([await code(sent), seen]).toEqual(['ERR_HTTP_URL', []])
    }
  })

  test('reaches of several addresses those alone that are outside', async () => {
    // documentation addresses answer nobody
    const { lookup } = names({ 'both.example.com': at('127.0.0.1', '192.0.2.1') })
    const { url, seen } = await server((_, response) => response.end('inside'))
    const { send } = testClient({ fetch: nodeFetch({ lookup }), allowInsecure: true, retry: { attempts: 1 }, timeouts: { answer: 200 } })
    expect(await code(send(get(new URL(`http://both.example.com:${url('/').port}/`), { ledBy: new URL('https://registry.example.com/') })))).toMatch(/^ERR_HTTP_(?:TIMEOUT|NETWORK)$/)
    expect(seen).toEqual([])
  })

  test('leads on within the private network that it is in itself', async () => {
    const { sent, seen } = await led('tokens.corp', { 'tokens.corp': at('127.0.0.1') }, 'http://10.0.0.1/v2/')
    expect([(await sent).status, seen.length]).toEqual([200, 1])
  })

  test('whose own name is in a private network may lead on there, and not before it was reached', async () => {
    const inside = await server((_, response) => response.end('inside'))
    const { port } = inside.url('/')
    const { lookup } = names({ 'registry.corp': at('127.0.0.1'), 'blobs.corp': at('127.0.0.1') })
    const { send } = by(lookup)
    const request = get(new URL(`http://blobs.corp:${port}/`), { ledBy: new URL(`http://registry.corp:${port}/`) })
    expect(await code(send(request))).toBe('ERR_HTTP_URL')
    await (await send(get(new URL(`http://registry.corp:${port}/`)))).bytes(100)
    expect(await text((await send(request)).bytes(100))).toBe('inside')
  })

  test('by a redirect is told as one', async () => {
    const inside = await server(({ path }, response) => (path === '/start' ? response.writeHead(302, { location: `http://blobs.example.com:${response.socket?.localPort ?? 0}/` }).end() : response.end('inside')))
    const { port } = inside.url('/')
    // the first answer of the first name has to come from somewhere: from here, and is then forgotten to have been here
    const forgetful = nodeFetch({ lookup: names({ 'registry.example.com': at('127.0.0.1'), 'blobs.example.com': at('127.0.0.1') }).lookup })
    const other = nodeFetch({ lookup: names({ 'blobs.example.com': at('127.0.0.1') }).lookup })
    const fetch = Object.assign(async (...request: Parameters<typeof globalThis.fetch>) => globalThis.fetch(...request), {
      transport: async (request: Parameters<typeof other.transport>[0]) => (request.ledBy === undefined ? forgetful : other).transport(request),
    })
    const { send } = testClient({ fetch, allowInsecure: true })
    await expect(send(get(new URL(`http://registry.example.com:${port}/start`), anywhere))).rejects.toMatchObject({ code: 'ERR_HTTP_REDIRECT', message: expect.stringContaining(`registry.example.com:${port} leads there, and blobs.example.com is at 127.0.0.1`) })
    expect(inside.seen).toHaveLength(1)
  })

  test('gets no connection that the caller had made there', async () => {
    const inside = await server((_, response) => response.end('inside'))
    const { port } = inside.url('/')
    const { lookup, asked } = names({ 'blobs.corp': at('127.0.0.1') })
    const { send } = by(lookup)
    const request = get(new URL(`http://blobs.corp:${port}/`))
    await (await send(request)).bytes(100)
    await (await send(request)).bytes(100)
    expect(asked).toEqual(['blobs.corp'])
    expect(await code(send({ ...request, ledBy: new URL('https://registry.example.com/') }))).toBe('ERR_HTTP_URL')
    expect(inside.seen).toHaveLength(2)
  })

  test('is asked again at each connection: what a name stood for before counts for nothing', async () => {
    const inside = await server((_, response) => response.writeHead(200, { connection: 'close' }).end('inside'))
    let count = 0
    const changing: LookupFunction = (_, options, found) => {
      const address = count++ === 0 ? '192.0.2.1' : '127.0.0.1'
      if (options.all === true) found(null, at(address))
      else found(null, address, 4)
    }
    const { send } = testClient({ fetch: nodeFetch({ lookup: changing }), allowInsecure: true, retry: { attempts: 2 }, timeouts: { answer: 100 } })
    expect(await code(send(get(new URL(`http://rebinding.example.com:${inside.url('/').port}/`), { ledBy: new URL('https://registry.example.com/') })))).toBe('ERR_HTTP_URL')
    expect([count, inside.seen]).toEqual([2, []])
  })
})

describe('addresses', () => {
  test('outside are found as the socket asks for them: all, or one', () => {
    const asking = outerLookup(names({ 'mixed.test': at('10.0.0.1', '8.8.8.8', '2606:4700::1111') }).lookup)
    const found: unknown[] = []
    asking('mixed.test', { all: true }, (...given) => found.push(given))
    asking('mixed.test', {}, (...given) => found.push(given))
    asking('mixed.test', { family: 4 }, (...given) => found.push(given))
    expect(found).toEqual([[null, at('8.8.8.8', '2606:4700::1111')], [null, '8.8.8.8', 4], [null, '8.8.8.8', 4]])
  })

  test('of a lookup that answers with one alone are looked at too', () => {
    const found: unknown[] = []
    const one = (address: string): LookupFunction => outerLookup((_, __, callback) => callback(null, address, 4))
    one('8.8.8.8')('x.test', {}, (...given) => found.push(given))
    one('10.0.0.1')('x.test', {}, (error) => found.push(error?.message))
    expect(found).toEqual([[null, '8.8.8.8', 4], 'x.test is at 10.0.0.1, in a private network'])
  })

  test.each(['8.8.8.8', '192.0.2.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is outside', (address) => expect(isInnerSocketAddress(address)).toBe(false))
  test.each(['127.0.0.1', '::1', '::ffff:10.0.0.1', 'fe80::1%eth0', '', 'a b', '1.2.3.4/5 6'])('%j is not', (address) => expect(isInnerSocketAddress(address)).toBe(true))
})

describe('names', () => {
  test('that are unknown are no answer, and are asked for again', async () => {
    const { lookup, asked } = names({})
    await expect(testClient({ fetch: nodeFetch({ lookup }), allowInsecure: true, retry: { attempts: 2 } }).send(get(new URL('http://nobody.test/')))).rejects.toMatchObject({ code: 'ERR_HTTP_NETWORK', message: expect.stringContaining('getaddrinfo ENOTFOUND nobody.test') })
    expect(asked).toEqual(['nobody.test', 'nobody.test'])
  })

  test('whose lookup never comes back end with the deadline and with the signal', async () => {
    const never: LookupFunction = () => undefined
    const { send } = testClient({ fetch: nodeFetch({ lookup: never }), allowInsecure: true, retry: { attempts: 1 }, timeouts: { answer: 50 } })
    expect(await code(send(get(new URL('http://slow.test/'))))).toBe('ERR_HTTP_TIMEOUT')
    expect(await code(send(get(new URL('http://slow.test/'), { signal: AbortSignal.timeout(10) })))).toBe('ERR_ABORTED')
  })
})

describe('bodies', () => {
  const content = 'a line of text\n'.repeat(10_000)
  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['gzip, br', (bytes: string) => brotliCompressSync(gzipSync(bytes))],
    ['GZIP', gzipSync],
    ['identity', (bytes: string) => Buffer.from(bytes)],
  ])('in %s are opened', async (encoding, encode) => {
    const { url, seen } = await server((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(encode(content)))
    expect(await text((await by(names({}).lookup).send(get(url('/')))).bytes(1_000_000))).toBe(content)
    expect(seen[0]?.headers).toMatchObject({ 'accept-encoding': 'gzip, br' })
  })

  test('whose connection was lost before anybody read are no answer', async () => {
    const message = Object.assign(new Readable({ read: () => undefined }), { complete: false }) as Parameters<typeof messageBody>[0]
    message.destroy()
    await new Promise((resolve) => message.once('close', () => resolve(undefined)))
    await expect(messageBody(message, message).read()).rejects.toThrow('the connection was closed within the body')
  })

  test('in ways that are not known stay as they came', async () => {
    for (const encoding of ['zebra', 'gzip, gzip, gzip, gzip']) {
      const { url } = await server((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end('as it came'))
      expect(await text((await by(names({}).lookup).send(get(url('/')))).bytes(100))).toBe('as it came')
    }
  })

  test('that inflate beyond the limit are refused where it is passed', async () => {
    const { url } = await server((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000))))
    expect(await code((await by(names({}).lookup).send(get(url('/')))).bytes(100_000))).toBe('ERR_LIMIT_EXCEEDED')
  })

  test.each([
    ['are cut off', gzipSync(content).subarray(0, -20)],
    ['are something else', Buffer.from('no gzip')],
  ])('that %s are no answer', async (_, bytes) => {
    const { url } = await server((__, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes))
    expect(await code((await by(names({}).lookup).send(get(url('/')))).bytes(1_000_000))).toBe('ERR_HTTP_NETWORK')
  })

  test('are bytes of their own kind: a part of them is a copy', async () => {
    const { url } = await server((_, response) => response.end('0123'))
    const bytes = await (await by(names({}).lookup).send(get(url('/')))).bytes(10)
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype)
    bytes.slice(0, 1).fill(0)
    expect(new TextDecoder().decode(bytes)).toBe('0123')
  })

  test('of many megabytes go out and come back, no faster than they are taken', async () => {
    const echo = createServer((request, response) => void request.pipe(response.writeHead(200)))
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
    closing.push(async () => new Promise((resolve) => echo.close(() => resolve())))
    let made = 0
    let most = 0
    let taken = 0
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (; made < 256; made++) {
        most = Math.max(most, made * 65_536 - taken)
        yield new Uint8Array(65_536).fill(made)
      }
    }
    const answer = await by(names({}).lookup).send({ method: 'PUT', url: new URL(`http://127.0.0.1:${(echo.address() as AddressInfo).port}/`), body: pieces })
    for await (const piece of answer.stream(100_000_000)) {
      expect(piece.every((byte) => byte === piece[0] || byte === (piece[0] ?? 0) + 1 || byte === 0)).toBe(true)
      taken += piece.length
    }
    expect([made, taken]).toEqual([256, 256 * 65_536])
    expect(most).toBeLessThan(8 * 1024 * 1024)
  })

  test('that are left do not keep a connection that has more to come, and free one that has not', async () => {
    const sockets = new Set<unknown>()
    const { url } = await server((request, response) => {
      sockets.add(response.socket)
      if (request.path === '/long') response.write('x'.repeat(1000))
      else response.end('short')
    })
    const { send } = by(names({}).lookup)
    for (let round = 0; round < 3; round++) {
      const answer = await send(get(url('/short')))
      await soon()
      await answer.cancel()
      await soon()
    }
    expect(sockets.size).toBe(1)
    for (let round = 0; round < 3; round++) await (await send(get(url('/long')))).cancel()
    expect(sockets.size).toBe(3)
  })

  test('that there are none of free their connection', async () => {
    const sockets = new Set<unknown>()
    const { url } = await server((request, response) => {
      sockets.add(response.socket)
      response.writeHead(request.path === '/204' ? 204 : 200, request.path === '/204' ? {} : { 'content-length': 1000 }).end()
    })
    const { send } = by(names({}).lookup)
    for (let round = 0; round < 3; round++) {
      expect((await send({ method: 'HEAD', url: url('/') })).headers.get('content-length')).toBe('1000')
      await soon()
      expect((await send(get(url('/204')))).status).toBe(204)
      await soon()
    }
    expect(sockets.size).toBe(1)
  })
})

test('called as a function it is the platform\'s own', async () => {
  const { url } = await server((_, response) => response.end('here'))
  expect(await (await nodeFetch()(url('/'))).text()).toBe('here')
})
