import { pack } from 'tar-stream'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalName, EntryTable } from '@cilock/archive'
import type { TableEntry } from '@cilock/archive'
import { gunzip, readTar } from '@cilock/archive/node'
import { CilockError } from '@cilock/core'
import { gzipSync } from 'node:zlib'

interface EntryHeader {
  readonly name: string
  readonly type?: 'file' | 'directory' | 'link' | 'symlink' | 'fifo'
  readonly linkname?: string
}

interface Seen {
  readonly name: string
  readonly kind: string
  readonly target: string
  readonly content: string
}

async function tarOf(entries: readonly (readonly [EntryHeader, string?])[]): Promise<Buffer> {
  const tar = pack()
  for (const [header, content] of entries) tar.entry({ mtime: new Date(0), ...header }, content ?? '')
  tar.finalize()
  const parts: Buffer[] = []
  for await (const part of tar) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(bytes: Uint8Array, size = 700): Promise<readonly Seen[]> {
  const seen: Seen[] = []
  await readTar(cut(bytes, size), async ({ name, kind, target, content, offset, size: length }) => {
    const parts: Uint8Array[] = []
    for (let next = await content.next(); next.done !== true; next = await content.next()) parts.push(next.value)
    const text = Buffer.concat(parts)
    expect(text.equals(bytes.subarray(offset, offset + text.length))).toBe(true)
    expect(text.length).toBe(kind === 'file' ? length : 0)
    seen.push({ name, kind, target, content: text.toString() })
  })
  return seen
}

const name = fc.stringMatching(/^[a-zA-Z0-9ä_-]{1,60}(?:\/[a-z.]{1,80}x){0,3}$/)

describe('a tar', () => {
  it('is read as it was written, in whatever pieces it comes', async () => {
    const files = fc.array(fc.tuple(name, fc.string({ maxLength: 1500 })), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(files, fc.integer({ min: 1, max: 3000 }), async (given, size) => {
        const seen = await read(await tarOf(given.map(([each, content]) => [{ name: each }, content])), size)
        expect(seen).toEqual(given.map(([each, content]) => ({ name: each, kind: 'file', target: '', content: Buffer.from(content).toString() })))
      }),
      { numRuns: 60 },
    )
  })

  it('that is damaged is refused by code, or read as something', async () => {
    const whole = await tarOf([[{ name: 'a' }, 'one'], [{ name: 'b', type: 'symlink', linkname: 'a' }], [{ name: 'ä'.repeat(90) }, 'two']])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 5 }), fc.option(fc.nat(whole.length)), async (changes, length) => {
        const bytes = Buffer.from(whole)
        for (const [at, value] of changes) bytes[at] = value
        await readTar(cut(length === null ? bytes : bytes.subarray(0, length), 512), async () => undefined).catch((error: unknown) => {
          expect(CilockError.is(error) && error.code).toMatch(/^ERR_(TAR_INVALID|LIMIT_EXCEEDED)$/)
        })
      }),
      { numRuns: 200 },
    )
  })

  it('says what is a link, and what is neither', async () => {
    const seen = await read(await tarOf([[{ name: 'd', type: 'directory' }], [{ name: 'h', type: 'link', linkname: 'f' }], [{ name: 's', type: 'symlink', linkname: '../f' }], [{ name: 'p', type: 'fifo' }]]))
    expect(seen.map(({ name: each, kind, target }) => [each, kind, target])).toEqual([['h', 'link', 'f'], ['s', 'symlink', '../f'], ['p', 'other', '']])
  })

  it('passes over what is not read', async () => {
    const names: string[] = []
    await readTar(cut(await tarOf([[{ name: 'a' }, 'x'.repeat(5000)], [{ name: 'b' }, 'y']]), 100), async (entry) => void names.push(entry.name))
    expect(names).toEqual(['a', 'b'])
  })

  it.each([
    ['is cut', 0.6, 'ERR_TAR_INVALID'],
    ['is none', 0, 'ERR_TAR_INVALID'],
  ])('that %s is refused', async (_, part, code) => {
    const whole = part === 0 ? Buffer.alloc(1024, 'text') : await tarOf([[{ name: 'a' }, 'x'.repeat(5000)]])
    const bytes = part === 0 ? whole : whole.subarray(0, whole.length * part)
    await expect(read(bytes)).rejects.toMatchObject({ name: 'ArchiveError', code })
  })

  it('has a bounded number of entries', async () => {
    const bytes = await tarOf([[{ name: 'a' }], [{ name: 'b' }], [{ name: 'c' }]])
    await readTar(cut(bytes, 512), async () => undefined, { maxEntries: 3 })
    await expect(readTar(cut(bytes, 512), async () => undefined, { maxEntries: 2 })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
  })

  it('fails as its source did, or its reader', async () => {
    const bytes = await tarOf([[{ name: 'a' }, 'one']])
    const source = async function* () {
      yield bytes
      throw new CilockError('ERR_ABORTED', 'stopped')
    }
    await expect(readTar(source(), async () => undefined)).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    const own = new RangeError('of the caller')
    const see = async (): Promise<void> => {
      throw own
    }
    await expect(readTar(cut(bytes, 512), see)).rejects.toBe(own)
  })
})

