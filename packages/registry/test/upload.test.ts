import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestOf, registryClient } from '@cilock/registry'
import type { RegistryOptions, Repository } from '@cilock/registry'
import { memoryRegistry } from '@cilock/registry/testing'
import type { Fault, MemoryRegistry, MemoryRegistryOptions } from '@cilock/registry/testing'

function open(more: Partial<RegistryOptions> = {}, options: MemoryRegistryOptions = {}): { readonly registry: MemoryRegistry; readonly app: Repository } {
  const registry = memoryRegistry(options)
  const { repository } = registryClient({ fetch: registry.fetch, retry: { attempts: 3, firstPause: 0 }, wait: async () => undefined, limits: { chunkBytes: 10 }, ...more })
  return { registry, app: repository(`${registry.host}/team/app`) }
}

const bytes = new TextEncoder().encode('forty bytes of a blob, sent in 4 pieces.')
const sent = (registry: MemoryRegistry, method: string): number => registry.requests.filter((each) => each.method === method).length
const streamedBlob = { digest: digestOf(bytes), size: bytes.length, open: async function* (): AsyncGenerator<Uint8Array> { yield bytes } }

const moments: readonly (readonly [string, Fault])[] = [
  ['a reset', { kind: 'reset' }],
  ['a stall', { kind: 'stall' }],
  ['an answer of 408', { kind: 'answer', status: 408 }],
  ['an answer of 429', { kind: 'answer', status: 429 }],
  ['an answer of 500', { kind: 'answer', status: 500 }],
  ['an answer of 502', { kind: 'answer', status: 502 }],
  ['a lost piece', { kind: 'lost-write' }],
]

describe('an upload in pieces goes on', () => {
  it.each(moments)('after %s', async (_, fault) => {
    const { registry, app } = open({ timeouts: { answer: 50 } })
    registry.fail({ ...fault, method: 'PATCH', after: 1, times: 1 })
    expect(await app.putBlob(bytes, { chunked: true })).toMatchObject({ how: 'uploaded' })
    expect(await app.blob(digestOf(bytes))).toEqual(bytes)
  })

  it('where it broke off, without what is there already', async () => {
    const { registry, app } = open()
    registry.fail({ kind: 'reset', method: 'PATCH', after: 2, times: 1 })
    await app.putBlob(bytes, { chunked: true })
    expect([sent(registry, 'POST'), sent(registry, 'PATCH')]).toEqual([1, 5])
  })

  it('where the answer was lost, and not the piece', async () => {
    const { registry, app } = open()
    registry.fail({ kind: 'cut-off', method: 'PATCH', after: 1, times: 1 })
    await app.putBlob(bytes, { chunked: true })
    expect(await app.blob(digestOf(bytes))).toEqual(bytes)
    expect(sent(registry, 'POST')).toBe(1)
  })

  it('behind the part of a piece that came through', async () => {
    const { registry, app } = open()
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init)
      if (request.method !== 'PATCH' || request.headers.get('content-range') !== '10-19') return registry.fetch(request)
      const half = new Uint8Array(await request.arrayBuffer()).subarray(0, 4)
      await registry.fetch(request.url, { method: 'PATCH', headers: { 'content-range': '10-13' }, body: half })
      throw new TypeError('fetch failed')
    }
    const { repository } = registryClient({ fetch, wait: async () => undefined, limits: { chunkBytes: 10 } })
    await repository(`${registry.host}/team/app`).putBlob(bytes, { chunked: true })
    expect(await app.blob(digestOf(bytes))).toEqual(bytes)
    expect(sent(registry, 'POST')).toBe(1)
  })

  it('from the beginning where the registry does not know any more what it has', async () => {
    const { registry, app } = open()
    registry.fail({ kind: 'reset', method: 'PATCH', after: 1, times: 1 })
    registry.fail({ kind: 'answer', status: 404, method: 'GET', path: /uploads/, times: 1 })
    expect(await app.putBlob(streamedBlob)).toMatchObject({ how: 'uploaded' })
    expect(sent(registry, 'POST')).toBe(2)
  })

  it('with a new token where the old one is worth nothing any more', async () => {
    const access = { kind: 'token', username: 'alice', password: 's3cret' } as const
    const { registry, app } = open({ credentials: async () => ({ kind: 'password', username: 'alice', password: 's3cret' }) }, { access })
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      for (const at of [0, 10, 20, 30]) {
        registry.forgetTokens()
        yield bytes.subarray(at, at + 10)
      }
    }
    expect(await app.putBlob({ ...streamedBlob, open: slow })).toMatchObject({ how: 'uploaded' })
    expect(sent(registry, 'POST')).toBe(2)
  })

  it('whatever goes wrong how often, or ends with a code', async () => {
    const fault = fc.record({ at: fc.nat(12), kind: fc.constantFrom('reset', 'cut-off', 'lost-write', 'answer') })
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 6 }), fc.boolean(), async (faults, chunked) => {
        const { registry, app } = open()
        for (const { at, kind } of faults) registry.fail({ kind, status: 503, after: at, times: 1 })
        try {
          await app.putBlob(bytes, { chunked })
        } catch (error) {
          expect((error as { code?: unknown }).code).toMatch(/^ERR_(REGISTRY|HTTP)_/)
          return
        }
        registry.heal()
        expect(await app.blob(digestOf(bytes))).toEqual(bytes)
      }),
      { numRuns: 100 },
    )
  })
})

