import { describe, expect, it } from 'vitest'
import { pair } from './client.ts'
import { digestOf, envelopeAbout } from './evidence.ts'

const link = (a: string, b: string) => envelopeAbout({ subject: a, digests: { sha256: digestOf(a), sha512: digestOf(b) } })

describe('walk', () => {
  it('goes along shared subjects until there is nothing new', async () => {
    const { archivista, client } = pair()
    const chain = [link('a', 'b'), link('b', 'c'), link('c', 'a')].map((envelope) => archivista.put(envelope).gitoid)
    archivista.put(link('x', 'y'))
    const { envelopes, stoppedBy } = await client.walk({ digests: [digestOf('a')] })
    expect(envelopes.map(({ gitoid }) => gitoid)).toEqual(chain.toSorted())
    expect(new Map(envelopes.map(({ gitoid, depth }) => [gitoid, depth])).get(chain[1] ?? '')).toBe(2)
    expect(stoppedBy).toBeUndefined()
  })

  it('says when it ended early', async () => {
    const { archivista, client } = pair()
    for (const envelope of [link('a', 'b'), link('b', 'c'), link('c', 'd')]) archivista.put(envelope)
    expect(await client.walk({ digests: [digestOf('a')], maxDepth: 2 })).toMatchObject({ stoppedBy: 'depth', envelopes: [{}, {}] })
    expect(await client.walk({ digests: [digestOf('a')], maxEnvelopes: 1 })).toMatchObject({ stoppedBy: 'envelopes', envelopes: [{ depth: 1 }] })
  })

  it('needs somewhere to begin', async () => {
    await expect(pair().client.walk({ digests: [] })).rejects.toThrow(TypeError)
  })

  it('fails where what it found cannot be fetched', async () => {
    const { archivista, client } = pair()
    archivista.put(link('a', 'b'))
    archivista.fail({ route: 'download', kind: 'change', change: (body) => body.slice(1) })
    await expect(client.walk({ digests: [digestOf('a')] })).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_INTEGRITY' })
  })
})

describe('waitFor', () => {
  it('asks until the server has indexed it', async () => {
    const { archivista, client, pauses } = pair()
    const { gitoid } = archivista.put(link('a', 'b'))
    archivista.fail({ route: 'query', kind: 'answer', body: '{"data":{"dsses":{"edges":[],"pageInfo":{"hasNextPage":false,"endCursor":null}}}}', times: 2 })
    expect(await client.waitFor(gitoid)).toMatchObject({ gitoid })
    expect(pauses).toEqual([500, 500])
  })

  it('gives up', async () => {
    const { client, pauses } = pair()
    await expect(client.waitFor(digestOf('a'), { attempts: 3, pause: 10 })).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_TIMEOUT', gitoid: digestOf('a') })
    expect(pauses).toEqual([10, 10])
  })
})