describe('a table of entries', () => {
  const file = (id: number): TableEntry<{ readonly id: number }> => ({ kind: 'file', id })
  const link = (target: string): TableEntry<{ readonly id: number }> => ({ kind: 'symlink', target })

  it('follows links within the archive', () => {
    const table = new EntryTable([['a/one', file(1)], ['b/two', link('../a/one')], ['c', { kind: 'link', target: 'b/two' }]])
    expect(table.file('c').id).toBe(1)
    expect([table.has('c'), table.has('./c')]).toEqual([true, false])
  })

  it.each([
    ['that is not there', [['a', file(1)]], 'ERR_ENTRY_MISSING'],
    ['that stands there twice', [['x', file(1)], ['./x', file(2)]], 'ERR_ENTRY_DUPLICATE'],
    ['that leads out', [['x', link('../y')]], 'ERR_ENTRY_INVALID'],
    ['that leads to the root of the machine', [['x', link('/y')]], 'ERR_ENTRY_INVALID'],
    ['that leads to itself', [['x', link('x')]], 'ERR_ENTRY_INVALID'],
    ['that is a pipe', [['x', { kind: 'other', type: 'fifo' }]], 'ERR_ENTRY_INVALID'],
  ] as const)('refuses a name %s', (_, entries, code) => {
    const table = new EntryTable<{ readonly id: number }>(entries)
    expect(() => table.file('x')).toThrow(expect.objectContaining({ code }) as Error)
  })

  it('knows names by what a file system makes of them, which is settled after one time', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('', '.', '..', 'a', 'b'), { maxLength: 8 }), (parts) => {
        const found = canonicalName(parts.join('/'))
        if (found === undefined) expect(parts).toContain('..')
        else expect(canonicalName(found)).toBe(found)
      }),
    )
  })
})

describe('gzip', () => {
  const collect = async (bytes: Uint8Array): Promise<string> => {
    const parts: Uint8Array[] = []
    for await (const part of gunzip(cut(bytes, 10))) parts.push(part)
    return Buffer.concat(parts).toString()
  }
  const member = gzipSync('hello ')

  it('may have several members', async () => {
    expect(await collect(Buffer.concat([member, gzipSync('world')]))).toBe('hello world')
  })

  it.each([
    ['is cut', member.subarray(0, -3)],
    ['is damaged', Buffer.from(member).fill(0xff, 12, 14)],
    ['has zeros behind it', Buffer.concat([member, Buffer.alloc(10)])],
  ])('that %s is refused', async (_, bytes) => {
    await expect(collect(bytes)).rejects.toMatchObject({ code: 'ERR_COMPRESSION_INVALID' })
  })
})
