import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extract } from 'tar-stream'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { canonicalName, tarHeader, writeTar } from '@cilock/archive'
import type { TarFile } from '@cilock/archive'
import { readTar } from '@cilock/archive/node'

const root = mkdtempSync(join(tmpdir(), 'cilock-tar-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const fileOf = (name: string, text: string): TarFile => ({ name, size: Buffer.byteLength(text), content: Buffer.from(text) })
async function written(files: Iterable<TarFile> | AsyncIterable<TarFile>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of writeTar(files)) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function readBack(bytes: Uint8Array): Promise<readonly (readonly [string, string, string])[]> {
  const seen: [string, string, string][] = []
  await readTar((async function* () { yield bytes })(), async ({ name, kind, content }) => {
    const parts: Uint8Array[] = []
    for (let next = await content.next(); next.done !== true; next = await content.next()) parts.push(next.value)
    seen.push([name, kind, Buffer.concat(parts).toString()])
  })
  return seen
}

/** Short ones, long ones, and letters beyond ASCII. */
const name = fc.array(fc.stringMatching(/^[a-zA-Z0-9 ä€_-]{1,60}$/), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'))
const files = fc.uniqueArray(fc.tuple(name, fc.string({ maxLength: 1500 })), { maxLength: 6, selector: ([each]) => each })

describe('a tar that was written', () => {
  it('is read as it was written, and written the same again', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        const bytes = await written(given.map(([each, text]) => fileOf(each, text)))
        expect(bytes.length % 512).toBe(0)
        expect(await readBack(bytes)).toEqual(given.map(([each, text]) => [each, 'file', Buffer.from(text).toString()]))
        const inPieces = given.map(([each, text]): TarFile => ({ ...fileOf(each, text), content: (async function* () { for (const byte of Buffer.from(text)) yield Uint8Array.of(byte) })() }))
        expect((await written(inPieces)).equals(bytes)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('is unpacked by the tar of the system, and lists nobody’s time or name', async () => {
    const long = `${'deep/'.repeat(30)}${'x'.repeat(128)}`
    const archive = join(root, 'files.tar')
    writeFileSync(archive, await written([fileOf('a/b.txt', 'hello'), { ...fileOf('run', '#!'), executable: true }, fileOf(long, 'far down'), fileOf('é', 'letter')]))
    execFileSync('tar', ['-xf', archive, '-C', root])
    expect([readFileSync(join(root, 'a/b.txt'), 'utf8'), readFileSync(join(root, long), 'utf8'), readFileSync(join(root, 'é'), 'utf8')]).toEqual(['hello', 'far down', 'letter'])
    const listed = execFileSync('tar', ['-tvf', archive, '--numeric-owner', '--utc'], { encoding: 'utf8' }).split('\n')
    expect(listed[0]).toMatch(/^-rw-r--r-- 0\/0 +5 1970-01-01 00:00 a\/b\.txt$/)
    expect(listed[1]).toMatch(/^-rwxr-xr-x 0\/0 +2 1970-01-01 00:00 run$/)
  })

  it('says sizes of 8 GiB and more', async () => {
    for (const size of [8 ** 11 - 1, 8 ** 11, 2 ** 52]) {
      const header = tarHeader({ name: 'large', size })
      const tar = extract()
      const found = new Promise((resolve) => tar.once('entry', ({ name: each, size: length }) => resolve([each, length])))
      tar.write(header)
      expect(await found).toEqual(['large', size])
      tar.destroy()
    }
  })

  it('without files is two blocks of zeros', async () => {
    expect((await written([])).equals(Buffer.alloc(1024))).toBe(true)
  })
})

describe('a tar is not written', () => {
  it.each(['', '/a', '../a', 'a/../b', './a', 'a//b', 'a/', 'a\0b', 'a\ud800'])('with a name that leads elsewhere: %j', async (each) => {
    await expect(written([fileOf(each, '')])).rejects.toMatchObject({ code: 'ERR_ENTRY_INVALID' })
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('with a size of %d', async (size) => {
    await expect(written([{ ...fileOf('a', ''), size }])).rejects.toMatchObject({ code: 'ERR_ENTRY_INVALID' })
  })

  it('with a name twice', async () => {
    await expect(written([fileOf('a', '1'), fileOf('a', '2')])).rejects.toMatchObject({ code: 'ERR_ENTRY_DUPLICATE' })
  })

  it.each([[3, 'found more'], [5, 'found 4']])('with content of 4 bytes that says %d', async (size, message) => {
    await expect(written([{ ...fileOf('a', 'four'), size }])).rejects.toMatchObject({ code: 'ERR_ENTRY_INVALID', message: expect.stringContaining(message) as string })
  })

  it('under any name that is no name, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '/', '.', '\0', 'é', '😀'), maxLength: 300 }), (each) => {
        const isName = each !== '' && !each.includes('\0') && canonicalName(each) === each
        if (isName) expect(tarHeader({ name: each, size: 0 }).length % 512).toBe(0)
        else expect(() => tarHeader({ name: each, size: 0 })).toThrow(expect.objectContaining({ code: 'ERR_ENTRY_INVALID' }) as Error)
      }),
    )
  })
})
