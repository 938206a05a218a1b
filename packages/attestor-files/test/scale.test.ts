import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { material } from '@cilock/attestor-files'
import { hashBytes } from '@cilock/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'cilock-scale-'))
const count = 100_000

describe('a tree of 100,000 files', () => {
  beforeAll(() => {
    for (let directory = 0; directory < 100; directory++) {
      mkdirSync(join(folder, `d${directory}`))
      for (let file = 0; file < count / 100; file++) writeFileSync(join(folder, `d${directory}`, `f${file}`), `${directory} ${file}`)
    }
  }, 300_000)
  afterAll(() => rmSync(folder, { recursive: true }), 300_000)

  it('is recorded, and others get their turn meanwhile', { timeout: 300_000 }, async () => {
    let turns = 0
    const ticking = setInterval(() => (turns += 1), 5)
    const { materials, predicate } = await material().attest({
      step: 's',
      workingDir: folder,
      env: {},
      signal: new AbortController().signal,
      materials: {},
      products: {},
      clock: () => new Date(0),
      host: { os: 'linux', name: 'h', user: 'u' },
      fetch,
      completed: [],
      hashes: ['sha256'],
      hash: async (data) => hashBytes(data instanceof Uint8Array ? data : new Uint8Array(), ['sha256']),
    })
    clearInterval(ticking)
    expect(Object.keys(materials ?? {})).toHaveLength(count)
    expect(predicate).toMatchObject({ treeSize: count })
    expect(materials?.['d7/f42']).toEqual(hashBytes(new TextEncoder().encode('7 42'), ['sha256']))
    expect(turns).toBeGreaterThan(10)
  })
})
