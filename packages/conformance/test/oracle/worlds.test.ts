import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { knownDifferences, laxer, witnessDifferences } from '../../fuzz/known.ts'
import { makePlan } from '../../fuzz/plan.ts'
import { quotas, runWorlds } from '../../fuzz/run.ts'
import { shrink } from '../../fuzz/shrink.ts'
import { canRun, suiteName } from './judge.ts'

const list = readFileSync(new URL('../../../../docs/go-differences.md', import.meta.url), 'utf8')

describe.skipIf(!canRun)(suiteName('generated worlds'), () => {
  it('a hundred and sixty are judged as the real tools judge them', { timeout: 600_000 }, async () => {
    const outcome = await runWorlds(1, 160)
    console.log(`${outcome.worlds} worlds, ${outcome.passes} pass, ${outcome.causes.size} distinct first causes, ${outcome.faults.size} faults`)
    expect(outcome.disagreements.map(({ between, judged: { plan, faults } }) => `seed ${plan.seed}: ${between}: ${faults.join(', ')}`)).toEqual([])
    expect(quotas(outcome)).toEqual([])
  })
})

describe('what the worlds differ in', () => {
  it('stands on the list of differences, under the same id', () => {
    expect([...knownDifferences, ...witnessDifferences, ...laxer].map(({ id }) => id).filter((id) => !list.includes(`\`${id}\``))).toEqual([])
  })
})

describe('a plan', () => {
  it('is made smaller until nothing can be taken away', async () => {
    const seed = Array.from({ length: 1000 }, (_, index) => index).find((each) => makePlan(each).steps.length === 4 && makePlan(each).faults.length > 1) ?? 0
    const plan = makePlan(seed)
    const wanted = plan.steps.at(-1)?.name
    const smaller = await shrink(plan, async ({ steps }) => steps.some(({ name }) => name === wanted))
    expect(smaller).toMatchObject({ faults: [], externals: [] })
    expect(smaller.steps.map(({ name, rules, artifactsFrom, attestationsFrom }) => ({ name, rules, artifactsFrom, attestationsFrom }))).toEqual([{ name: wanted, rules: [], artifactsFrom: [], attestationsFrom: [] }])
  })
  it('is the same for the same seed, and mostly another for another', () => {
    expect(makePlan(7)).toEqual(makePlan(7))
    expect(new Set(Array.from({ length: 50 }, (_, seed) => JSON.stringify({ ...makePlan(seed), seed: 0 }))).size).toBeGreaterThan(45)
  })
})
