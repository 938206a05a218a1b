import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CilockError, hashAlgorithms, hashBytes, sha256Hex } from '@cilock/core'
import { hashFile, readFileWithin } from '@cilock/core/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
let root: string
const at = (name: string): string => join(root, name)

const isRoot = process.getuid?.() === 0

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => 'accepted',
    (error: unknown) => error,
  )
  return CilockError.is(error) ? error.code : `no coded error: ${String(error)}`
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cilock-file-'))
  root = join(folder, 'root')
  mkdirSync(join(root, 'sub'), { recursive: true })
  writeFileSync(join(folder, 'outside.txt'), 'secret')
  writeFileSync(at('hello.txt'), 'hello\n')
  writeFileSync(at('empty'), '')
  writeFileSync(at('large'), Buffer.alloc(1_000_000, 'x'))
  writeFileSync(at('sub/inner.txt'), 'inner')
  symlinkSync('hello.txt', at('link'))
  symlinkSync('missing', at('broken'))
  symlinkSync('loop', at('loop'))
  symlinkSync('sub', at('sublink'))
  symlinkSync('../outside.txt', at('escape'))
  symlinkSync('..', at('parent'))
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('hashFile', () => {
  it.each(['hello.txt', 'empty', 'large'])('hashes %s by every algorithm', async (name) => {
    expect(await hashFile(at(name), hashAlgorithms)).toEqual(hashBytes(readFileSync(at(name)), hashAlgorithms))
  })

  it('hashes by SHA-256 alone unless told otherwise', async () => {
    expect(await hashFile(at('hello.txt'))).toEqual(hashBytes(readFileSync(at('hello.txt')), ['sha256']))
  })

  it('reads once, and shows what it reads', async () => {
    const seen: Buffer[] = []
    await hashFile(at('large'), hashAlgorithms, { onChunk: (chunk) => void seen.push(Buffer.from(chunk)) })
    expect(seen.length).toBeGreaterThan(1)
    expect(Buffer.concat(seen).equals(readFileSync(at('large')))).toBe(true)
  })

  it.each(['missing', 'sub', 'link', 'broken', 'loop', 'hello.txt/x', 'nul\0'])('refuses %j', async (name) => {
    expect(await refusal(hashFile(at(name), ['sha256']))).toBe('ERR_FILE_UNREADABLE')
  })

  it('refuses a pipe without waiting for a writer', async () => {
    execFileSync('mkfifo', [at('pipe')])
    expect(await refusal(hashFile(at('pipe'), ['sha256']))).toBe('ERR_FILE_UNREADABLE')
  })

  it.skipIf(isRoot)(isRoot ? 'SKIPPED: root may read every file' : 'refuses a file without permission', async () => {
    writeFileSync(at('locked'), '')
    chmodSync(at('locked'), 0)
    expect(await refusal(hashFile(at('locked'), ['sha256']))).toBe('ERR_FILE_UNREADABLE')
  })

  it('refuses unknown algorithms before it opens the file', async () => {
    expect(await refusal(hashFile(at('missing'), ['sha512']))).toBe('ERR_DIGEST_INVALID')
  })

  it.each<[string, (path: string) => void]>([
    ['grows', (path) => appendFileSync(path, 'more')],
    ['shrinks', (path) => truncateSync(path, 10)],
    ['is written to in place', (path) => writeFileSync(path, Buffer.alloc(600_000, 'y'), { flag: 'r+' })],
  ])('refuses a file that %s while it is read', async (_, change) => {
    const path = at('changing')
    writeFileSync(path, Buffer.alloc(600_000, 'x'))
    let isChanged = false
    const work = hashFile(path, ['sha256'], {
      onChunk: () => {
        if (!isChanged) change(path)
        isChanged = true
      },
    })
    expect(await refusal(work)).toBe('ERR_FILE_CHANGED')
    expect(isChanged).toBe(true)
  })

  it('refuses a file that grows as fast as it is read, and comes to an end', async () => {
    const path = at('growing')
    writeFileSync(path, Buffer.alloc(600_000, 'x'))
    expect(await refusal(hashFile(path, ['sha256'], { onChunk: (chunk) => appendFileSync(path, chunk) }))).toBe('ERR_FILE_CHANGED')
  })

  it('refuses another file in the place of the one that was seen', async () => {
    writeFileSync(at('seen'), 'a')
    const expected = lstatSync(at('seen'))
    expect(await hashFile(at('seen'), ['sha256'], { expected })).toEqual({ sha256: sha256Hex('a') })
    expect(await hashFile(at('seen'), ['sha256'], { expected: lstatSync(at('seen'), { bigint: true }) })).toEqual({ sha256: sha256Hex('a') })
    writeFileSync(at('other'), 'a')
    renameSync(at('other'), at('seen'))
    expect(await refusal(hashFile(at('seen'), ['sha256'], { expected }))).toBe('ERR_FILE_CHANGED')
  })

  it('stays within a directory when told to', async () => {
    expect(await hashFile('sublink/inner.txt', ['sha256'], { within: root })).toEqual({ sha256: sha256Hex('inner') })
    expect(await refusal(hashFile('escape', ['sha256'], { within: root }))).toBe('ERR_FILE_OUTSIDE')
  })

  it('stops when told to, before and between its pieces', async () => {
    expect(await refusal(hashFile(at('large'), ['sha256'], { signal: AbortSignal.abort() }))).toBe('ERR_ABORTED')
    const controller = new AbortController()
    expect(await refusal(hashFile(at('large'), ['sha256'], { signal: controller.signal, onChunk: () => controller.abort() }))).toBe('ERR_ABORTED')
  })

  it.skipIf(process.platform !== 'linux')('leaves no file open, whatever the outcome', async () => {
    const open = (): number => Number(execFileSync('sh', ['-c', `ls /proc/${process.pid}/fd | wc -l`]).toString())
    const before = open()
    for (let round = 0; round < 20; round++) {
      await hashFile(at('hello.txt'), ['sha256'])
      await refusal(hashFile(at('sub'), ['sha256']))
      await refusal(hashFile(at('hello.txt'), ['sha256'], { expected: { dev: 0, ino: 0 } }))
      await refusal(readFileWithin(root, 'large', { maxBytes: 1 }))
    }
    expect(open()).toBeLessThan(before + 10)
  })
})

