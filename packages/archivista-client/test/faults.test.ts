import { CilockError } from '@cilock/core'
import type { ArchivistaClient } from '@cilock/archivista-client'
import { memoryArchivista } from '@cilock/archivista-client/testing'
import type { Fault } from '@cilock/archivista-client/testing'
import { serveArchivista } from '@cilock/archivista-client/testing/node'
import { archivistaClient } from '@cilock/archivista-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesAbout, digestOf } from './evidence.ts'

type Wrong = Omit<Fault, 'route'>

const redirect = (location: string, status = 307): Wrong => ({ kind: 'answer', status, headers: { location } })

/** What goes wrong, and the code for it on each road: upload, download, search. */
const faults: readonly (readonly [string, Wrong, string, string, string])[] = [
  ['connection reset', { kind: 'reset' }, 'ERR_HTTP_NETWORK', 'ERR_HTTP_NETWORK', 'ERR_HTTP_NETWORK'],
  ['no answer', { kind: 'stall' }, 'ERR_HTTP_TIMEOUT', 'ERR_HTTP_TIMEOUT', 'ERR_HTTP_TIMEOUT'],
  ['answer that stalls', { kind: 'stall-body' }, 'ERR_HTTP_TIMEOUT', 'ERR_HTTP_TIMEOUT', 'ERR_HTTP_TIMEOUT'],
  ['answer that breaks off', { kind: 'cut-off' }, 'ERR_HTTP_NETWORK', 'ERR_HTTP_NETWORK', 'ERR_HTTP_NETWORK'],
  ['truncated JSON', { kind: 'change', change: (body) => body.slice(0, Math.floor(body.length / 2)) }, 'ERR_ARCHIVISTA_RESPONSE', 'ERR_ARCHIVISTA_INTEGRITY', 'ERR_ARCHIVISTA_RESPONSE'],
  ['one byte more', { kind: 'change', change: (body) => Uint8Array.from([...body, 10]) }, 'stored', 'ERR_ARCHIVISTA_INTEGRITY', 'found'],
  ['401', { kind: 'answer', status: 401 }, 'ERR_ARCHIVISTA_UNAUTHORIZED', 'ERR_ARCHIVISTA_UNAUTHORIZED', 'ERR_ARCHIVISTA_UNAUTHORIZED'],
  ['403', { kind: 'answer', status: 403 }, 'ERR_ARCHIVISTA_FORBIDDEN', 'ERR_ARCHIVISTA_FORBIDDEN', 'ERR_ARCHIVISTA_FORBIDDEN'],
  ['404', { kind: 'answer', status: 404 }, 'ERR_ARCHIVISTA_NOT_FOUND', 'ERR_ARCHIVISTA_NOT_FOUND', 'ERR_ARCHIVISTA_NOT_FOUND'],
  ['409', { kind: 'answer', status: 409 }, 'ERR_ARCHIVISTA_REFUSED', 'ERR_ARCHIVISTA_REFUSED', 'ERR_ARCHIVISTA_REFUSED'],
  ['413', { kind: 'answer', status: 413 }, 'ERR_ARCHIVISTA_REFUSED', 'ERR_ARCHIVISTA_REFUSED', 'ERR_ARCHIVISTA_REFUSED'],
  ['422', { kind: 'answer', status: 422 }, 'ERR_ARCHIVISTA_REFUSED', 'ERR_ARCHIVISTA_REFUSED', 'ERR_ARCHIVISTA_QUERY'],
  ['429', { kind: 'answer', status: 429 }, 'ERR_ARCHIVISTA_UNAVAILABLE', 'ERR_ARCHIVISTA_UNAVAILABLE', 'ERR_ARCHIVISTA_UNAVAILABLE'],
  ['500', { kind: 'answer', status: 500 }, 'ERR_ARCHIVISTA_REFUSED', 'ERR_ARCHIVISTA_UNAVAILABLE', 'ERR_ARCHIVISTA_UNAVAILABLE'],
  ['502', { kind: 'answer', status: 502 }, 'ERR_ARCHIVISTA_UNAVAILABLE', 'ERR_ARCHIVISTA_UNAVAILABLE', 'ERR_ARCHIVISTA_UNAVAILABLE'],
  ['oversize', { kind: 'answer', body: new Uint8Array(20_000) }, 'ERR_LIMIT_EXCEEDED', 'ERR_LIMIT_EXCEEDED', 'ERR_LIMIT_EXCEEDED'],
  ['redirect to another origin', redirect('https://elsewhere.example/'), 'ERR_HTTP_REDIRECT', 'ERR_HTTP_REDIRECT', 'ERR_HTTP_REDIRECT'],
  ['redirect to another port', redirect('http://127.0.0.1:9/'), 'ERR_HTTP_REDIRECT', 'ERR_HTTP_REDIRECT', 'ERR_HTTP_REDIRECT'],
  ['redirect into a cloud', redirect('https://169.254.169.254/latest/'), 'ERR_HTTP_REDIRECT', 'ERR_HTTP_REDIRECT', 'ERR_HTTP_REDIRECT'],
  ['redirect without TLS', redirect('http://elsewhere.example/'), 'ERR_HTTP_URL', 'ERR_HTTP_URL', 'ERR_HTTP_URL'],
  ['redirect loop', redirect('/v1/upload'), 'ERR_HTTP_REDIRECT', 'ERR_HTTP_REDIRECT', 'ERR_HTTP_REDIRECT'],
  ['redirect that changes the method', redirect('/v1/upload', 302), 'ERR_HTTP_REDIRECT', 'ERR_HTTP_REDIRECT', 'ERR_HTTP_REDIRECT'],
]

