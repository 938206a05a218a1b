import { collectionType, witnessCollectionType } from '@cilock/core'
import { archivistaClient } from '@cilock/archivista-client'
import { memoryArchivista } from '@cilock/archivista-client/testing'
import { describe, expect, it } from 'vitest'
import { pair } from './client.ts'
import { bytesAbout, digestOf, envelopeAbout } from './evidence.ts'

const collection = (name: string, types: readonly string[]) => ({ name, attestations: types.map((type) => ({ type, attestation: {} })) })

const edge = (gitoid: unknown, more = {}) => ({ node: { gitoidSha256: gitoid, payloadType: 't', statement: null, ...more } })
const answered = (edges: unknown, pageInfo: unknown = { hasNextPage: false, endCursor: null }) => ({ data: { dsses: { edges, pageInfo } } })

const namesOf = async (gitoids: AsyncIterable<string>): Promise<readonly string[]> => {
  const names: string[] = []
  for await (const gitoid of gitoids) names.push(gitoid)
  return names
}

describe('search', () => {
  it('finds by digest, whatever form it is written in, each envelope once and by gitoid', async () => {
    const { archivista, client } = pair()
    const gitoids = ['one', 'two'].map((predicate) => archivista.put(envelopeAbout({ subject: 'app', predicate })).gitoid).sort()
    archivista.put(bytesAbout('other'))
    for (const digest of [digestOf('app'), `sha256:${digestOf('app')}`, digestOf('app').toUpperCase()]) {
      expect((await client.search({ digests: [digest, digest] })).map(({ gitoid }) => gitoid)).toEqual(gitoids)
    }
  })

  it('takes all pages, and long lists in parts', async () => {
    const names = Array.from({ length: 23 }, (_, at) => `n${at}`)
    const { archivista, client } = pair({}, { limits: { page: 4, listValues: 5 } })
    const stored = names.map((name) => archivista.put(bytesAbout(name)).gitoid).sort()
    const digests = names.map(digestOf)
    expect((await client.search({ digests: [...digests, ...digests.map((digest) => digest.toUpperCase())] })).map(({ gitoid }) => gitoid)).toEqual(stored)
    // four parts of two pages, and one of three values: each value is asked for once
    expect(archivista.requests).toHaveLength(9)
    const sizes = archivista.requests.map(({ body }) => new TextDecoder().decode(body)).map((text) => (JSON.parse(text) as { variables: { first: number; where: { hasStatementWith: { hasSubjectsWith: { hasSubjectDigestsWith: { valueIn: string[] }[] }[] }[] } } }).variables)
    expect(Math.max(...sizes.map(({ where }) => where.hasStatementWith[0]?.hasSubjectsWith[0]?.hasSubjectDigestsWith[0]?.valueIn.length ?? 0))).toBe(5)
    expect(new Set(sizes.map(({ first }) => first))).toEqual(new Set([4]))
  })

  it('asks for some parts of a long list before it is their turn, and names what they hold in turn', async () => {
    const names = Array.from({ length: 23 }, (_, at) => `n${at}`)
    const archivista = memoryArchivista()
    const stored = names.map((name) => archivista.put(bytesAbout(name)).gitoid)
    let [underWay, most] = [0, 0]
    const counting: typeof fetch = async (input, init) => {
      most = Math.max(most, ++underWay)
      try {
        return await archivista.fetch(input, init)
      } finally {
        underWay--
      }
    }
    const client = archivistaClient({ url: archivista.url, fetch: counting, limits: { listValues: 2 } })
    const found: string[] = []
    for await (const gitoid of client.gitoids({ digests: names.map(digestOf) })) found.push(gitoid)
    expect(found.map((gitoid) => Math.floor(stored.indexOf(gitoid) / 2))).toEqual(Array.from({ length: 23 }, (_, at) => Math.floor(at / 2)))
    expect(most).toBe(4)
  })

  it('of which one that fails is an error, and one that nobody waits for is none', async () => {
    const names = Array.from({ length: 8 }, (_, at) => `n${at}`)
    const archivista = memoryArchivista()
    for (const name of names) archivista.put(bytesAbout(name))
    let asked = 0
    const failing: typeof fetch = async (input, init) => (++asked === 3 ? new Response('no', { status: 403 }) : archivista.fetch(input, init))
    const client = archivistaClient({ url: archivista.url, fetch: failing, limits: { listValues: 2 } })
    await expect(client.search({ digests: names.map(digestOf) })).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_FORBIDDEN' })
    asked = 0
    for await (const gitoid of client.gitoids({ digests: names.map(digestOf) })) {
      expect(gitoid).toMatch(/^[0-9a-f]{64}$/)
      break
    }
  })

  it('names once what stands in several parts, and what a page names twice', async () => {
    const { archivista, client } = pair({}, { limits: { listValues: 1 } })
    const subject = ['a', 'c', 'd'].map((name) => ({ name, digest: { sha256: digestOf(name) } }))
    const payload = new TextEncoder().encode(JSON.stringify({ _type: 'https://in-toto.io/Statement/v0.1', predicateType: 'x', predicate: {}, subject }))
    const stored = [archivista.put({ ...envelopeAbout({ subject: 'a' }), payload }).gitoid, archivista.put(bytesAbout('b')).gitoid]
    const query = { digests: ['a', 'b', 'c', 'd'].map(digestOf) }
    expect((await client.search(query)).map(({ gitoid }) => gitoid)).toEqual(stored.toSorted())
    expect(await namesOf(client.gitoids(query))).toEqual(stored)

    const twice = [stored[0], stored[0], stored[1], stored[0]].map((gitoid) => edge(gitoid))
    archivista.fail({ route: 'query', kind: 'answer', body: JSON.stringify(answered(twice)), times: 1 })
    expect((await client.search({ digests: [digestOf('a')] })).map(({ gitoid }) => gitoid)).toEqual(stored.toSorted())
  })

  it('refuses more than it may name, of all parts together', async () => {
    for (const listValues of [1, 3]) {
      const { archivista, client } = pair({}, { limits: { listValues } })
      for (const name of ['a', 'b', 'c']) archivista.put(bytesAbout(name))
      const query = { digests: ['a', 'b', 'c'].map(digestOf) }
      await expect(client.search(query, { maxHits: 2 })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
      expect(await client.search(query, { maxHits: 3 })).toHaveLength(3)
    }
  })

  it('finds collections by name and types in both families, and those that the server has not indexed', async () => {
    const { archivista, client } = pair()
    const put = (predicateType: string, name: string, types: readonly string[]) => archivista.put(envelopeAbout({ subject: name, predicateType, predicate: collection(name, types) })).gitoid
    const witness = put(witnessCollectionType, 'build', ['https://witness.dev/attestations/product/v0.1'])
    const cilock = put(collectionType, 'build', ['https://aflock.ai/attestations/product/v0.3'])
    put(witnessCollectionType, 'test', ['https://witness.dev/attestations/product/v0.1'])
    put(witnessCollectionType, 'build', ['https://witness.dev/attestations/git/v0.1'])
    const found = await client.search({ collection: 'build', attestations: ['https://aflock.ai/attestations/product/v0.1'] })
    expect(found.map(({ gitoid }) => gitoid)).toEqual([witness, cilock].sort())
    expect(found.find(({ gitoid }) => gitoid === witness)?.collection).toEqual({ name: 'build', attestations: ['https://witness.dev/attestations/product/v0.1'] })
  })

  it('finds by predicate type, by gitoid, and policies', async () => {
    const { archivista, client } = pair()
    const slsa = archivista.put(envelopeAbout({ subject: 'app', predicateType: 'https://slsa.dev/provenance/v1' })).gitoid
    const policy = archivista.put({ ...envelopeAbout({ subject: 'x' }), payloadType: 'https://witness.testifysec.com/policy/v0.1' }).gitoid
    expect(await client.search({ predicateTypes: ['https://slsa.dev/provenance/v1'] })).toMatchObject([{ gitoid: slsa, predicateType: 'https://slsa.dev/provenance/v1' }])
    expect(await client.search({ gitoid: `gitoid:blob:sha256:${slsa}` })).toMatchObject([{ gitoid: slsa }])
    expect(await client.search({ payloadTypePrefix: 'https://witness.testifysec.com/policy/' })).toMatchObject([{ gitoid: policy }])
  })

  it.each([[{}], [{ digests: [] }], [{ predicateTypes: [] }], [{ attestations: [], collection: 'x' }]])('does not ask %j, which a server takes for everything', async (query) => {
    const { archivista, client } = pair()
    await expect(client.search(query)).rejects.toThrow(TypeError)
    expect(archivista.requests).toEqual([])
  })

  it.each([[''], ['x'.repeat(300)]])('refuses %j as a digest', async (digest) => {
    await expect(pair().client.search({ digests: [digest] })).rejects.toMatchObject({ code: 'ERR_DIGEST_INVALID' })
  })

  it.each([['../../etc/passwd'], ['a'.repeat(63)], [`${'a'.repeat(64)}\n`], ['']])('refuses %j as a gitoid, before it is in a path', async (gitoid) => {
    const { archivista, client } = pair()
    for (const call of [async () => client.download(gitoid), async () => client.subjects(gitoid), async () => client.waitFor(gitoid), async () => client.search({ gitoid })]) await expect(call()).rejects.toMatchObject({ code: 'ERR_DIGEST_INVALID' })
    expect(archivista.requests).toEqual([])
  })
})

describe('an answer to a search', () => {
  it.each([
    ['no JSON', 'x', 'ERR_ARCHIVISTA_RESPONSE'],
    ['no object', '[]', 'ERR_ARCHIVISTA_RESPONSE'],
    ['nothing in it', '{}', 'ERR_ARCHIVISTA_RESPONSE'],
    ['no data', '{"data":null}', 'ERR_ARCHIVISTA_RESPONSE'],
    ['no dsses', '{"data":{}}', 'ERR_ARCHIVISTA_RESPONSE'],
    ['no edges', JSON.stringify(answered(null)), 'ERR_ARCHIVISTA_RESPONSE'],
    ['an edge that is null', JSON.stringify(answered([null])), 'ERR_ARCHIVISTA_RESPONSE'],
    ['a node that is null', JSON.stringify(answered([{ node: null }])), 'ERR_ARCHIVISTA_RESPONSE'],
    ['no page information', JSON.stringify(answered([], null)), 'ERR_ARCHIVISTA_RESPONSE'],
    ['a next page without a place', JSON.stringify(answered([edge(digestOf('a'))], { hasNextPage: true, endCursor: null })), 'ERR_ARCHIVISTA_RESPONSE'],
    ['an empty page before the last', JSON.stringify(answered([], { hasNextPage: true, endCursor: 'x' })), 'ERR_ARCHIVISTA_RESPONSE'],
    ['the same page for ever', JSON.stringify(answered([edge(digestOf('a'))], { hasNextPage: true, endCursor: 'x' })), 'ERR_ARCHIVISTA_RESPONSE'],
    ['a number for a gitoid', JSON.stringify(answered([edge(5)])), 'ERR_ARCHIVISTA_RESPONSE'],
    ['a path for a gitoid', JSON.stringify(answered([edge('../../etc/passwd')])), 'ERR_DIGEST_INVALID'],
    ['an empty gitoid', JSON.stringify(answered([edge('')])), 'ERR_DIGEST_INVALID'],
    ['errors', '{"errors":[{"message":"first"}],"data":null}', 'ERR_ARCHIVISTA_QUERY'],
    ['errors beside data', JSON.stringify({ errors: [{ message: 'x' }], ...answered([edge(digestOf('a'))]) }), 'ERR_ARCHIVISTA_QUERY'],
    ['an empty list of errors', JSON.stringify({ errors: [], ...answered([]) }), 'ERR_ARCHIVISTA_QUERY'],
  ])('with %s is refused', async (_, body, code) => {
    const { archivista, client } = pair()
    archivista.fail({ route: 'query', kind: 'answer', body })
    await expect(client.search({ digests: [digestOf('app')] })).rejects.toMatchObject({ code })
  })

  it('shows what a server says without what redraws a terminal', async () => {
    const { archivista, client } = pair()
    archivista.fail({ route: 'query', kind: 'answer', status: 422, body: `\u001b[2J${'x'.repeat(9000)}` })
    const error: unknown = await client.search({ digests: ['a'] }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ERR_ARCHIVISTA_QUERY', message: expect.stringContaining('\\u001b[2J') })
    expect(String(error).length).toBeLessThan(700)
  })
})

/** A server whose pages go on for ever: the cursor and the gitoid of each, if there is one, are made of its number. */
function endless(cursor: (page: number) => string, gitoid: (page: number) => string | undefined) {
  let asked = 0
  const fetchPages: typeof fetch = async () => {
    const page = asked++
    // so that a client that goes on for ever fails the test, and does not hold it up
    if (page >= 1000) throw new RangeError('asked for too long')
    const name = gitoid(page)
    return new Response(JSON.stringify(answered(name === undefined ? [] : [edge(name)], { hasNextPage: true, endCursor: cursor(page) })))
  }
  return { client: archivistaClient({ url: 'http://archivista.localhost', fetch: fetchPages, limits: { hits: 50 } }), asked: () => asked }
}

describe('a server that never ends', () => {
  const query = { digests: [digestOf('app')] }
  const nameOf = (page: number): string => digestOf(`page ${page}`)

  it.each([
    ['goes round in circles', (page: number) => `c${page % 3}`, nameOf, 'ERR_ARCHIVISTA_RESPONSE'],
    ['names the same again on page after page', (page: number) => `c${page}`, () => nameOf(0), 'ERR_ARCHIVISTA_RESPONSE'],
    ['has nothing on page after page', (page: number) => `c${page}`, () => undefined, 'ERR_ARCHIVISTA_RESPONSE'],
    ['always has one more', (page: number) => `c${page}`, nameOf, 'ERR_LIMIT_EXCEEDED'],
  ])('and %s is left, by both searches', async (_, cursor, gitoid, code) => {
    for (const search of ['search', 'gitoids'] as const) {
      const { client, asked } = endless(cursor, gitoid)
      const all = async (): Promise<void> => {
        if (search === 'search') await client.search(query)
        else for await (const each of client.gitoids(query)) expect(each).toHaveLength(64)
      }
      await expect(all()).rejects.toMatchObject({ code })
      expect(asked()).toBeLessThan(60)
    }
  })
})

describe('gitoids', () => {
  it('are those of a search, each once, whatever the pages and parts', async () => {
    const names = Array.from({ length: 17 }, (_, at) => `n${at}`)
    const { archivista, client } = pair({}, { limits: { page: 3, listValues: 4 } })
    for (const name of names) archivista.put(bytesAbout(name))
    const query = { digests: names.map(digestOf) }
    const found = await namesOf(client.gitoids(query))
    expect(new Set(found).size).toBe(found.length)
    expect(found.toSorted()).toEqual((await client.search(query)).map(({ gitoid }) => gitoid))
  })

  it('come while the next page is asked for, and no further one', async () => {
    const { archivista, client } = pair({}, { limits: { page: 2 } })
    for (let at = 0; at < 9; at++) archivista.put(envelopeAbout({ subject: 'app', predicate: at }))
    for await (const first of client.gitoids({ digests: [digestOf('app')] })) {
      expect(archivista.gitoids).toContain(first)
      await new Promise((resolve) => setTimeout(resolve, 10))
      expect(archivista.requests).toHaveLength(2)
      break
    }
  })

  it.each([['page', { page: 1 }], ['part', { listValues: 1 }]])('end with the error of a %s that failed before it was its turn, and with those before it', async (_, limits) => {
    const { archivista, client } = pair({}, { limits })
    const subjects = ['a', 'b', 'c', 'd'].map((name) => ({ name, digest: { sha256: digestOf(name) } }))
    for (const subject of subjects) archivista.put(bytesAbout(subject.name))
    archivista.fail({ route: 'query', kind: 'answer', status: 403, after: 2 })
    const found: string[] = []
    const all = async (): Promise<void> => {
      for await (const gitoid of client.gitoids({ digests: subjects.map(({ digest }) => digest.sha256) })) {
        found.push(gitoid)
        // whoever failed to handle what is there by now would be told of it
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
    await expect(all()).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_FORBIDDEN' })
    expect(found).toHaveLength(2)
  })

  it('ask the server for nothing else', async () => {
    const { archivista, client } = pair()
    await namesOf(client.gitoids({ digests: [digestOf('app')] }))
    expect(new TextDecoder().decode(archivista.requests[0]?.body)).not.toMatch(/payloadType|createdAt|attestations/)
  })

  it('are no more than may be named, and none of what cannot be asked', async () => {
    const { archivista, client } = pair()
    for (const name of ['a', 'b', 'c']) archivista.put(envelopeAbout({ subject: 'app', predicate: name }))
    await expect(namesOf(client.gitoids({ digests: [digestOf('app')] }, { maxHits: 2 }))).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
    await expect(namesOf(client.gitoids({}))).rejects.toThrow(TypeError)
  })
})

describe('subjects', () => {
  it('are those that the server has indexed, from all pages', async () => {
    const { archivista, client } = pair({}, { limits: { page: 2 } })
    const subject = ['c', 'a', 'b'].map((name) => ({ name, digest: { sha256: digestOf(name), sha1: digestOf(name).slice(0, 40) } }))
    const payload = new TextEncoder().encode(JSON.stringify({ _type: 'https://in-toto.io/Statement/v0.1', predicateType: 'x', subject }))
    const { gitoid } = archivista.put({ ...envelopeAbout({ subject: 'x' }), payload })
    expect(await client.subjects(gitoid)).toEqual(['a', 'b', 'c'].map((name) => ({ name, digest: { sha1: digestOf(name).slice(0, 40), sha256: digestOf(name) } })))
    expect(await client.subjects(digestOf('unknown'))).toEqual([])
  })

  it('of a server that goes round in circles are refused', async () => {
    let asked = 0
    const circling: typeof fetch = async () => new Response(JSON.stringify({ data: { subjects: { edges: [{ node: { name: 'a', subjectDigests: [] } }], pageInfo: { hasNextPage: true, endCursor: `c${asked++ % 2}` } } } }))
    await expect(archivistaClient({ url: 'http://archivista.localhost', fetch: circling }).subjects(digestOf('a'))).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_RESPONSE' })
    expect(asked).toBeLessThan(6)
  })
})

describe('the road to a server', () => {
  it.each([['http://archivista.localhost/base', '/base/query'], ['http://archivista.localhost/base//', '/base/query']])('%s keeps its path', async (url, target) => {
    const { archivista, client } = pair({ url })
    await client.search({ digests: ['a'] })
    expect(archivista.requests.map((request) => request.target)).toEqual([target])
  })

  it('goes below /v1 where that is asked for', async () => {
    const { archivista, client } = pair({}, { apiPrefix: '/v1' })
    await client.store(bytesAbout('app'))
    await client.search({ digests: ['a'] })
    expect(archivista.requests.map(({ target }) => target.replace(/[0-9a-f]{64}/, '…'))).toEqual(['/v1/upload', '/v1/download/…', '/v1/query'])
  })

  it.each(['', 'nonsense', 'https://host/?a=b', 'https://host/#x'])('refuses %j as the URL of a server', (url) => {
    expect(() => archivistaClient({ url, fetch })).toThrow(TypeError)
  })

  it.each([
    ['http://elsewhere.example', 'ERR_HTTP_URL'],
    ['ftp://elsewhere.example', 'ERR_HTTP_URL'],
    ['https://user:secret@elsewhere.example', 'ERR_HTTP_URL'],
  ])('does not ask %s', async (url, code) => {
    const error: unknown = await archivistaClient({ url, fetch: async () => Response.json({}) }).search({ digests: ['a'] }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code })
    expect(String(error)).not.toContain('secret')
  })

  it.each([[{ limits: { page: 0 } }], [{ limits: { hits: 1.5 } }], [{ apiPrefix: '/v2' as '/v1' }]])('refuses %j', (options) => {
    expect(() => archivistaClient({ url: 'https://host', fetch, ...options })).toThrow(TypeError)
  })
})
