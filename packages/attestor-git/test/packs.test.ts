import { closeSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { attestContext } from '@cilock/testing'
import { temporaryFolder } from '@cilock/testing/node'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ObjectType, RawObject } from '../src/repository/object.node.ts'
import { maxObjectBytes } from '../src/repository/object.node.ts'
import type { ObjectStore } from '../src/repository/object-store.node.ts'
import { objectStore } from '../src/repository/object-store.node.ts'
import { applyDelta } from '../src/repository/packs/delta.node.ts'
import { limitedWork } from '../src/repository/work.ts'
import { copy, delta, insert, nameDelta, nameOf, offsetDelta, whole, writePack } from './packs.ts'
import type { Entry, Lies } from './packs.ts'

const everything: ReadonlySet<ObjectType> = new Set(['commit', 'tag', 'tree', 'blob'])
const { signal } = attestContext({})

const storeOf = async (commonDir: string, until: AbortSignal = signal): Promise<ObjectStore> => objectStore({ worktree: commonDir, gitDir: commonDir, commonDir, config: [] }, until)

const written = (entries: readonly Entry[], lies?: Lies): string => {
  const dir = temporaryFolder(onTestFinished)
  writePack(join(dir, 'objects'), entries, lies)
  return dir
}

const readFrom = async (dir: string, name: string, wanted = everything): Promise<RawObject> => (await storeOf(dir)).read(name, wanted)
const read = async (entries: readonly Entry[], name: string, lies?: Lies): Promise<RawObject> => readFrom(written(entries, lies), name)
const textOf = ({ bytes }: RawObject): string => Buffer.from(bytes).toString()

const first = whole('commit', Buffer.from('first\n'))
const made = Buffer.from('first and more\n')
const grown = delta(6, made.length, copy(0, 5), insert(' and more\n'))
const byOffset = (distance: number = first.bytes.length): Entry => offsetDelta(nameOf('commit', made), distance, grown)
const broken = (words: string) => ({ code: 'ERR_REPOSITORY_BROKEN', message: expect.stringContaining(words) as string })
const tooMuch = (words: string) => ({ code: 'ERR_LIMIT_EXCEEDED', message: expect.stringContaining(words) as string })

describe('a pack made by hand is read', () => {
  it.each<readonly [string, Lies]>([['by an index of version 2', {}], ['by one of version 1', { indexVersion: 1 }], ['by large offsets', { isLarge: true }]])('%s', async (_name, lies) => {
    const delta = nameDelta(nameOf('commit', made), first.name, grown)
    expect(textOf(await read([first, delta], first.name, lies))).toBe('first\n')
    expect(await read([first, delta], delta.name, lies)).toMatchObject({ type: 'commit' })
    expect(textOf(await read([first, byOffset()], byOffset().name, lies))).toBe(made.toString())
  })

  it('of a far distance, and not at all without an object', async () => {
    const filler = whole('blob', Buffer.from(Array.from({ length: 40_000 }, (_, at) => (at * at * 31 + (at >> 3)) % 256)), {})
    const distance = first.bytes.length + filler.bytes.length
    expect(textOf(await read([first, filler, byOffset(distance)], byOffset().name))).toBe(made.toString())
    await expect(read([], first.name)).rejects.toMatchObject(broken('not there'))
  })

  it('an empty object', async () => {
    const empty = whole('blob', Buffer.alloc(0))
    expect((await read([empty], empty.name)).bytes).toHaveLength(0)
  })

  it('of what is not wanted the type alone, however large it is', async () => {
    const bomb = whole('blob', Buffer.alloc(0), { size: 2 ** 40, name: nameOf('blob', Buffer.from('x')) })
    const after = offsetDelta(nameOf('blob', Buffer.from('y')), bomb.bytes.length, delta(1, 1, copy(0, 1)))
    const dir = written([bomb, after])
    for (const { name } of [bomb, after]) expect(await readFrom(dir, name, new Set(['commit']))).toMatchObject({ type: 'blob', bytes: Buffer.alloc(0) })
  })

  it('the empty tree without being there', async () => {
    expect(await readFrom(temporaryFolder(onTestFinished), '4b825dc642cb6eb9a060e54bf8d69288fbee4904')).toMatchObject({ type: 'tree' })
  })
})

