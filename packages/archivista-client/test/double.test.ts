import { encodeUtf8 } from '@cilock/core'
import { gitoidOf } from '@cilock/archivista-client'
import { memoryArchivista } from '@cilock/archivista-client/testing'
import { serveArchivista } from '@cilock/archivista-client/testing/node'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesAbout, envelopeAbout } from './evidence.ts'

const post = async (fetching: typeof fetch, url: string, body: Uint8Array | string): Promise<Response> =>
  fetching(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : new Uint8Array(body) })

describe('an Archivista for tests', () => {
  it('keeps whatever it is sent, and refuses to index what is no envelope', async () => {
    const { url, fetch, get } = memoryArchivista()
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.json().map(encodeUtf8)), async (bytes) => {
        const response = await post(fetch, `${url}/upload`, bytes)
        expect([response.status, (await response.text()).endsWith('\n')]).toEqual([500, true])
        expect(get(gitoidOf(bytes))).toEqual(bytes)
      }),
    )
  })

  it('indexes every envelope of a statement, and finds it by its subject', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }).filter((name) => !name.includes('\0')), async (subject) => {
        const { url, fetch, put } = memoryArchivista()
        expect(put(envelopeAbout({ subject })).refusal).toBeUndefined()
        const response = await post(fetch, `${url}/query`, JSON.stringify({ query: 'query ($n: String!) { subjects(where: {name: $n}) { totalCount } }', variables: { n: subject } }))
        expect(await response.json()).toEqual({ data: { subjects: { totalCount: 1 } } })
      }),
    )
  })

  it('answers any query with data or errors', async () => {
    const { url, fetch } = memoryArchivista()
    const word = fc.constantFrom('query', '{', '}', '(', ')', 'dsses', 'where:', '[', ']', '$x', ': String!', 'edges', 'node', '"text"', '1', '...', 'on', '@skip', 'null', '\\', '"')
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.array(word).map((words) => words.join(' '))), async (query) => {
        const response = await post(fetch, `${url}/query`, JSON.stringify({ query }))
        const answer = (await response.json()) as { readonly data: unknown; readonly errors?: readonly unknown[] }
        expect(response.status === 200 ? 'data' in answer : (answer.errors ?? []).length > 0).toBe(true)
      }),
    )
  })

  it('records what it was asked, without credentials', async () => {
    const archivista = memoryArchivista({ bearer: 'secret' })
    await archivista.fetch(`${archivista.url}/download/${'0'.repeat(64)}`, { headers: { authorization: 'Bearer secret' } })
    expect(archivista.requests).toMatchObject([{ method: 'GET', route: 'download', headers: { authorization: '(given)' } }])
    expect((await archivista.fetch(`${archivista.url}/download/x`)).status).toBe(401)
  })

  it('is one server: other origins cannot be reached', async () => {
    await expect(memoryArchivista().fetch('https://elsewhere.example/')).rejects.toThrow(TypeError)
  })

  it('is the same behind a socket', async () => {
    const archivista = memoryArchivista()
    const server = await serveArchivista(archivista)
    try {
      const response = await post(fetch, `${server.url}/v1/upload`, bytesAbout('app'))
      expect(await response.json()).toEqual({ gitoid: gitoidOf(bytesAbout('app')) })
      expect(archivista.gitoids).toEqual([gitoidOf(bytesAbout('app'))])
    } finally {
      await server.close()
    }
    await expect(fetch(server.url)).rejects.toThrow(TypeError)
  })
})
