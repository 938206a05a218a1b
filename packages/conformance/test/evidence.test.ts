import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { evidenceSuite } from '../src/evidence/suite.ts'
import { readExpected } from '../src/expected.ts'
import { runCases } from '../src/run-cases.ts'

const folder = vectors('golden/evidence')

describe.skipIf(folder === undefined)(folder === undefined ? skipped('golden/evidence') : 'recorded evidence', () => {
  it('is verified and read, every envelope of it', async () => {
    const lines: string[] = []
    const cases = await evidenceSuite(folder ?? '', 'read')
    const expected = readExpected(new URL('../expected/evidence-read.json', import.meta.url).pathname)
    const tally = await runCases(cases, expected, true, (line) => lines.push(line))
    expect(lines).toEqual([])
    expect(tally).toEqual({ passed: cases.length, failed: 0, skipped: 0 })
    expect(cases.length).toBeGreaterThan(600)
  })

  it('is made again for the tutorial', async () => {
    const lines: string[] = []
    const cases = (await evidenceSuite(folder ?? '', 'write')).filter(({ id }) => id.startsWith('tutorial-'))
    const tally = await runCases(cases, new Map(), false, (line) => lines.push(line))
    expect(lines).toEqual([])
    expect(tally).toEqual({ passed: 3, failed: 0, skipped: 0 })
  })
})
