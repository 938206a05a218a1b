import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CilockError } from '@cilock/core'
import { readUpTo } from '@cilock/core/node'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'cilock-read-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)
const mebibyte = 1024 * 1024

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return CilockError.is(error) ? error.code : `no refusal: ${String(error)}`
}

describe('readUpTo', () => {
  it('gives what is in the file, whatever its size', async () => {
    const sizes = [0, 1, 100, mebibyte - 1, mebibyte, mebibyte + 1, 3 * mebibyte]
    for (const size of sizes) {
      const bytes = new Uint8Array(size).map((_, index) => index * 7 + (index >> 8))
      writeFileSync(at('file'), bytes)
      expect(Buffer.compare(await readUpTo(at('file'), 4 * mebibyte), bytes)).toBe(0)
    }
  })

  it('takes as many bytes as are allowed, and not one more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 300 }), async (bytes, most) => {
        writeFileSync(at('bounded'), bytes)
        if (bytes.length > most) expect(await refusal(readUpTo(at('bounded'), most))).toBe('ERR_LIMIT_EXCEEDED')
        else expect(await readUpTo(at('bounded'), most)).toEqual(bytes)
      }),
    )
    writeFileSync(at('large'), new Uint8Array(2 * mebibyte))
    expect(await refusal(readUpTo(at('large'), 2 * mebibyte - 1))).toBe('ERR_LIMIT_EXCEEDED')
    expect((await readUpTo(at('large'), 2 * mebibyte)).length).toBe(2 * mebibyte)
  })

  it('hands out bytes of its own', async () => {
    writeFileSync(at('own'), 'text')
    const bytes = await readUpTo(at('own'), 100)
    expect(bytes.buffer.byteLength).toBe(4)
  })

  it('follows links', async () => {
    writeFileSync(at('target'), 'text')
    symlinkSync(at('target'), at('link'))
    expect(new TextDecoder().decode(await readUpTo(at('link'), 100))).toBe('text')
  })

  it.skipIf(process.platform === 'win32')('waits for who writes into a pipe, without holding anybody up', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const [bytes] = await Promise.all([readUpTo(at('pipe'), 100), writeFile(at('pipe'), 'through the pipe')])
    expect(new TextDecoder().decode(bytes)).toBe('through the pipe')
  })

  it.skipIf(!existsSync('/dev/zero'))('reads no more of a device than is allowed', async () => {
    expect(await refusal(readUpTo('/dev/zero', 3 * mebibyte))).toBe('ERR_LIMIT_EXCEEDED')
    expect((await readUpTo('/dev/null', 10)).length).toBe(0)
  })

  it.skipIf(!existsSync('/proc/self/status'))('reads files that say that they have no size', async () => {
    expect(new TextDecoder().decode(await readUpTo('/proc/self/status', mebibyte))).toMatch(/^Name:/)
  })

  it('says which path it could not read', async () => {
    mkdirSync(at('directory'))
    for (const name of ['absent', 'directory']) {
      expect(await refusal(readUpTo(at(name), 100))).toBe('ERR_FILE_UNREADABLE')
      await expect(readUpTo(at(name), 100)).rejects.toThrow(JSON.stringify(at(name)))
    }
    appendFileSync(at('absent'), '')
    expect((await readUpTo(at('absent'), 100)).length).toBe(0)
  })
})
