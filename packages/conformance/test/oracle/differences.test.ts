import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCounter } from './brought.ts'
import { makeChain } from './chain.ts'
import type { Chain } from './chain.ts'
import { laxer, stricter } from './differences.ts'
import { canRun, createJudge, patience, suiteName } from './judge.ts'
import type { Judge } from './judge.ts'
import type { Tamper } from './tampers.ts'

const list = readFileSync(new URL('../../../../docs/go-differences.md', import.meta.url), 'utf8')

describe.skipIf(!canRun)(suiteName('where we say otherwise than Go'), patience, () => {
  const counter = createCounter()
  let judge: Judge
  let chain: Chain
  beforeAll(async () => {
    judge = createJudge()
    chain = await makeChain()
  }, 120_000)
  afterAll(counter.remove)

  const judged = async (tamper: Tamper) => judge.both(...counter.put(await chain.brought(await tamper(chain))))

  it.concurrent.each(stricter)('%s: %s passes in Go and is refused here with %s', async (_id, _what, code, tamper) => {
    expect(await judged(tamper)).toMatchObject({ go: 'passed', ours: code })
  })
  it.concurrent.each(laxer)('%s: %s is refused by Go and here %s', async (_id, _what, code, tamper) => {
    expect(await judged(tamper)).toMatchObject({ go: 'refused', ours: code })
  })
  it('are all on the list of differences', () => {
    expect([...stricter, ...laxer].map(([id]) => id).filter((id) => !list.includes(`\`${id}\``))).toEqual([])
  })
})
