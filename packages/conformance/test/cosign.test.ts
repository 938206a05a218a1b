import { fileURLToPath } from 'node:url'
import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { cosignSuite } from '../src/cosign/suite.ts'
import { readExpected } from '../src/expected.ts'
import { runCases } from '../src/run-cases.ts'

const part = 'golden/cosign'
const folder = vectors(part)

describe.skipIf(folder === undefined)(folder === undefined ? skipped(part) : 'recorded cosign', () => {
  it('is read, and its verdicts are ours', { timeout: 600_000 }, async () => {
    const cases = await cosignSuite(folder ?? '', 'both')
    const lines: string[] = []
    const expected = readExpected(fileURLToPath(new URL('../expected/cosign.json', import.meta.url)))
    const tally = await runCases(cases, expected, true, (line) => lines.push(line))
    expect(lines).toEqual([])
    expect(tally).toMatchObject({ passed: 548, failed: 0, skipped: 0 })
    // of these 78 want sigstore, and 22 show or remove what is there
    expect([...tally.expected.values()].reduce((sum, count) => sum + count, 0)).toBe(151)
  })
})
