import { encodeEnvelope, encodeUtf8 } from '@cilock/core'
import { gitoidOf } from '@cilock/archivista-client'
import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { pair } from './client.ts'
import { bytesAbout, digestOf, envelopeAbout } from './evidence.ts'

describe('gitoid', () => {
  it.each([
    ['', '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813'],
    ['hello', '8aec4e4876f854f688d0ebfc8f37598f38e5fd6903cccc850ca36591175aeb60'],
    ['{"payloadType":"application/vnd.in-toto+json","payload":"eyJ4IjoxfQ=="}', '8034bd09c3f1fb283e47cdf47745ef680c25d06d4a1ba7663e072a6c85c8468b'],
  ])('of %j is that of git', (text, gitoid) => {
    expect(gitoidOf(encodeUtf8(text))).toBe(gitoid)
  })

  it('is the hash of a blob, for all bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(gitoidOf(bytes)).toBe(createHash('sha256').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'))
      }),
    )
  })
})

describe('store', () => {
  it('keeps an envelope under the gitoid of the bytes that were sent, and fetches them back', async () => {
    const { archivista, client } = pair()
    const envelope = envelopeAbout({ subject: 'app' })
    const { gitoid, alreadyStored } = await client.store(envelope)
    expect([gitoid, alreadyStored]).toEqual([gitoidOf(encodeEnvelope(envelope)), false])
    expect(archivista.get(gitoid)).toEqual(encodeEnvelope(envelope))
    expect(archivista.requests.map(({ method, target }) => `${method} ${target}`)).toEqual(['POST /upload', `GET /download/${gitoid}`])
  })

  it('takes bytes as they are', async () => {
    const { archivista, client } = pair()
    const pretty = encodeUtf8(`${JSON.stringify(JSON.parse(new TextDecoder().decode(bytesAbout('app'))), null, 2)}\n`)
    expect(archivista.get((await client.store(pretty)).gitoid)).toEqual(pretty)
  })

  it('takes what is there already for a success, which servers do not', async () => {
    const { client } = pair()
    await client.store(bytesAbout('app'))
    expect(await client.store(bytesAbout('app'))).toEqual({ gitoid: gitoidOf(bytesAbout('app')), alreadyStored: true })
  })

  it('repeats an upload whose answer was lost, and finds what it stored', async () => {
    const { archivista, client, pauses } = pair()
    archivista.fail({ route: 'upload', kind: 'cut-off', times: 1 })
    await expect(client.store(bytesAbout('app'))).rejects.toMatchObject({ code: 'ERR_HTTP_NETWORK' })
    expect(await client.store(bytesAbout('app'))).toMatchObject({ alreadyStored: true })
    expect(pauses).toEqual([])
  })

  it.each([
    ['with files behind it', 'file'],
    ['with an object store behind it', 'blob'],
  ] as const)('notices a write that was lost, %s', async (_, storage) => {
    const { archivista, client } = pair({ storage })
    archivista.fail({ route: 'upload', kind: 'lost-write' })
    await expect(client.store(bytesAbout('app'))).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_LOST', gitoid: gitoidOf(bytesAbout('app')) })
  })

  it('believes the server when it is told to', async () => {
    const { archivista, client } = pair()
    archivista.fail({ route: 'upload', kind: 'lost-write' })
    expect(await client.store(bytesAbout('app'), { confirm: false })).toMatchObject({ alreadyStored: false })
  })

  it.each([
    ['no statement', encodeUtf8('{"payload":"e30=","payloadType":"x","signatures":[]}'), /Statement\.predicate/],
    ['no envelope', encodeUtf8('hello'), /invalid character/],
  ])('says that %s was kept and is found by no search', async (_, bytes, message) => {
    const { archivista, client } = pair()
    await expect(client.store(bytes)).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_NOT_INDEXED', status: 500, message: expect.stringMatching(message) })
    expect(archivista.get(gitoidOf(bytes))).toEqual(bytes)
  })

  it('is content with a server that indexes nothing', async () => {
    const { client } = pair({ database: 'none' })
    expect(await client.store(bytesAbout('app'))).toMatchObject({ alreadyStored: false })
    expect(await client.store(bytesAbout('app'))).toMatchObject({ alreadyStored: false })
  })

  it('says that a server keeps nothing', async () => {
    const { client } = pair({ storage: 'none' })
    await expect(client.store(bytesAbout('app'))).rejects.toMatchObject({ code: 'ERR_ARCHIVISTA_LOST' })
  })

  it.each([
    ['another gitoid', JSON.stringify({ gitoid: digestOf('other') }), 'ERR_ARCHIVISTA_INTEGRITY'],
    ['no gitoid', '{}', 'ERR_ARCHIVISTA_RESPONSE'],
    ['an empty gitoid', '{"gitoid":""}', 'ERR_ARCHIVISTA_RESPONSE'],
    ['no object', '[]', 'ERR_ARCHIVISTA_RESPONSE'],
    ['no JSON', '<html>login</html>', 'ERR_ARCHIVISTA_RESPONSE'],
    ['nothing', '', 'ERR_ARCHIVISTA_RESPONSE'],
  ])('refuses an answer with %s', async (_, body, code) => {
    const { archivista, client } = pair()
    archivista.fail({ route: 'upload', kind: 'answer', body })
    await expect(client.store(bytesAbout('app'))).rejects.toMatchObject({ code })
  })
})
