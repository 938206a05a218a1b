import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { material } from '@cilock/attestor-files'
import { hashBytes } from '@cilock/core'
import type { Evidence } from '@cilock/core'
import { attestContext } from '@cilock/testing'
import { temporaryFolder } from '@cilock/testing/node'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'cilock-scale-'))
const count = 100_000
const contentOf = (directory: number, file: number): string => `${directory} ${file}`.padEnd(1024, '.')

/** Much less than the files have together, and more than buffers that are used again. */
const fewBytes = 24 * 2 ** 20

/** Records the files below a directory, and how others fare meanwhile: how often they got their turn, and the bytes of buffers that were held at most. */
async function watched(workingDir: string): Promise<{ readonly evidence: Evidence; readonly turns: number; readonly held: number }> {
  const before = process.memoryUsage().arrayBuffers
  let [turns, held] = [0, 0]
  const ticking = setInterval(() => {
    turns += 1
    held = Math.max(held, process.memoryUsage().arrayBuffers - before)
  }, 5)
  try {
    const evidence = await material().attest(attestContext({ workingDir }))
    return { evidence, turns, held }
  } finally {
    clearInterval(ticking)
  }
}

describe('a tree of 100,000 files', () => {
  beforeAll(() => {
    for (let directory = 0; directory < 100; directory++) {
      mkdirSync(join(folder, `d${directory}`))
      for (let file = 0; file < count / 100; file++) writeFileSync(join(folder, `d${directory}`, `f${file}`), contentOf(directory, file))
    }
  }, 300_000)
  afterAll(() => rmSync(folder, { recursive: true }), 300_000)

  it('is recorded without keeping what was read, and others get their turn meanwhile', { timeout: 300_000 }, async () => {
    const { evidence, turns, held } = await watched(folder)
    const { materials = {}, predicate } = evidence
    expect(Object.keys(materials)).toHaveLength(count)
    expect(predicate).toMatchObject({ treeSize: count })
    expect(materials['d7/f42']).toEqual(hashBytes(new TextEncoder().encode(contentOf(7, 42)), ['sha256']))
    expect(turns).toBeGreaterThan(10)
    expect(held).toBeLessThan(fewBytes)
  })
})

describe('a file of 256 MiB', () => {
  it('is recorded piece by piece', { timeout: 300_000 }, async () => {
    const workingDir = temporaryFolder(onTestFinished)
    writeFileSync(join(workingDir, 'large'), 'begin')
    truncateSync(join(workingDir, 'large'), 2 ** 28)
    const { evidence, turns, held } = await watched(workingDir)
    const hash = createHash('sha256').update('begin').update(Buffer.alloc(2 ** 20 - 5))
    for (let piece = 1; piece < 2 ** 8; piece++) hash.update(Buffer.alloc(2 ** 20))
    expect(evidence.materials).toEqual({ large: { sha256: hash.digest('hex') } })
    expect(turns).toBeGreaterThan(3)
    expect(held).toBeLessThan(fewBytes)
  })
})
