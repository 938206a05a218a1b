import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeEnvelope, encodeStatement, inTotoPayloadType, memorySource, parseStatement, queryFilter, searchKeysIn, searchKeysOf } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { fileSource, processContext } from '@cilock/core/node'
import { afterAll, describe, expect, it } from 'vitest'

const digest = 'a'.repeat(64)

function envelope(name: string, subject = digest, predicateType = 'https://aflock.ai/attestation-collection/v0.1'): Envelope {
  const payload = encodeStatement({ subjects: { x: { sha256: subject, sha1: 'b'.repeat(40) } }, predicateType, predicate: { name, attestations: [] } })
  return { payload, payloadType: inTotoPayloadType, signatures: [{ keyid: '', sig: new Uint8Array([1]) }] }
}

describe('queryFilter', () => {
  const keys = searchKeysOf(parseStatement(envelope('build').payload))

  it('looks at what a query can ask for', () => {
    expect(keys).toEqual({ predicateType: 'https://aflock.ai/attestation-collection/v0.1', collection: 'build', digests: [`sha256:${digest}`] })
    expect(searchKeysOf(parseStatement(envelope('build', digest, 'https://slsa.dev/provenance/v1').payload)).collection).toBeUndefined()
  })

  it('reads an envelope once, and says what is none each time', () => {
    const one = envelope('build')
    const before = searchKeysIn(one)
    expect(before).toEqual(keys)
    one.payload.fill(0)
    expect(searchKeysIn(one)).toBe(before)
    // who makes a source of it is told nevertheless
    expect(() => memorySource([one])).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
    for (let times = 0; times < 2; times++) expect(() => searchKeysIn({ ...one })).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
  })

  it.each([
    [{}, true],
    [{ collection: 'build', predicateTypes: ['x', keys.predicateType], digests: ['sha256:x', `sha256:${digest}`] }, true],
    [{ collection: 'test' }, false],
    [{ predicateTypes: ['x'] }, false],
    [{ predicateTypes: [] }, false],
    [{ digests: ['sha256:x'] }, false],
    [{ digests: [] }, false],
    [{ digests: [`sha1:${'b'.repeat(40)}`] }, false],
  ])('%j: %s', (query, fits) => {
    expect(queryFilter(query)(keys)).toBe(fits)
  })
})

describe('memorySource', () => {
  const source = memorySource([
    { envelope: envelope('build'), reference: 'one' },
    { envelope: envelope('test', 'c'.repeat(64)), reference: 'two' },
    { envelope: envelope('build', digest, 'https://slsa.dev/provenance/v1'), reference: 'three' },
  ])
  const found = async (query: Parameters<typeof source.search>[0]): Promise<readonly string[]> => (await source.search(query)).map(({ reference }) => reference)

  it('finds by collection, predicate type and digest, all of them together', async () => {
    expect(await found({})).toEqual(['one', 'two', 'three'])
    expect(await found({ collection: 'build' })).toEqual(['one'])
    expect(await found({ digests: [`sha256:${digest}`] })).toEqual(['one', 'three'])
    expect(await found({ predicateTypes: ['https://slsa.dev/provenance/v1'] })).toEqual(['three'])
    expect(await found({ collection: 'test', digests: [`sha256:${digest}`] })).toEqual([])
  })

  it('never matches by SHA-1', async () => {
    expect(await found({ digests: [`sha1:${'b'.repeat(40)}`] })).toEqual([])
  })

  it('names an envelope by its content and keeps equal ones once', async () => {
    const [a, b] = [envelope('a'), envelope('b')]
    const names = async (envelopes: readonly Envelope[]) => (await memorySource(envelopes).search({})).map(({ reference }) => reference).sort()
    expect(await names([a, b, a])).toEqual(await names([b, a]))
  })

  it('refuses one reference for two envelopes, and payloads that are no statement', () => {
    expect(() => memorySource([{ envelope: envelope('a'), reference: 'r' }, { envelope: envelope('b'), reference: 'r' }])).toThrow(expect.objectContaining({ code: 'ERR_DUPLICATE_REFERENCE' }))
    for (const wrong of [undefined, envelope('a'), 'a.json', [1], [null], [{ payload: 'e30=', payloadType: '', signatures: [] }], [{ envelope: 1, reference: 'r' }], [{ envelope: envelope('a'), reference: 1 }]]) {
      expect(() => Reflect.apply(memorySource, undefined, [wrong]) as unknown).toThrow(expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(/^memorySource: expected/) as string }))
    }
    expect(() => memorySource([{ ...envelope('a'), payload: new Uint8Array() }])).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
  })
})

describe('fileSource', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cilock-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('reads envelope files and names them by path', async () => {
    const path = join(folder, 'a.json')
    writeFileSync(path, encodeEnvelope(envelope('build')))
    expect((await fileSource([path]).search({ collection: 'build' })).map(({ reference }) => reference)).toEqual([path])
  })

  it('takes no directory from the process', async () => {
    expect(() => fileSource(['a.json'])).toThrow(TypeError)
    writeFileSync(join(folder, 'relative.json'), encodeEnvelope(envelope('build')))
    expect((await fileSource(['relative.json'], { base: folder }).search({})).map(({ reference }) => reference)).toEqual(['relative.json'])
  })

  it('fails every search when a file is missing, broken or given twice', async () => {
    const broken = join(folder, 'broken.json')
    writeFileSync(broken, '{"payload":')
    const missing = fileSource([join(folder, 'nothing')])
    await expect(missing.search({})).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
    await expect(missing.search({})).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
    await expect(fileSource([broken]).search({})).rejects.toMatchObject({ code: 'ERR_MALFORMED' })
    await expect(fileSource([broken, broken]).search({})).rejects.toMatchObject({ code: 'ERR_DUPLICATE_REFERENCE' })
  })

  it.skipIf(!existsSync('/dev/zero'))('reads no more of a file without an end than an envelope may have', async () => {
    await expect(fileSource(['/dev/zero']).search({})).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
  })
})

describe('processContext', () => {
  it('gives what this process has, as a copy', () => {
    const context = processContext()
    expect(context.workingDir).toBe(process.cwd())
    expect(context.env).not.toBe(process.env)
    expect(context.env['PATH']).toBe(process.env['PATH'])
    expect(context.host.os).toMatch(/^(linux|darwin|windows|freebsd)$/)
    expect(context.clock().getTime()).toBeGreaterThan(0)
    expect(processContext({ host: { os: 'linux', name: 'runner', user: 'ci' } }).host.name).toBe('runner')
    expect(processContext({ workingDir: 'x', env: { A: '1' } })).toMatchObject({ workingDir: join(process.cwd(), 'x'), env: { A: '1' } })
  })

  it('looks for the host when somebody asks, and once', () => {
    const context = processContext()
    expect(Object.getOwnPropertyDescriptor(context, 'host')).toHaveProperty('get')
    expect(context.host).toBe(context.host)
  })
})
