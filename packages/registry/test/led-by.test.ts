import type { FetchWithTransport, TransportAnswer, TransportRequest } from '@cilock/http'
import { registryClient } from '@cilock/registry'
import { expect, it } from 'vitest'

/** A registry that wants a token from elsewhere and has blobs and uploads elsewhere; and who led to each. */
function elsewhere(): { readonly fetch: FetchWithTransport; readonly led: readonly string[] } {
  const led: string[] = []
  const answer = (status: number, headers: Readonly<Record<string, string>> = {}, content = ''): TransportAnswer => {
    const pieces = [new TextEncoder().encode(content)]
    return { status, headers: new Headers(headers), body: { read: async () => pieces.shift(), leave: async () => undefined }, isHiddenRedirect: false }
  }
  const transport = async ({ method, url, headers, ledBy }: TransportRequest): Promise<TransportAnswer> => {
    led.push(`${method} ${url.host} by ${ledBy?.host ?? 'the caller'}`)
    if (url.host === 'auth.example.com') return answer(200, {}, '{"token":"t"}')
    if (url.host === 'uploads.example.com') return answer(201)
    if (url.host === 'blobs.example.com') return answer(200, {}, 'x')
    if (headers?.has('authorization') !== true) return answer(401, { 'www-authenticate': 'Bearer realm="https://auth.example.com/token",service="s"' })
    if (method === 'POST') return answer(202, { location: 'https://uploads.example.com/1' })
    return method === 'HEAD' ? answer(404) : answer(307, { location: 'https://blobs.example.com/1' })
  }
  return { led, fetch: Object.assign(async () => Promise.reject(new TypeError('not asked')), { transport }) }
}

it('says with each request which registry led there, so that none of them leads into a private network', async () => {
  const { fetch, led } = elsewhere()
  const app = registryClient({ fetch }).repository('registry.example.com/team/app')
  await app.blob('sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881')
  expect(led).toEqual([
    'GET registry.example.com by the caller',
    'GET auth.example.com by registry.example.com',
    'GET registry.example.com by the caller',
    'GET blobs.example.com by registry.example.com',
  ])
  await app.putBlob(new TextEncoder().encode('x'), { oneRequest: true }).catch(() => undefined)
  expect(led.filter((line) => line.includes('uploads'))).toEqual(['PUT uploads.example.com by registry.example.com'])
})
