import { collectionType, encodeEnvelope, encodeJson, encodeUtf8, signEnvelope, witnessCollectionType } from '@cilock/core'
import { archivistaClient, archivistaSource } from '@cilock/archivista-client'
import { memoryArchivista } from '@cilock/archivista-client/testing'
import { evaluate, policyPayloadType, verify } from '@cilock/policy'
import { evidenceOf, policyOf, seededKey, collectionOf as signedCollection } from '@cilock/testing'
import { describe, expect, it } from 'vitest'
import { pair } from './client.ts'
import { digestOf, envelopeAbout } from './evidence.ts'

const collection = (name: string) => ({ name, attestations: [] })
const about = (name: string, predicateType = collectionType, subject = 'app') => envelopeAbout({ subject, predicateType, predicate: collection(name) })
const digests = [`sha256:${digestOf('app')}`]

describe('archivistaSource', () => {
  it('finds collections of both families on a server that indexes one', async () => {
    const { archivista, client } = pair()
    const wanted = [about('build'), about('build', witnessCollectionType)].map((envelope) => archivista.put(envelope).gitoid).sort()
    for (const other of [about('test'), about('build', collectionType, 'other'), envelopeAbout({ subject: 'app' })]) archivista.put(other)
    const results = await archivistaSource({ client }).search({ collection: 'build', digests })
    expect(results.map(({ reference }) => reference)).toEqual(wanted)
  })

  it('believes nothing that the server says of an envelope', async () => {
    const { archivista, client } = pair()
    const { gitoid } = archivista.put(about('build', collectionType, 'other'))
    const claim = { data: { dsses: { edges: [{ node: { gitoidSha256: gitoid, payloadType: 'x', statement: null } }], pageInfo: { hasNextPage: false, endCursor: null } } } }
    archivista.fail({ route: 'query', kind: 'answer', body: JSON.stringify(claim) })
    expect(await archivistaSource({ client }).search({ collection: 'build', digests })).toEqual([])
  })

  it('fetches an envelope once', async () => {
    const { archivista, client } = pair()
    archivista.put(about('build'))
    const source = archivistaSource({ client })
    expect(await source.search({ collection: 'build', digests })).toHaveLength(1)
    expect(await source.search({ collection: 'build', digests })).toHaveLength(1)
    expect(archivista.requests.filter(({ route }) => route === 'download')).toHaveLength(1)
  })

  it('fetches an envelope once for searches at the same time, and outlives the end of another', async () => {
    const { archivista, client } = pair()
    archivista.put(about('build'))
    const downloads = () => archivista.requests.filter(({ route }) => route === 'download').length
    const source = archivistaSource({ client })
    const both = await Promise.all(['build', 'test'].map(async (name) => source.search({ collection: name, digests })))
    expect([both.map(({ length }) => length), downloads()]).toEqual([[1, 0], 1])

    const other = archivistaSource({ client })
    archivista.fail({ route: 'download', kind: 'stall', times: 1 })
    const controller = new AbortController()
    const ended = other.search({ digests }, { signal: controller.signal })
    const going = other.search({ digests })
    setTimeout(() => controller.abort(), 30)
    await expect(ended).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(await going).toHaveLength(1)
    expect(downloads()).toBe(3)
  })

  it('fails for each search that waits for a download which fails, and tries it again for the next', async () => {
    const { archivista, client } = pair({}, { retry: { attempts: 1 } })
    const { gitoid } = archivista.put(about('build'))
    const source = archivistaSource({ client })
    archivista.fail({ route: 'download', kind: 'reset', times: 1 })
    const both = await Promise.allSettled(['build', 'test'].map(async (name) => source.search({ collection: name, digests })))
    for (const each of both) expect(each).toMatchObject({ reason: { code: 'ERR_ARCHIVISTA_INCOMPLETE', failures: [{ gitoid }] } })
    expect(archivista.requests.filter(({ route }) => route === 'download')).toHaveLength(1)
    expect(await source.search({ collection: 'build', digests })).toHaveLength(1)
  })

  it('downloads while the server still searches', async () => {
    const { archivista, client } = pair({}, { limits: { page: 1 } })
    for (const name of ['one', 'two', 'three', 'four']) archivista.put(about(name))
    expect(await archivistaSource({ client }).search({ digests })).toHaveLength(4)
    const routes = archivista.requests.map(({ route }) => route)
    expect(routes.indexOf('download')).toBeLessThan(routes.lastIndexOf('query'))
  })

  it('finds a collection by its name though the rest of it cannot be read: then a policy says what is wrong with it', async () => {
    const { archivista, client } = pair()
    archivista.put(envelopeAbout({ subject: 'app', predicateType: collectionType, predicate: { name: 'build', attestations: 7 } }))
    expect(await archivistaSource({ client }).search({ collection: 'build', digests })).toHaveLength(1)
  })

  it('T147: never answers with less than the server names, and tries again what it could not fetch', async () => {
    const { archivista, client } = pair({}, { retry: { attempts: 1 } })
    for (const envelope of [about('build'), about('build', witnessCollectionType)]) archivista.put(envelope)
    archivista.fail({ route: 'download', kind: 'reset', after: 1, times: 1 })
    const source = archivistaSource({ client, parallel: 1 })
    const refusal: unknown = await source.search({ collection: 'build', digests }).catch((error: unknown) => error)
    const [, second] = archivista.requests.filter(({ route }) => route === 'download').map(({ target }) => target.slice('/download/'.length))
    expect(second).toHaveLength(64)
    expect(refusal).toMatchObject({ code: 'ERR_ARCHIVISTA_INCOMPLETE', failures: [{ gitoid: second, error: { code: 'ERR_HTTP_NETWORK' } }] })
    expect(await source.search({ collection: 'build', digests })).toHaveLength(2)
  })

  it.each([
    ['ERR_ARCHIVISTA_NOT_FOUND', { status: 404, body: 'no' }],
    ['ERR_ARCHIVISTA_INTEGRITY', { body: new TextDecoder().decode(encodeEnvelope(about('other'))) }],
    ['ERR_LIMIT_EXCEEDED', { body: 'x'.repeat(10_001) }],
  ])('T147: an envelope that is named and not given is never passed over: %s', async (code, answer) => {
    const { archivista, client } = pair({}, { limits: { envelopeBytes: 10_000 } })
    const { gitoid } = archivista.put(about('build'))
    archivista.fail({ route: 'download', kind: 'answer', ...answer })
    const skipped: string[] = []
    const source = archivistaSource({ client, onSkipped: (name) => skipped.push(name) })
    await expect(source.search({ collection: 'build', digests })).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_INCOMPLETE', failures: [{ gitoid, error: { code } }] })
    expect(skipped).toEqual([])
  })

  it('T147: an error of the query is an error, and no hits are an empty answer', async () => {
    const { archivista, client } = pair()
    const source = archivistaSource({ client })
    expect(await source.search({ collection: 'build', digests })).toEqual([])
    archivista.put(about('build'))
    archivista.fail({ route: 'query', kind: 'answer', body: '{"errors":[{"message":"no such field"}],"data":{"dsses":{"edges":[]}}}' })
    await expect(source.search({ collection: 'build', digests })).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_QUERY' })
  })

  it('passes over bytes that are no statement, and says so', async () => {
    const { archivista, client } = pair()
    const { gitoid } = archivista.put(encodeUtf8('{"payload":"bm90IGpzb24=","payloadType":"https://witness.testifysec.com/policy/","signatures":[]}'))
    archivista.put(encodeUtf8('hello'))
    const skipped: string[] = []
    const source = archivistaSource({ client, onSkipped: (skippedGitoid, error) => skipped.push(`${skippedGitoid} ${error.code}`) })
    const claim = { data: { dsses: { edges: [{ node: { gitoidSha256: gitoid, payloadType: 'x', statement: null } }], pageInfo: { hasNextPage: false, endCursor: null } } } }
    archivista.fail({ route: 'query', kind: 'answer', body: JSON.stringify(claim) })
    expect(await source.search({ collection: 'build', digests })).toEqual([])
    expect(skipped).toEqual([`${gitoid} ERR_MALFORMED`])
  })

  it('refuses a search without digests that names too much', async () => {
    const { archivista, client } = pair({}, { limits: { page: 1 } })
    for (const subject of ['a', 'b', 'c']) archivista.put(about('build', collectionType, subject))
    const source = archivistaSource({ client, maxUndirected: 2 })
    await expect(source.search({ collection: 'build' })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
    expect(archivista.requests.filter(({ route }) => route === 'download')).toEqual([])
    expect(await source.search({ collection: 'build', digests })).toEqual([])
    // whoever asks for fewer is refused earlier, and for more no later
    expect(await archivistaSource({ client, maxUndirected: 3 }).search({ collection: 'build', limit: 3 })).toHaveLength(3)
    for (const [most, limit] of [[3, 2], [2, 3]] as const) {
      await expect(archivistaSource({ client, maxUndirected: most }).search({ collection: 'build', limit })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
    }
  })

  it.each([
    ['query', { digests }],
    ['query', { collection: 'build' }],
    ['download', { digests }],
    ['download', { collection: 'build' }],
  ] as const)('ends with the signal, and the %s of %j with it', async (route, query) => {
    const archivista = memoryArchivista()
    archivista.put(about('build'))
    const controller = new AbortController()
    let isEnded = false
    const stalling: typeof fetch = async (input, init) => {
      if (!(input instanceof Request ? input.url : String(input)).includes(`/${route}`)) return archivista.fetch(input, init)
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => {
          isEnded = true
          reject(new DOMException('', 'AbortError'))
        })
        setTimeout(() => controller.abort(), 10)
      })
    }
    const client = archivistaClient({ url: archivista.url, fetch: stalling })
    await expect(archivistaSource({ client }).search(query, { signal: controller.signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(isEnded).toBe(true)
  })
})

describe('a policy that is verified from a store', async () => {
  const owner = await seededKey('owner')
  const builder = await seededKey('builder')
  const type = 'https://example.com/tested/v1'
  const evidence = (subject: string) => signedCollection({ step: 'build', evidence: [evidenceOf(type, {})], subjects: { [`file:${subject}`]: { sha256: digestOf(subject) } }, signers: [builder.signer] })
  const document = policyOf({ steps: { build: { by: [builder.verifier], attestations: [type] } }, expires: new Date('2036-01-01T00:00:00Z') })
  const policy = await signEnvelope({ payload: encodeJson(document), payloadType: policyPayloadType, signers: [owner.signer] })
  const question = { policy, policyVerifiers: [owner.verifier], subjects: digests, types: [], now: new Date('2026-01-02T00:00:00Z') }

  it('passes by what is stored there', async () => {
    const { archivista, client } = pair()
    archivista.put(await evidence('app'))
    expect(await verify({ ...question, source: archivistaSource({ client }) })).toMatchObject({ verdict: 'passed' })
  })

  it('fails as over the limit, and is not cut short, where the store has more of a step than is looked at', async () => {
    const { archivista, client } = pair()
    for (const subject of ['one', 'two', 'three']) archivista.put(await evidence(subject))
    const report = await evaluate({ ...question, source: archivistaSource({ client, maxUndirected: 2 }) })
    expect(report.verdict).toBe('failed')
    expect(JSON.stringify(report)).toContain('"code":"limit"')
  })

  it('is not decided at all where the store cannot be asked', async () => {
    const { archivista, client } = pair()
    archivista.put(await evidence('app'))
    archivista.fail({ route: 'download', kind: 'answer', status: 500 })
    await expect(verify({ ...question, source: archivistaSource({ client }) })).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_INCOMPLETE' })
  })
})