describe('a limit of a pack:', () => {
  it('an object that says it is large', async () => {
    const bomb = whole('commit', Buffer.alloc(100_000_000))
    await expect(read([bomb], bomb.name)).rejects.toMatchObject(tooMuch('100000000'))
  })

  it('a delta that says it is large', async () => {
    const large = nameDelta('aa'.repeat(20), first.name, Buffer.alloc(maxObjectBytes + 1))
    await expect(read([first, large], large.name)).rejects.toMatchObject(tooMuch(String(maxObjectBytes + 1)))
  })

  it('a delta that makes something large', async () => {
    const bomb = offsetDelta('aa'.repeat(20), first.bytes.length, delta(6, 2 ** 32, ...Array.from({ length: 1000 }, () => copy(0, 6))))
    await expect(read([first, bomb], bomb.name)).rejects.toMatchObject(tooMuch(String(2 ** 32)))
  })

  /** Each is made of the whole one before. */
  const chain = (length: number, size: number): readonly Entry[] => {
    const content = Buffer.alloc(size)
    const entries: Entry[] = [whole('commit', content, { name: '01'.padStart(40, '0') })]
    const pieces = Array.from({ length: Math.ceil(size / 0xff_ff_ff) }, (_, at) => copy(at * 0xff_ff_ff, Math.min(0xff_ff_ff, size - at * 0xff_ff_ff)))
    for (let at = 0; at < length; at++) {
      const name = at === length - 1 ? nameOf('commit', content) : (at + 2).toString(16).padStart(40, '0')
      entries.push(offsetDelta(name, entries.at(-1)?.bytes.length ?? 0, delta(size, size, ...pieces)))
    }
    return entries
  }

  it('as many deltas in a row as git writes, and no more', async () => {
    const name = nameOf('commit', Buffer.alloc(100))
    expect((await read(chain(4095, 100), name)).bytes).toHaveLength(100)
    await expect(read(chain(4096, 100), name)).rejects.toMatchObject(tooMuch('4095 deltas in a row'))
  })

  const limited = async (commonDir: string): Promise<ObjectStore> => objectStore({ worktree: commonDir, gitDir: commonDir, commonDir, config: [] }, signal, limitedWork(10_000))

  it('what the deltas of an object ask for together, and what all objects do', async () => {
    const name = nameOf('commit', Buffer.alloc(1000))
    await expect((await limited(written(chain(20, 1000)))).read(name, everything)).rejects.toMatchObject(tooMuch('from at most 10000 bytes'))
    const store = await limited(written(chain(3, 1000)))
    for (let time = 0; time < 2; time++) expect((await store.read(name, everything)).bytes).toHaveLength(1000)
    await expect(store.read(name, everything)).rejects.toMatchObject(tooMuch('from at most 10000 bytes'))
  })

  it('what loose objects ask for too', async () => {
    const dir = temporaryFolder(onTestFinished)
    const content = Buffer.alloc(4000)
    const name = nameOf('commit', content)
    mkdirSync(join(dir, 'objects', name.slice(0, 2)), { recursive: true })
    writeFileSync(join(dir, 'objects', name.slice(0, 2), name.slice(2)), deflateSync(Buffer.concat([Buffer.from('commit 4000\0'), content])))
    const store = await limited(dir)
    for (let time = 0; time < 2; time++) await store.read(name, everything)
    await expect(store.read(name, everything)).rejects.toMatchObject(tooMuch('from at most 10000 bytes'))
  })

  it('nothing less than gigabytes by itself', () => {
    const { spend } = limitedWork()
    spend(4 * 1024 ** 3)
    expect(() => spend(1)).toThrow(expect.objectContaining(tooMuch('from at most')))
  })

  it('the directories that objects are borrowed from', async () => {
    const dir = temporaryFolder(onTestFinished, { 'objects/info/alternates': Array.from({ length: 2000 }, (_, at) => `/nowhere/${at}\n`).join('') })
    await expect(storeOf(dir)).rejects.toMatchObject(tooMuch('1000 directories'))
  })
})

