import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unzstd } from '@cilock/archive'
import { CilockError, sha256Hex } from '@cilock/core'

/** What the zstd command (1.5) wrote, and the digest of what it was given. */
const recorded: readonly { readonly name: string; readonly zstd: string; readonly content: string; readonly length: number }[] = JSON.parse(
  readFileSync(new URL('zstd.json', import.meta.url), 'utf8'),
)
const bytesOf = (name: string) => Buffer.from(recorded.find((one) => one.name === name)?.zstd ?? '', 'base64')

async function decompress(bytes: Uint8Array, chunkSize = bytes.length + 1): Promise<Buffer> {
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize)
  }
  const parts: Uint8Array[] = []
  for await (const part of unzstd(chunks())) parts.push(part)
  return Buffer.concat(parts)
}

const refusal = (code: string, message: RegExp) => ({ code, message: expect.stringMatching(message) })

test.each(recorded.map((one) => [one.name, one] as const))('%s', async (_, { zstd, content, length }) => {
  for (const chunkSize of [undefined, 1, 7]) {
    const found = await decompress(Buffer.from(zstd, 'base64'), chunkSize)
    expect([found.length, sha256Hex(found)]).toEqual([length, content])
  }
})

describe('refuses', () => {
  const whole = bytesOf('text, with a checksum')
  const cases: readonly (readonly [what: string, bytes: () => Uint8Array, code: string, message: RegExp])[] = [
    ['what is cut in its header', () => whole.subarray(0, 5), 'ERR_COMPRESSION_INVALID', /last block/],
    ['what is cut in a block', () => whole.subarray(0, 100), 'ERR_COMPRESSION_INVALID', /last block/],
    ['what is cut in its checksum', () => whole.subarray(0, -1), 'ERR_COMPRESSION_INVALID', /last block/],
    ['other bytes behind a frame', () => Buffer.concat([whole, Buffer.from('more')]), 'ERR_COMPRESSION_INVALID', /zstd frame/],
    ['a skippable frame that is cut', () => Buffer.from('502a4d18ffffffff00', 'hex'), 'ERR_COMPRESSION_INVALID', /last block/],
    ['a frame that needs a dictionary', () => frame({ descriptor: 1, window: 0x58, rest: Buffer.of(7), blocks: [] }), 'ERR_COMPRESSION_INVALID', /dictionary/],
    ['a block of a reserved kind', () => frame({ descriptor: 0, window: 0x58, blocks: [[3, Buffer.of(1)]] }), 'ERR_COMPRESSION_INVALID', /kind/],
    ['a block that is too large', () => frame({ descriptor: 0, window: 0x58, blocks: [[0, Buffer.alloc(131_073)]] }), 'ERR_COMPRESSION_INVALID', /128 KiB/],
    ['a block that is no zstd', () => frame({ descriptor: 0, window: 0x58, blocks: [[2, Buffer.alloc(20, 0xff)]] }), 'ERR_COMPRESSION_INVALID', /valid zstd/],
    ['a header with a reserved bit', () => frame({ descriptor: 8, window: 0x58, blocks: [[0, Buffer.alloc(20)]] }), 'ERR_COMPRESSION_INVALID', /valid zstd/],
    ['a window that is too large', () => frame({ descriptor: 0, window: 0xff, blocks: [] }), 'ERR_LIMIT_EXCEEDED', /window/],
    ['a single segment that is too large', () => frame({ descriptor: 0xe0, rest: Buffer.from('ffffffffffff0000', 'hex'), blocks: [] }), 'ERR_LIMIT_EXCEEDED', /window/],
    ['tiny blocks under a large window', () => frame({ descriptor: 0, window: 0x88, blocks: Array.from({ length: 100 }, () => [0, Buffer.of(1)] as const) }), 'ERR_LIMIT_EXCEEDED', /too much work/],
  ]
  test.each(cases)('%s', async (_, bytes, code, message) => {
    await expect(decompress(bytes())).rejects.toMatchObject(refusal(code, message))
  })
})

test('damaged zstd is refused by code, or decompressed to something', async () => {
  const seeds = recorded.filter(({ length }) => length < 10_000).map(({ zstd }) => Buffer.from(zstd, 'base64'))
  const damaged = fc.tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat()).map(([seed, changes, length]) => {
    const bytes = Buffer.from(seed)
    for (const [at, value] of changes) bytes[at % bytes.length] = value
    return length % 3 === 0 ? bytes.subarray(0, length % (bytes.length + 1)) : bytes
  })
  await fc.assert(
    fc.asyncProperty(damaged, async (bytes) => {
      try {
        await decompress(bytes, 50)
      } catch (error) {
        if (!CilockError.is(error)) throw error
        expect(error.code).toMatch(/^ERR_(COMPRESSION_INVALID|LIMIT_EXCEEDED)$/)
      }
    }),
    { numRuns: 150 },
  )
})

interface FrameParts {
  readonly descriptor: number
  readonly window?: number
  readonly rest?: Uint8Array
  readonly blocks: readonly (readonly [kind: number, content: Uint8Array])[]
}

/** A frame made by hand (RFC 8878). */
function frame({ descriptor, window, rest = Buffer.of(), blocks }: FrameParts): Buffer {
  const encoded = blocks.map(([kind, content], index) => {
    const head = Buffer.alloc(3)
    head.writeUIntLE((index === blocks.length - 1 ? 1 : 0) | (kind << 1) | (content.length << 3), 0, 3)
    return Buffer.concat([head, content])
  })
  return Buffer.concat([Buffer.from('28b52ffd', 'hex'), Buffer.of(descriptor), window === undefined ? Buffer.of() : Buffer.of(window), rest, ...encoded])
}
