import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { git } from '@cilock/attestor-git'
import { attestContext } from '@cilock/testing'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { looseHeader, readLooseObject } from '../src/repository/loose-object.node.ts'
import type { ObjectType } from '../src/repository/object.node.ts'
import { objectStore } from '../src/repository/object-store.node.ts'
import { nameOf } from './packs.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'cilock-git-objects-')))
afterAll(() => rmSync(root, { recursive: true }))
const env = { ...process.env, HOME: root, GIT_CONFIG_NOSYSTEM: '1' }
const everything: ReadonlySet<ObjectType> = new Set(['commit', 'tag', 'tree', 'blob'])
let made = 0

type Run = (...args: readonly string[]) => string

function repository(): { readonly dir: string; readonly run: Run } {
  const dir = join(root, String(made++))
  mkdirSync(dir)
  const run: Run = (...args) => execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com', ...args], { cwd: dir, env, encoding: 'utf8', stdio: 'pipe' })
  run('init', '-q', '-b', 'main')
  return { dir, run }
}

/** Every object as `git cat-file` tells it. */
function objectsOf(dir: string): readonly { readonly name: string; readonly type: string; readonly content: Buffer }[] {
  const output = execFileSync('git', ['cat-file', '--batch', '--batch-all-objects'], { cwd: dir, env, maxBuffer: 2 ** 28 })
  const found = []
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at)
    const [name = '', type = '', size = '0'] = output.toString('latin1', at, end).split(' ')
    found.push({ name, type, content: output.subarray(end + 1, end + 1 + Number(size)) })
    at = end + 2 + Number(size)
  }
  return found
}

async function expectSame(dir: string): Promise<void> {
  const commonDir = join(dir, '.git')
  const store = await objectStore({ worktree: dir, gitDir: commonDir, commonDir, config: [] }, attestContext({}).signal)
  const objects = objectsOf(dir)
  expect(objects.length).toBeGreaterThan(0)
  for (const { name, type, content } of objects) {
    const found = await store.read(name, everything)
    expect({ name, type: found.type, content: Buffer.compare(found.bytes, content) }).toEqual({ name, type, content: 0 })
  }
}

type Step = { readonly path: string; readonly text: string; readonly kind: 'more' | 'anew' | 'tag' | 'pack' }
const step: fc.Arbitrary<Step> = fc.record({
  path: fc.constantFrom('a', 'b/c', 'b/d', 'e/f/g'),
  text: fc.string({ minLength: 1, maxLength: 3000 }),
  kind: fc.constantFrom('more', 'more', 'more', 'anew', 'tag', 'pack'),
})

const packings: readonly (readonly string[])[] = [
  ['repack', '-q', '-a', '-d', '-f', '--depth=50', '--window=50'],
  ['-c', 'repack.useDeltaBaseOffset=false', 'repack', '-q', '-a', '-d', '-f', '--depth=200', '--window=200'],
  ['-c', 'pack.indexVersion=1', 'repack', '-q', '-a', '-d', '-f'],
  ['-c', 'pack.compression=0', 'repack', '-q', '-a', '-d', '-f'],
  ['repack', '-q'],
  ['gc', '-q', '--aggressive', '--prune=now'],
  ['multi-pack-index', 'write'],
]

describe('objects of repositories that git writes', () => {
  it('are what git cat-file says, however they were packed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), fc.constantFrom(...packings), async (steps, packing) => {
        const { dir, run } = repository()
        const lines = Array.from({ length: 400 }, (_, at) => createHash('sha1').update(String(at)).digest('hex')).join('\n')
        for (const [at, { path, text, kind }] of steps.entries()) {
          const file = join(dir, path)
          mkdirSync(dirname(file), { recursive: true })
          if (kind === 'anew') writeFileSync(file, lines + text)
          else appendFileSync(file, `${at === 0 ? lines : ''}${text}\n`)
          run('add', '-A')
          run('commit', '-q', '--allow-empty', '-m', `${at} ${lines.slice(0, 500)}`)
          if (kind === 'tag') run('tag', '-a', `v${at}`, '-m', `version ${at} ${lines.slice(0, 500)}`)
          if (kind === 'pack') run('repack', '-q')
        }
        run(...(packing[0] === 'multi-pack-index' ? ['repack', '-q'] : ['status', '--porcelain']))
        run(...packing)
        await expectSame(dir)
        const borrowing = join(root, String(made++))
        execFileSync('git', ['clone', '-q', '--shared', dir, borrowing], { env, stdio: 'pipe' })
        await expectSame(borrowing)
      }),
      { numRuns: 14 },
    )
  }, 120_000)

  it('are found where several repositories borrow in a row, and from themselves', async () => {
    const { dir, run } = repository()
    run('commit', '-q', '--allow-empty', '-m', 'first')
    let last = dir
    for (let hop = 0; hop < 5; hop++) {
      const next = join(root, String(made++))
      execFileSync('git', ['clone', '-q', '--shared', last, next], { env, stdio: 'pipe' })
      last = next
    }
    appendFileSync(join(dir, '.git/objects/info/alternates'), `# none\n\n"${join(last, '.git/objects')}"\n../objects\n`)
    for (const PATH of [process.env['PATH'], '/nowhere']) {
      const { predicate } = await git().attest(attestContext({ workingDir: last, env: { ...env, PATH } }))
      expect(predicate).toMatchObject({ commithash: run('rev-parse', 'HEAD').trim(), commitmessage: 'first\n' })
    }
  })
})

describe('a loose object', () => {
  const put = (bytes: Uint8Array): string => {
    const path = join(root, String(made++))
    writeFileSync(path, bytes)
    return path
  }

  it('is read as it was written, by any level, and its header too', async () => {
    const type = fc.constantFrom('commit', 'tag', 'tree', 'blob')
    await fc.assert(
      fc.asyncProperty(type, fc.uint8Array({ maxLength: 5000 }), fc.integer({ min: 0, max: 9 }), async (word, content, level) => {
        const path = put(deflateSync(Buffer.concat([Buffer.from(`${word} ${content.length}\0`), content]), { level }))
        const name = nameOf(word, content)
        const { type: found, bytes } = await readLooseObject(path, name, everything)
        expect({ found, same: Buffer.compare(bytes, content) }).toEqual({ found: word, same: 0 })
        expect((await looseHeader(path)).startsWith(`${word} ${content.length}\0`)).toBe(true)
        rmSync(path)
      }),
    )
  })

  it('that was packed since its directory was listed has no header', async () => {
    expect(await looseHeader(join(root, 'nowhere'))).toBe('')
    await expect(looseHeader(join(root, 'x'.repeat(5000)))).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
  })

  it('of any other bytes is refused', async () => {
    const bytes = fc.uint8Array({ maxLength: 600 })
    const text = fc.tuple(fc.constantFrom('commit', 'tag', 'blob ', 'tree', 'commit -1', 'commit 007', 'commit 1e1'), fc.nat(40), bytes).map(([word, size, rest]) => Buffer.concat([Buffer.from(`${word} ${size}\0`), rest]))
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, bytes.map((each) => deflateSync(each)), text.map((each) => deflateSync(each)), text), fc.stringMatching(/^[0-9a-f]{40}$/), async (written, name) => {
        const path = put(written)
        await expect(readLooseObject(path, name, everything)).rejects.toMatchObject({ code: 'ERR_REPOSITORY_BROKEN' })
        rmSync(path)
      }),
    )
  })
})