describe('a pack is broken', () => {
  const other = whole('commit', Buffer.from('other\n'))
  const replaced = (at: number, ...bytes: readonly number[]) => (file: Buffer): Buffer => (file.set(bytes, at < 0 ? file.length + at : at), file)
  const namesAt = 8 + 1024

  const cases: readonly (readonly [string, string, readonly Entry[], Lies?])[] = [
    ['that inflates to more than it says', 'found more', [whole('commit', Buffer.alloc(1_000_000), { size: 6, name: first.name })]],
    ['that inflates to less than it says', 'found 6', [whole('commit', Buffer.from('first\n'), { size: 7, name: first.name })]],
    ['that ends in between', 'unexpected end', [whole('commit', Buffer.from('first\n'), { deflated: deflateSync(Buffer.from('first\n')).subarray(0, 5) })]],
    ['that is not deflated', 'expected deflated data', [whole('commit', Buffer.from('first\n'), { deflated: Buffer.from('first\n') })]],
    ['whose object has another name', 'another name', [{ ...other, name: first.name }]],
    ['whose object has another type', 'another name', [whole('tag', Buffer.from('first\n'), { name: first.name })]],
    ['that has no size, only its beginning', 'less than its header', [{ name: first.name, bytes: Buffer.from([0x90]) }]],
    ['whose size has no end', 'beyond all files', [{ name: first.name, bytes: Buffer.alloc(32, 0xff) }]],
    ['whose distance has no end', 'beyond all files', [{ name: first.name, bytes: Buffer.concat([Buffer.from([0x61]), Buffer.alloc(20, 0xff)]) }]],
    ['that holds a type which git does not have', 'found the type 5', [{ name: first.name, bytes: Buffer.from([0x51]) }]],
    ['that holds no type', 'found the type 0', [{ name: first.name, bytes: Buffer.from([0x01]) }]],
    ['of another kind of file', 'version 2 or 3', [first], { pack: replaced(0, 0x58) }],
    ['of another version', 'version 2 or 3', [first], { pack: replaced(7, 4) }],
    ['of more objects than its index', 'as its index says', [first], { pack: replaced(11, 2) }],
    ['of another index', 'another one', [first], { pack: replaced(-2, 0, 0) }],
    ['that is empty', 'found 0 bytes', [first], { pack: () => Buffer.alloc(0) }],
    ['that is cut off', 'another one', [first], { pack: (file) => file.subarray(0, -3) }],
    ['whose index says a place before the first one', 'no place for one', [first], { offsetOf: () => 4 }],
    ['whose index says a place behind the last one', 'no place for one', [first], { offsetOf: (offset) => offset + first.bytes.length }],
    ['whose index says a place far outside', 'no place for one', [first], { offsetOf: () => 2 ** 50, isLarge: true }],
    ['whose index says the place of another object', 'another name', [first, other], { offsetOf: (_, at) => (at === 0 ? 12 + first.bytes.length : 12) }],
    ['whose index says a place between two', 'cannot read', [first, other], { offsetOf: (offset) => offset + 1 }],
    ['whose index says an offset that is no number', 'expected an offset', [first], { isLarge: true, index: replaced(namesAt + 20 + 4 + 4, 0xff) }],
    ['whose index says a large offset that it does not have', 'large offsets', [first], { index: replaced(namesAt + 20 + 4, 0x80) }],
    ['whose index has counts that shrink', 'that shrinks', [first], { index: replaced(8, 0, 0, 0, 9) }],
    ['whose index is of another version', 'version 1 or 2', [first], { index: replaced(7, 3) }],
    ['whose index counts more than it has', 'expected an index of', [first], { index: replaced(namesAt - 4, 0xff, 0xff, 0xff, 0xff) }],
    ['whose index is cut off', 'expected an index of', [first], { index: (file) => file.subarray(0, -1) }],
    ['whose index of version 1 is too long', 'expected an index of', [first], { indexVersion: 1, index: (file) => Buffer.concat([file, Buffer.alloc(8)]) }],
    ['whose index ends before its counts do', 'the end of the file', [first], { index: (file) => file.subarray(0, 500) }],
    ['whose index is empty', 'the end of the file', [first], { index: () => Buffer.alloc(0) }],
    ['whose index has its names in disorder', 'not there', [first], { index: (file) => (file.copy(file, namesAt, 0, 20), file) }],
  ]
  it.each(cases.map(([name, words, entries, lies = {}]) => [name, words, entries, lies] as const))('%s', async (_name, words, entries, lies) => {
    await expect(read(entries, first.name, lies)).rejects.toMatchObject(broken(words))
  })

  const name = byOffset().name
  it.each<readonly [string, string, readonly Entry[]]>([
    ['from itself', 'the distance 0', [first, byOffset(0)]],
    ['from before the pack', 'the distance 99', [first, byOffset(99)]],
    ['from between two', 'cannot', [first, byOffset(first.bytes.length - 1)]],
    ['from an object that is in no pack', 'in the same pack', [nameDelta(name, 'bb'.repeat(20), grown)]],
    ['in a circle of itself', 'in a circle', [nameDelta(name, name, grown)]],
    ['in a circle of two', 'in a circle', [nameDelta(name, 'bb'.repeat(20), grown), nameDelta('bb'.repeat(20), name, grown)]],
    ['of an object with another size', 'of 7 bytes to begin with', [first, offsetDelta(name, first.bytes.length, delta(7, 5, copy(0, 5)))]],
    ['to something else', 'another name', [first, offsetDelta(name, first.bytes.length, delta(6, 5, copy(0, 5)))]],
  ])('by a delta %s', async (_name, words, entries) => {
    await expect(read(entries, name)).rejects.toMatchObject(broken(words))
  })

  it('that vanished, while its index is there, is none', async () => {
    const dir = written([first])
    const folder = join(dir, 'objects/pack')
    for (const name of readdirSync(folder)) if (name.endsWith('.pack')) rmSync(join(folder, name))
    await expect(readFrom(dir, first.name)).rejects.toMatchObject(broken('not there'))
  })

  it('that vanishes meanwhile is looked for once more', async () => {
    const dir = written([first])
    const store = await storeOf(dir)
    expect(textOf(await store.read(first.name, everything))).toBe('first\n')
    rmSync(join(dir, 'objects/pack'), { recursive: true })
    writePack(join(dir, 'objects'), [whole('blob', Buffer.from('x')), first])
    expect(textOf(await store.read(first.name, everything))).toBe('first\n')
    rmSync(join(dir, 'objects/pack'), { recursive: true })
    await expect(store.read(first.name, everything)).rejects.toMatchObject(broken('not there'))
  })

  it.skipIf(process.platform === 'win32')('that cannot be opened', async () => {
    const dir = temporaryFolder(onTestFinished, { 'objects/pack/pack-a.pack': '' })
    symlinkSync('pack-a.idx', join(dir, 'objects/pack/pack-a.idx'))
    await expect(readFrom(dir, first.name)).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
  })

  it('that is a directory', async () => {
    const dir = temporaryFolder(onTestFinished, { 'objects/pack/pack-a.idx/x': '', 'objects/pack/pack-a.pack': '' })
    await expect(readFrom(dir, first.name)).rejects.toMatchObject(broken('another kind'))
  })

  it('where what is asked for is no name', async () => {
    await expect(readFrom(written([first]), '../../../etc/passwd')).rejects.toMatchObject(broken('40 hex digits'))
  })

  it('and is not read once the run was stopped', async () => {
    const store = await storeOf(written([first]), AbortSignal.abort())
    await expect(store.read(first.name, everything)).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })
})

