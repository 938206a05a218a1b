import { httpClient } from '@cilock/http'
import { describe, expect, test } from 'vitest'
import { code, get, testClient } from './requests.ts'

describe('redirects', () => {
  test.each([
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'https://[fd00::1]/',
    'https://[::ffff:192.168.1.1]/',
    'https://2130706433/',
    'https://localhost/',
    'https://localhost./',
    'https://x.localhost./',
    'https://10.0.0.1./',
    'https://192.0.0.192/',
    'https://198.18.0.1/',
    'https://[::]/',
    'https://[::10.0.0.1]/',
    'https://[::ffff:0:a00:1]/',
    'https://[64:ff9b::a00:1]/',
    'https://[64:ff9b:1::808:808]/',
    'https://[2002:a00:1::]/',
    'https://[2001:0:1::1]/',
    'https://[fe80::1]/',
    'https://[ff02::1]/',
    'http://example.com/',
    'file:///etc/passwd',
    'https://user:secret@example.com/',
    'https://[/',
  ])('from a public server to %s is refused', async (location) => {
    let asked = 0
    const leading: typeof fetch = async () => (asked++ === 0 ? new Response(null, { status: 302, headers: { location } }) : new Response('inside'))
    const sent = testClient({ fetch: leading }).send(get(new URL('https://registry.example.com/'), { redirect: 'anywhere-without-credentials' }))
    expect(await code(sent)).toMatch(/^ERR_HTTP_(?:REDIRECT|URL)$/)
    expect(asked).toBe(1)
  })

  test.each(['https://example.com./', 'https://8.8.8.8/', 'https://192.0.2.1/', 'https://198.20.0.1/', 'https://[2606:4700::1111]/', 'https://[64:ff9b::808:808]/', 'https://[2002:808:808::]/', 'https://[2001:db8::1]/'])('from one public server to another, %s, is followed', async (location) => {
    const asked: string[] = []
    const moving: typeof fetch = async (input) => {
      asked.push(new Request(input).url)
      return asked.length === 1 ? new Response(null, { status: 302, headers: { location } }) : new Response('here')
    }
    const response = await testClient({ fetch: moving }).send(get(new URL('https://registry.example.com/'), { redirect: 'anywhere-without-credentials' }))
    expect([response.status, asked[1]]).toEqual([200, location])
  })

  test('without a place', async () => {
    const nowhere: typeof fetch = async () => new Response(null, { status: 302 })
    expect(await code(testClient({ fetch: nowhere }).send(get(new URL('https://example.com/'))))).toBe('ERR_HTTP_REDIRECT')
  })
})


describe('URLs', () => {
  test.each([
    ['http://example.com/', 'ERR_HTTP_URL'],
    ['ftp://example.com/', 'ERR_HTTP_URL'],
    ['https://user:secret@example.com/', 'ERR_HTTP_URL'],
  ])('%s is not asked', async (url, expected) => {
    let asked = 0
    const counting: typeof fetch = async () => {
      asked++
      return new Response('x')
    }
    expect(await code(testClient({ fetch: counting }).send(get(new URL(url))))).toBe(expected)
    expect(asked).toBe(0)
  })

  test('http elsewhere is asked where that is allowed', async () => {
    const answering: typeof fetch = async () => new Response('x')
    expect((await testClient({ fetch: answering, allowInsecure: true }).send(get(new URL('http://example.com/')))).status).toBe(200)
  })

  test('stand in messages without what may be secret', async () => {
    const failing: typeof fetch = async () => Promise.reject(new TypeError('fetch failed', { cause: new RangeError('reset') }))
    const error = await testClient({ fetch: failing, retry: { attempts: 1 } }).send(get(new URL('https://example.com/a?token=secret#x'))).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: 'GET https://example.com/a: the exchange failed: reset', url: 'https://example.com/a', method: 'GET' })
  })
})

test('fetch has to be handed in', () => {
  expect(() => httpClient({} as never)).toThrow(TypeError)
})
