import { appendFileSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { createHash } from 'node:crypto'
import { material, product } from '@cilock/attestor-files'
import { CilockError } from '@cilock/core'
import { attestContext } from '@cilock/testing'
import { temporaryFolder } from '@cilock/testing/node'
import { describe, expect, it, onTestFinished } from 'vitest'

const size = 20 * 2 ** 20

/** Four files that together are worth threads, and small ones between them; the large ones are holes after a few bytes. */
function tree(): string {
  const folder = temporaryFolder(onTestFinished)
  mkdirSync(join(folder, 'd'))
  for (const name of large) {
    writeFileSync(join(folder, name), `begin of ${name}`)
    truncateSync(join(folder, name), size)
  }
  for (const name of ['b', 'd/a', 'z']) writeFileSync(join(folder, name), `all of ${name}`)
  return folder
}

const large = ['a', 'c', 'd/b', 'y']
const sha256 = (content: string, length: number): string => createHash('sha256').update(content).update(Buffer.alloc(length - content.length)).digest('hex')
const digests = Object.fromEntries(
  ['a', 'b', 'c', 'd/a', 'd/b', 'y', 'z'].map((name) => {
    const content = large.includes(name) ? `begin of ${name}` : `all of ${name}`
    return [name, { sha256: sha256(content, large.includes(name) ? size : content.length) }]
  }),
)

/** The threads that are started until the test ends. */
function threads(onStart: (worker: Worker) => void = () => {}): readonly Worker[] {
  const started: Worker[] = []
  const listener = (worker: Worker): void => {
    started.push(worker)
    onStart(worker)
  }
  process.on('worker', listener)
  onTestFinished(() => {
    process.off('worker', listener)
  })
  return started
}

const codeOf = (error: unknown): unknown => (CilockError.is(error) ? error.code : error)
const openFiles = (): number => readdirSync('/proc/self/fd').length

describe.skipIf(availableParallelism() < 2)('several large files', () => {
  it('are hashed in threads, and recorded as if they had been read in turn', async () => {
    const workingDir = tree()
    const started = threads()
    const { materials } = await material().attest(attestContext({ workingDir }))
    expect(started.length).toBeGreaterThan(1)
    expect(Object.entries(materials ?? {})).toEqual(Object.entries(digests))
    const { products } = await product().attest(attestContext({ workingDir, materials: { c: digests['c'] ?? {} } }))
    expect(Object.entries(products ?? {}).map(([path, { digest }]) => [path, digest])).toEqual(Object.entries(digests).filter(([path]) => path !== 'c'))
    expect(products?.['a']?.mime_type).toBe('application/octet-stream')
  })

  it('are read in turn where threads end before they answer', async () => {
    const started = threads((worker) => void worker.terminate())
    const { materials } = await material().attest(attestContext({ workingDir: tree() }))
    expect(started.length).toBeGreaterThan(1)
    expect(materials).toEqual(digests)
  })

  it('are refused when one is written to while it waits', async () => {
    const workingDir = tree()
    threads(() => appendFileSync(join(workingDir, 'y'), 'more'))
    const before = openFiles()
    expect(await material().attest(attestContext({ workingDir })).catch(codeOf)).toBe('ERR_FILE_CHANGED')
    expect(openFiles()).toBe(before)
  })

  it('are let go by an abort', async () => {
    const controller = new AbortController()
    threads(() => controller.abort())
    const workingDir = tree()
    const before = openFiles()
    expect(await material().attest(attestContext({ workingDir, signal: controller.signal })).catch(codeOf)).toBe('ERR_ABORTED')
    expect(openFiles()).toBe(before)
  })
})

describe('no thread is started', () => {
  it.each([
    ['for one large file', ['a'], ['sha256']],
    ['for less than it takes to start them', ['a', 'c', 'y'], ['sha256']],
    ['for other algorithms', ['a', 'c', 'd/b', 'y'], ['sha256', 'gitoid:sha1']],
  ])('%s', async (_what, kept, hashes) => {
    const workingDir = tree()
    for (const name of large) if (!kept.includes(name)) truncateSync(join(workingDir, name), 2 ** 20)
    const started = threads()
    const { materials } = await material().attest(attestContext({ workingDir, hashes }))
    expect(materials?.['a']).toMatchObject(digests['a'] ?? {})
    expect(started).toEqual([])
  })
})