describe.each(['fetch', 'a socket'])('a server that is reached by %s', (by) => {
  const archivista = memoryArchivista()
  let close = async (): Promise<void> => undefined
  let client: ArchivistaClient
  beforeAll(async () => {
    const server = by === 'fetch' ? undefined : await serveArchivista(archivista)
    if (server !== undefined) close = server.close
    client = archivistaClient({
      url: server?.url ?? archivista.url,
      fetch: server === undefined ? archivista.fetch : fetch,
      wait: async () => undefined,
      retry: { attempts: 2 },
      timeouts: { answer: 300, idle: 100 },
      limits: { envelopeBytes: 10_000, queryBytes: 10_000 },
    })
  })
  afterAll(async () => close())

  const codeOf = async (work: () => Promise<unknown>, good: string): Promise<string> => {
    try {
      await work()
      return good
    } catch (error) {
      if (!CilockError.is(error)) throw error
      return error.code
    }
  }

  it.each(faults)('%s: each road has its own code', async (_name, fault, upload, download, search) => {
    archivista.clear()
    archivista.heal()
    const { gitoid } = archivista.put(bytesAbout('app'))
    archivista.fail({ ...fault, route: 'upload' })
    archivista.fail({ ...fault, route: 'download' })
    archivista.fail({ ...fault, route: 'query' })
    const codes = [
      await codeOf(async () => client.store(bytesAbout('new'), { confirm: false }), 'stored'),
      await codeOf(async () => client.download(gitoid), 'downloaded'),
      await codeOf(async () => client.search({ digests: [digestOf('app')] }), 'found'),
    ]
    expect(codes).toEqual([upload, download, search])
  })
})

describe('a server that is busy for a while', () => {
  it.each([
    ['reset', { kind: 'reset' }],
    ['429', { kind: 'answer', status: 429 }],
    ['502', { kind: 'answer', status: 502 }],
    ['503', { kind: 'answer', status: 503 }],
    ['504', { kind: 'answer', status: 504 }],
  ] as const)('%s: is asked again, and nothing is lost', async (_, fault) => {
    const archivista = memoryArchivista()
    const pauses: number[] = []
    const client = archivistaClient({ url: archivista.url, fetch: archivista.fetch, random: () => 0, wait: async (pause) => { pauses.push(pause) } })
    for (const route of ['upload', 'download', 'query'] as const) archivista.fail({ ...fault, route, times: 2 })
    const { gitoid } = await client.store(bytesAbout('app'))
    expect(await client.search({ digests: [digestOf('app')] })).toMatchObject([{ gitoid }])
    expect(pauses).toEqual([100, 200, 100, 200, 100, 200])
  })

  it('waits as long as the server asks for, and no longer than it was told to', async () => {
    const archivista = memoryArchivista()
    const pauses: number[] = []
    const client = archivistaClient({ url: archivista.url, fetch: archivista.fetch, wait: async (pause) => { pauses.push(pause) }, retry: { maxPause: 5000 } })
    archivista.fail({ kind: 'answer', status: 429, headers: { 'retry-after': '3' }, times: 1 })
    await client.store(bytesAbout('app'))
    archivista.fail({ kind: 'answer', status: 429, headers: { 'retry-after': '60' } })
    await expect(client.search({ digests: [digestOf('app')] })).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_UNAVAILABLE', status: 429 })
    expect(pauses).toEqual([3000])
  })

  it('ends with the signal of the caller', async () => {
    const archivista = memoryArchivista()
    const controller = new AbortController()
    const client = archivistaClient({ url: archivista.url, fetch: archivista.fetch })
    archivista.fail({ kind: 'stall' })
    const { signal } = controller
    const calls = [client.store(bytesAbout('app'), { signal }), client.download(digestOf('a'), { signal }), client.search({ digests: ['a'] }, { signal }), client.waitFor(digestOf('a'), { signal }), client.walk({ digests: ['a'], signal }), client.subjects(digestOf('a'), { signal })]
    const ended = Promise.allSettled(calls)
    controller.abort()
    for (const each of await ended) expect(each).toMatchObject({ status: 'rejected', reason: { code: 'ERR_ABORTED' } })
  })
})

describe('a write that is looked for', () => {
  it.each([
    ['is gone', { kind: 'lost-write', route: 'upload' }, 'ERR_ARCHIVISTA_LOST'],
    ['cannot be looked for, since the server fails', { kind: 'answer', status: 500, body: 'too many open files', route: 'download' }, 'ERR_ARCHIVISTA_UNAVAILABLE'],
    ['cannot be looked for, since the server is busy', { kind: 'answer', status: 503, route: 'download' }, 'ERR_ARCHIVISTA_UNAVAILABLE'],
    ['may not be looked for', { kind: 'answer', status: 403, route: 'download' }, 'ERR_ARCHIVISTA_FORBIDDEN'],
    ['has other bytes', { kind: 'change', change: () => bytesAbout('other'), route: 'download' }, 'ERR_ARCHIVISTA_INTEGRITY'],
  ] as const)('and %s', async (_, fault, code) => {
    for (const storage of ['file', 'blob'] as const) {
      const archivista = memoryArchivista({ storage })
      const client = archivistaClient({ url: archivista.url, fetch: archivista.fetch, wait: async () => undefined })
      archivista.fail(fault)
      await expect(client.store(bytesAbout('app'))).rejects.toMatchObject({ code })
    }
  })

  it('is lost where the server keeps nothing', async () => {
    const archivista = memoryArchivista({ storage: 'none' })
    const client = archivistaClient({ url: archivista.url, fetch: archivista.fetch })
    await expect(client.store(bytesAbout('app'))).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_LOST' })
  })
})
