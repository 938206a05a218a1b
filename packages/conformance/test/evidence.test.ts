import { fileURLToPath } from 'node:url'
import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { evidenceSuite } from '../src/evidence/suite.ts'
import { readExpected } from '../src/expected.ts'
import { runCases } from '../src/run-cases.ts'

const folder = vectors('golden/evidence')

/** Cases that root cannot run: it may read what a user may not. */
const forOrdinaryUsers = process.getuid?.() === 0 ? 3 : 0

describe.skipIf(folder === undefined)(folder === undefined ? skipped('golden/evidence') : 'recorded evidence', () => {
  it('is verified and read, every envelope of it, and made again, but for what is listed with its reason', { timeout: 900_000 }, async () => {
    const lines: string[] = []
    const cases = await evidenceSuite(folder ?? '', 'both')
    const expected = readExpected(fileURLToPath(new URL('../expected/evidence.json', import.meta.url)))
    const tally = await runCases(cases, expected, true, (line) => lines.push(line))
    expect(lines.filter((line) => !line.endsWith('needs a user that is not root'))).toEqual([])
    expect(tally).toMatchObject({ passed: cases.length - forOrdinaryUsers, failed: 0, skipped: forOrdinaryUsers })
    expect(cases.length).toBeGreaterThanOrEqual(1430)
  })
})
