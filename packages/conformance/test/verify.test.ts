import { fileURLToPath } from 'node:url'
import { knownTypes } from '@cilock/sdk'
import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { readExpected } from '../src/expected.ts'
import { caseFolders, readVerifyCase } from '../src/verify/recording.ts'
import { decide, runCase, runCompatCase } from '../src/verify/run-case.ts'

const part = 'golden/verify'
const folder = vectors(part)
const expected = readExpected(fileURLToPath(new URL('../expected/verify.json', import.meta.url)))

describe.skipIf(folder === undefined)(folder === undefined ? skipped(part) : 'recorded verifications', () => {
  const cases = folder === undefined ? [] : caseFolders(folder).map((path) => ({ path, recorded: readVerifyCase(path) }))

  it('are decided as is right, but for those on the list', async () => {
    const differing: string[] = []
    for (const { path, recorded } of cases) {
      const outcome = await runCase(path, recorded, knownTypes)
      if ((outcome.outcome === 'failed') !== expected.has(recorded.id)) differing.push(`${recorded.id}: ${outcome.outcome === 'failed' ? outcome.detail : 'passes'}`)
    }
    expect(differing).toEqual([])
  })
  it('are decided as the real tool did by its own rules, but for the bugs on the list', async () => {
    const differing: string[] = []
    for (const { path, recorded } of cases) {
      const outcome = await runCompatCase(path, recorded, knownTypes)
      if ((outcome.outcome === 'failed') !== expected.has(`${recorded.id}:compat`)) differing.push(`${recorded.id}: ${outcome.outcome === 'failed' ? outcome.detail : 'passes'}`)
    }
    expect(differing).toEqual([])
  })
  it('dispute at most ten interpretations', () => {
    const disputed = [...expected.values()].filter(({ reason }) => reason.startsWith('disputed'))
    expect(disputed.length).toBeGreaterThan(0)
    expect(disputed.length).toBeLessThanOrEqual(10)
  })
  it('are judged in at least 500 cases; of the others none fetches evidence', async () => {
    let judged = 0
    for (const { path, recorded } of cases) {
      const { code = '', searches } = await decide(path, recorded, knownTypes, 'strict')
      // an expired policy is still held against evidence, and that there is nothing to judge may come out only then
      const isRefused = code === 'ERR_USAGE' || (code.startsWith('ERR_POLICY_') && !['ERR_POLICY_EXPIRED', 'ERR_POLICY_EMPTY'].includes(code))
      if (isRefused) expect({ id: recorded.id, searches }).toEqual({ id: recorded.id, searches: 0 })
      else judged += 1
    }
    expect(judged).toBeGreaterThanOrEqual(500)
  })
})