describe('readFileWithin', () => {
  it.each([
    ['a file', 'hello.txt', 'hello\n'],
    ['an empty file', 'empty', ''],
    ['a link that stays inside', 'link', 'hello\n'],
    ['a directory link that stays inside', 'sublink/inner.txt', 'inner'],
    ['a way out and back in', 'sub/../hello.txt', 'hello\n'],
    ['a way through a link to the parent and back in', 'parent/root/hello.txt', 'hello\n'],
  ])('reads %s', async (_, path, content) => {
    expect(Buffer.from(await readFileWithin(root, path)).toString()).toBe(content)
  })

  it('reads an absolute path inside, also where the root is given through a link', async () => {
    expect((await readFileWithin(root, at('hello.txt'))).length).toBe(6)
    const alias = join(folder, 'alias')
    symlinkSync('root', alias)
    expect((await readFileWithin(alias, 'hello.txt')).length).toBe(6)
    expect((await readFileWithin(alias, at('hello.txt'))).length).toBe(6)
  })

  it.each([
    ['a path above', '../outside.txt'],
    ['a path above that is not there', '../missing'],
    ['a link that leads outside', 'escape'],
    ['a directory link that leads outside', 'parent/outside.txt'],
    ['an absolute path elsewhere', '/etc/passwd'],
    ['a sibling with the same beginning', '../root-2/x'],
  ])('refuses %s', async (_, path) => {
    expect(await refusal(readFileWithin(root, path))).toBe('ERR_FILE_OUTSIDE')
  })

  it.each([['missing'], ['sub'], [''], ['broken'], ['loop'], ['hello.txt/x']])('finds %j unreadable', async (path) => {
    expect(await refusal(readFileWithin(root, path))).toBe('ERR_FILE_UNREADABLE')
  })

  it('finds a root that is not there unreadable', async () => {
    expect(await refusal(readFileWithin(join(folder, 'nowhere'), 'x'))).toBe('ERR_FILE_UNREADABLE')
  })

  it('reads no more than allowed', async () => {
    expect((await readFileWithin(root, 'hello.txt', { maxBytes: 6 })).length).toBe(6)
    expect(await refusal(readFileWithin(root, 'hello.txt', { maxBytes: 5 }))).toBe('ERR_LIMIT_EXCEEDED')
  })
})