describe('an upload ends', () => {
  it.each([
    ['a reset', { kind: 'reset' }, 'ERR_HTTP_NETWORK'],
    ['a stall', { kind: 'stall' }, 'ERR_HTTP_TIMEOUT'],
    ['401', { kind: 'answer', status: 401 }, 'ERR_REGISTRY_UNAUTHORIZED'],
    ['403', { kind: 'answer', status: 403 }, 'ERR_REGISTRY_FORBIDDEN'],
    ['409', { kind: 'answer', status: 409 }, 'ERR_REGISTRY_CONFLICT'],
    ['413', { kind: 'answer', status: 413 }, 'ERR_REGISTRY_REFUSED'],
    ['429', { kind: 'answer', status: 429 }, 'ERR_REGISTRY_RATE_LIMITED'],
    ['500', { kind: 'answer', status: 500 }, 'ERR_REGISTRY_FAILED'],
    ['502', { kind: 'answer', status: 502 }, 'ERR_REGISTRY_UNAVAILABLE'],
    ['a redirect to another origin', { kind: 'answer', status: 307, headers: { location: 'https://other.example.com/' } }, 'ERR_HTTP_REDIRECT'],
  ] as const)('with %s that stays', async (_, fault, code) => {
    for (const [method, chunked] of [['POST', false], ['PATCH', true], ['PUT', false]] as const) {
      const { registry, app } = open({ timeouts: { answer: 20 } })
      registry.fail({ ...fault, method })
      await expect(app.putBlob(bytes, { chunked })).rejects.toMatchObject({ code })
    }
  })

  it('with the signal', async () => {
    const { registry, app } = open()
    registry.fail({ kind: 'stall', method: 'PATCH' })
    await expect(app.putBlob(bytes, { chunked: true, signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(sent(registry, 'PATCH')).toBe(1)
  })

  it('with content that is not what it is called', async () => {
    const { app } = open()
    await expect(app.putBlob({ ...streamedBlob, digest: digestOf('x') })).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
    await expect(app.putBlob({ ...streamedBlob, size: 41 }, { chunked: false })).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
  })

  it('with a registry that says it stored something else', async () => {
    const { registry, app } = open()
    registry.fail({ kind: 'change', method: 'PUT', headers: { 'docker-content-digest': digestOf('x') } })
    await expect(app.putBlob(bytes)).rejects.toMatchObject({ code: 'ERR_REGISTRY_INTEGRITY' })
  })
})

describe('an upload in one request', () => {
  it('is one', async () => {
    const { registry, app } = open()
    expect(await app.putBlob(bytes, { oneRequest: true })).toMatchObject({ how: 'uploaded' })
    expect([sent(registry, 'POST'), sent(registry, 'PUT')]).toEqual([1, 0])
    expect(await app.blob(digestOf(bytes))).toEqual(bytes)
  })

  it('is two where the registry only begins an upload', async () => {
    const { registry, app } = open()
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init)
      return request.method === 'POST' ? registry.fetch(request.url.replace(/\?.*/, ''), { method: 'POST' }) : registry.fetch(request)
    }
    const { repository } = registryClient({ fetch })
    expect(await repository(`${registry.host}/team/app`).putBlob(bytes, { oneRequest: true })).toMatchObject({ how: 'uploaded' })
    expect(sent(registry, 'PUT')).toBe(1)
    expect(await app.blob(digestOf(bytes))).toEqual(bytes)
  })
})

it('a mount that the registry does not do is an upload', async () => {
  const { registry, app } = open()
  expect(await app.putBlob(bytes, { mountFrom: 'team/nothing' })).toMatchObject({ how: 'uploaded' })
  expect(registry.requests.some(({ target }) => target.includes('mount='))).toBe(true)
})