it.skipIf(process.platform === 'win32')('a pack that no memory holds is read where its objects lie', async () => {
  const dir = written([first])
  const path = join(dir, 'objects/pack', readdirSync(join(dir, 'objects/pack')).find((name) => name.endsWith('.pack')) ?? '')
  const checksum = readFileSync(path).subarray(-20)
  const file = openSync(path, 'r+')
  writeSync(file, checksum, 0, checksum.length, 2 ** 36)
  closeSync(file)
  expect(textOf(await readFrom(dir, first.name))).toBe('first\n')
})

describe('a delta', () => {
  const base = Buffer.from('0123456789')
  it.each<readonly [string, string, Uint8Array]>([
    ['that ends within its sizes', 'found its end', Buffer.from([0x8a])],
    ['whose size has no end', 'more than a file holds', Buffer.alloc(40, 0xff)],
    ['that ends within an instruction', 'found its end', Buffer.from([10, 1, 0x91])],
    ['that brings less along than it says', 'found the end', delta(10, 5, [5, 1])],
    ['that copies from behind the end', 'found the end at 10', delta(10, 5, copy(6, 5))],
    ['that makes more than it says', 'found more', delta(10, 5, copy(0, 6))],
    ['that makes less than it says', 'found 4', delta(10, 5, copy(0, 4))],
    ['with the reserved instruction', 'reserved', delta(10, 5, [0])],
  ])('%s is broken', (_name, words, bytes) => {
    expect(() => applyDelta(base, Buffer.from(bytes), 1000)).toThrow(expect.objectContaining(broken(words)))
  })

  it('copies 64 KiB where it says no length', () => {
    const large = Buffer.alloc(0x1_00_00, 'x')
    expect(applyDelta(large, delta(large.length, large.length, [0x80]), large.length)).toEqual(large)
  })

  it('is applied as it was put together, and never runs on', () => {
    const piece = fc.oneof(
      fc.tuple(fc.nat(299), fc.integer({ min: 1, max: 300 })).map(([start, length]) => ({ start, length })),
      fc.uint8Array({ minLength: 1, maxLength: 127 }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 300, maxLength: 300 }), fc.array(piece, { maxLength: 20 }), fc.nat(100), (bytes, pieces, cut) => {
        const parts = pieces.map((each) => (each instanceof Uint8Array ? each : bytes.subarray(each.start, each.start + each.length)))
        const instructions = pieces.map((each, at) => (each instanceof Uint8Array ? [each.length, ...each] : copy(each.start, parts[at]?.length ?? 0)))
        const expected = Buffer.concat(parts)
        const whole = delta(300, expected.length, ...instructions)
        expect(applyDelta(Buffer.from(bytes), whole, 10_000)).toEqual(expected)
        const shorter = whole.subarray(0, Math.min(cut, whole.length - 1))
        if (expected.length > 0) expect(() => applyDelta(Buffer.from(bytes), shorter, 10_000)).toThrow(expect.objectContaining({ code: 'ERR_REPOSITORY_BROKEN' }))
      }),
    )
  })
})

it('bytes that were changed anywhere are refused or change nothing', async () => {
  const entries = [first, byOffset()]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('index', 'pack'), fc.double({ min: 0, max: 0.999_999, noNaN: true }), fc.nat(255), async (file, where, value) => {
      const change = (bytes: Buffer): Buffer => (bytes.fill(value, Math.floor(where * bytes.length), Math.floor(where * bytes.length) + 1), bytes)
      const dir = temporaryFolder(() => undefined)
      try {
        writePack(join(dir, 'objects'), entries, { [file]: change })
        const found = await readFrom(dir, byOffset().name).catch((error: unknown) => error)
        if (found instanceof Error) expect(found).toMatchObject({ code: expect.stringMatching(/^ERR_(REPOSITORY_BROKEN|LIMIT_EXCEEDED)$/) as string })
        else expect(textOf(found as RawObject)).toBe(made.toString())
      } finally {
        rmSync(dir, { recursive: true })
      }
    }),
    { numRuns: 400 },
  )
})
