import { describe, expect, test } from 'vitest'
import { findOpa } from '../../fuzz/oracle.ts'
import { runCases, unreached } from '../../fuzz/run.ts'

const opa = findOpa()
const name = opa === undefined ? 'SKIPPED: needs tools/go-oracles with opa 1.13.1 (linux/amd64)' : 'against the real opa'

describe.skipIf(opa === undefined)(name, () => {
  test('three hundred generated programs give the same results and the same errors', { timeout: 120_000 }, async () => {
    const outcome = await runCases(opa ?? '', 1, 300)
    expect(outcome.disagreements.map(({ case: { seed }, reason }) => `seed ${seed}: ${reason}`)).toEqual([])
    expect(unreached(outcome)).toEqual([])
    expect(outcome.nonEmpty * 3).toBeGreaterThanOrEqual(outcome.cases)
    expect((outcome.errors.compile + outcome.errors.evaluate) * 10).toBeGreaterThanOrEqual(outcome.cases)
  })
})
