import type { TokenRequest } from '@cilock/archivista-client'
import { describe, expect, it } from 'vitest'
import { pair } from './client.ts'
import { bytesAbout, digestOf } from './evidence.ts'

describe('tokens', () => {
  it('are asked for each request, with the server as the audience', async () => {
    const asked: TokenRequest[] = []
    const { archivista, client } = pair({ bearer: 'good' }, { token: async (request) => (asked.push(request), 'good') })
    const { gitoid } = await client.store(bytesAbout('app'))
    await client.download(gitoid)
    expect(asked.map(({ audience, isRefused }) => [audience, isRefused])).toEqual([[archivista.url, false], [archivista.url, false], [archivista.url, false]])
  })

  it('are asked for once more after a 401, and then no more', async () => {
    const asked: boolean[] = []
    const { client } = pair({ bearer: 'new' }, { token: async ({ isRefused }) => (asked.push(isRefused), isRefused ? 'new' : 'old') })
    expect(await client.search({ digests: ['a'] })).toEqual([])
    expect(asked).toEqual([false, true])
    const { client: other } = pair({ bearer: 'another' }, { token: async ({ isRefused }) => (asked.push(isRefused), 'old') })
    await expect(other.search({ digests: ['a'] })).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_UNAUTHORIZED', status: 401 })
    expect(asked).toEqual([false, true, false, true])
  })

  it('are not sent where there is none', async () => {
    const { archivista, client } = pair({}, { token: async () => undefined })
    await client.search({ digests: ['a'] })
    expect(archivista.requests.map(({ headers }) => headers['authorization'])).toEqual([undefined])
  })

  it('stand in no error', async () => {
    const { archivista, client } = pair({}, { token: async () => 'top-secret', headers: { 'x-api-key': 'also-secret' } })
    for (const kind of ['reset', 'cut-off'] as const) {
      archivista.heal()
      archivista.fail({ kind })
      const error: unknown = await client.download(digestOf('a')).catch((reason: unknown) => reason)
      expect(JSON.stringify([String(error), Object.entries(error as object)])).not.toMatch(/secret/)
    }
  })

  it('stay with the origin of the server', async () => {
    const seen: string[] = []
    const { client } = pair({}, {
      token: async () => 'token',
      headers: { 'x-api-key': 'key' },
      fetch: async (input) => {
        seen.push(new URL(input instanceof Request ? input.url : input).origin)
        return new Response(null, { status: 307, headers: { location: 'https://elsewhere.example/' } })
      },
    })
    await expect(client.store(bytesAbout('app'))).rejects.toMatchObject({ code: 'ERR_HTTP_REDIRECT' })
    expect(seen).toEqual(['http://archivista.localhost'])
  })
})
