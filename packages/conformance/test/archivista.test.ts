import { fileURLToPath } from 'node:url'
import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { archivistaSuite } from '../src/archivista/suite.ts'
import { readExpected } from '../src/expected.ts'
import { runCases } from '../src/run-cases.ts'

const part = 'golden/archivista'
const folder = vectors(part)

describe.skipIf(folder === undefined)(folder === undefined ? skipped(part) : 'recorded Archivista', () => {
  it('is answered by our server for tests, and used by our client, as it was recorded', { timeout: 600_000 }, async () => {
    const cases = await archivistaSuite(folder ?? '', 'both')
    const lines: string[] = []
    const expected = readExpected(fileURLToPath(new URL('../expected/archivista.json', import.meta.url)))
    const tally = await runCases(cases, expected, true, (line) => lines.push(line))
    expect(lines.filter((line) => line.startsWith('failed'))).toEqual([])
    // of the others, 17 are about the start of the server itself, and one about what is no evidence
    expect(tally).toEqual({ passed: 370, expected: new Map([['ATTESTORS: the attestors link and slsa come later', 3]]), failed: 0, skipped: 18 })
  })
})
