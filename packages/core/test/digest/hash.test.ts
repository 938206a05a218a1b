import { createHash } from 'node:crypto'
import { CilockError, dirHash, hashAlgorithms, hashBytes, hashStream, sha256Hex, type HashStreamOptions } from '@cilock/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusalOf } from '../json/code-of.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const sha256OfHello = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03'

async function* streamOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield chunk
}

async function streamRefusal(chunks: AsyncIterable<Uint8Array>, algorithms: readonly string[], options?: HashStreamOptions): Promise<string> {
  const error: unknown = await hashStream(chunks, algorithms, options).then(
    () => undefined,
    (error: unknown) => error,
  )
  return CilockError.is(error) ? error.code : `no coded error: ${String(error)}`
}

describe('hashBytes', () => {
  it('gives the vectors of git and SHA-256', () => {
    expect(hashBytes(utf8('hello\n'), ['sha256', 'gitoid:sha1', 'gitoid:sha256'])).toEqual({
      sha256: sha256OfHello,
      'gitoid:sha1': 'gitoid:blob:sha1:ce013625030ba8dba906f756967f9e9ca394464a',
      'gitoid:sha256': 'gitoid:blob:sha256:2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4',
    })
    expect(hashBytes(utf8(''), hashAlgorithms)).toEqual({
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
      'gitoid:sha1': 'gitoid:blob:sha1:e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
      'gitoid:sha256': 'gitoid:blob:sha256:473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
    })
  })

  it.each([[['sha256']], [['gitoid:sha1']]])('takes no text by %j: its length in bytes is not that in characters', (algorithms) => {
    expect(() => hashBytes('größe' as never, algorithms)).toThrow(TypeError)
  })

  it('has its algorithms in the order of Go, each once', () => {
    expect(Object.keys(hashBytes(utf8(''), ['sha256', 'sha1', 'gitoid:sha256', 'sha256']))).toEqual(['gitoid:sha256', 'sha1', 'sha256'])
  })

  it.each([[['sha512']], [['SHA256']], [['md5']], [['dirHash']], [['toString']], [[]]])('refuses the algorithms %j', (algorithms) => {
    expect(refusalOf(() => hashBytes(utf8(''), algorithms)).code).toBe('ERR_DIGEST_INVALID')
  })
})

describe('hashStream', () => {
  it('gives what hashBytes gives, with the length and without', async () => {
    const algorithms = fc.subarray([...hashAlgorithms], { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), algorithms, async (chunks, algorithms) => {
        const whole = Buffer.concat(chunks)
        const expected = hashBytes(whole, algorithms)
        expect(await hashStream(streamOf(...chunks), algorithms)).toEqual(expected)
        expect(await hashStream(streamOf(...chunks), algorithms, { length: whole.length })).toEqual(expected)
      }),
    )
  })

  it('is not misled by a producer that uses its buffer again', async () => {
    async function* reusing(): AsyncGenerator<Uint8Array> {
      const buffer = new Uint8Array(1)
      for (const byte of [1, 2, 3]) {
        buffer[0] = byte
        yield buffer
      }
    }
    expect(await hashStream(reusing(), ['sha256', 'gitoid:sha1'])).toEqual(hashBytes(Uint8Array.of(1, 2, 3), ['sha256', 'gitoid:sha1']))
  })

  it('keeps nothing when it need not: without gitoids, or with the length', async () => {
    const megabyte = new Uint8Array(2 ** 20)
    const chunks = (): AsyncIterable<Uint8Array> => streamOf(...Array.from({ length: 4 }, () => megabyte))
    expect(await hashStream(chunks(), ['sha256'], { maxBuffered: 10 })).toHaveProperty('sha256')
    expect(await hashStream(chunks(), ['gitoid:sha256'], { maxBuffered: 10, length: 4 * 2 ** 20 })).toHaveProperty(['gitoid:sha256'])
    expect(await streamRefusal(chunks(), ['gitoid:sha256'], { maxBuffered: 2 ** 21 })).toBe('ERR_LIMIT_EXCEEDED')
  })

  it('refuses a stream of another length than said', async () => {
    for (const length of [5, 7, 0]) expect(await streamRefusal(streamOf(utf8('hello\n')), ['sha256'], { length })).toBe('ERR_EVIDENCE_INVALID')
  })

  it('refuses unknown algorithms before it reads', async () => {
    const unread = { [Symbol.asyncIterator]: () => expect.unreachable() } as AsyncIterable<Uint8Array>
    expect(await streamRefusal(unread, ['sha512'])).toBe('ERR_DIGEST_INVALID')
  })

  it('stops when told to, and closes the stream', async () => {
    const controller = new AbortController()
    let isClosed = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          controller.abort()
          yield utf8('x')
        }
      } finally {
        isClosed = true
      }
    }
    expect(await streamRefusal(endless(), ['sha256'], { signal: controller.signal })).toBe('ERR_ABORTED')
    expect(isClosed).toBe(true)
  })

  it('passes on what the stream throws', async () => {
    const broken = new RangeError('broken')
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield utf8('x')
      throw broken
    }
    await expect(hashStream(failing(), ['sha256'])).rejects.toBe(broken)
  })
})

describe('sha256Hex', () => {
  it('takes bytes and text', () => {
    expect(sha256Hex('hello\n')).toBe(sha256OfHello)
    expect(sha256Hex(utf8('é'))).toBe(sha256Hex('é'))
  })
})

describe('dirHash', () => {
  const sha256OfWorld = 'e258d248fda94c63753607f7c4494ee0fcbe92f1a76bfdac795c9d84101eb317'

  it('gives the value that Go gave', () => {
    const entries = [
      { name: 'sub/b.txt', sha256: sha256OfWorld },
      { name: 'a.txt', sha256: sha256OfHello },
    ]
    expect(dirHash(entries)).toBe('70488ff2b0a16b0ec6838a61243463f44a7d90d869222773fc4e982982a56c87')
    expect(dirHash(entries.toReversed())).toBe(dirHash(entries))
  })

  it('sorts names by their bytes', () => {
    const names = ['\u{1f600}', '\ue000', 'Z', 'a']
    const text = ['Z', 'a', '\ue000', '\u{1f600}'].map((name) => `${sha256OfHello}  ${name}\n`).join('')
    expect(dirHash(names.map((name) => ({ name, sha256: sha256OfHello })))).toBe(createHash('sha256').update(text).digest('hex'))
  })

  it('of nothing is the SHA-256 of nothing', () => {
    expect(dirHash([])).toBe(sha256Hex(''))
  })

  it.each([
    ['a line feed in a name', [{ name: 'a\nb', sha256: sha256OfHello }]],
    ['a file twice', [{ name: 'a', sha256: sha256OfHello }, { name: 'a', sha256: sha256OfWorld }]],
    ['a digest that is none', [{ name: 'a', sha256: 'abc' }]],
    ['a digest in upper case', [{ name: 'a', sha256: sha256OfHello.toUpperCase() }]],
  ])('refuses %s', (_, entries) => {
    expect(refusalOf(() => dirHash(entries)).code).toBe('ERR_DIGEST_INVALID')
  })
})
