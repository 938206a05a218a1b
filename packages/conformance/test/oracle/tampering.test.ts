import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCounter } from './brought.ts'
import { makeChain } from './chain.ts'
import type { Chain } from './chain.ts'
import { canRun, createJudge, patience, suiteName } from './judge.ts'
import type { Judge } from './judge.ts'
import { envelopeTampers, evidenceTampers, harmless, policyEnvelopeTampers, policyTampers } from './tampers.ts'
import type { Tamper } from './tampers.ts'

describe.skipIf(!canRun)(suiteName('what is changed after it was signed, or signed wrong'), patience, () => {
  const counter = createCounter()
  let judge: Judge
  let chain: Chain
  beforeAll(async () => {
    judge = createJudge()
    chain = await makeChain()
  }, 120_000)
  afterAll(counter.remove)

  const judged = async (tamper: Tamper) => judge.both(...counter.put(await chain.brought(await tamper(chain))))
  const tampers = { ...envelopeTampers, ...evidenceTampers, ...policyEnvelopeTampers, ...policyTampers }

  it.concurrent.each(Object.entries(harmless))('%s: both pass', async (_what, tamper) => {
    expect(await judged(tamper)).toMatchObject({ go: 'passed', ours: 'passed' })
  })
  it.concurrent.each(Object.entries(tampers).map(([what, [code, tamper]]) => [what, code, tamper] as const))('%s: Go refuses, and we with %s', async (_what, code, tamper) => {
    expect(await judged(tamper)).toMatchObject({ go: 'refused', ours: code })
  })
})
