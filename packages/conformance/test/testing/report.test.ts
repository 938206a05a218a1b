import { memorySource, sha256Hex } from '@cilock/core'
import { productType } from '@cilock/attestor-files/type'
import { PolicyError } from '@cilock/policy'
import type { Report } from '@cilock/policy'
import { AssertionError, assertFailsWith, assertPasses, evidenceOf, reportMatchers, treeOf, world } from '@cilock/testing'
import type { ReportMatchers } from '@cilock/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-empty-interface
  interface Matchers<T> extends ReportMatchers<T> {}
}
expect.extend(reportMatchers)

const here = await world({ seed: 'report', types: [productType] })
const envelope = await here.collection({ step: 'build', evidence: [evidenceOf(productType, treeOf('products', { app: '42' }))] })
const policy = await here.policy({ steps: { build: { by: ['builder'], attestations: [productType] }, scan: { by: ['builder'], attestations: [productType] } } })
const scanned = await here.collection({ step: 'scan', evidence: [evidenceOf(productType, treeOf('products', { app: '42' }))] })
const question = { policy, subjects: [`sha256:${sha256Hex('42')}`] }
const passed = await here.evaluate({ ...question, evidence: [envelope, scanned] })
const failed = await here.evaluate({ ...question, evidence: [envelope] })
const error: unknown = await here.verify({ ...question, evidence: [envelope] }).catch((caught: unknown) => caught)

/** The message of the AssertionError that is thrown. */
function thrown(work: () => void): AssertionError {
  try {
    work()
  } catch (caught) {
    if (caught instanceof AssertionError) return caught
    throw caught
  }
  return expect.fail('expected an assertion that does not hold')
}

describe('assertPasses', () => {
  it('holds for a pass', () => assertPasses(passed))
  it('does not for a refusal, and says its first cause', () => {
    expect(thrown(() => assertPasses(failed))).toMatchObject({ code: 'ERR_ASSERTION', expected: 'passed', actual: 'ERR_NO_COLLECTION', message: expect.stringContaining('step "scan"') as string })
  })
})

describe('assertFailsWith', () => {
  it('holds for the code of the first cause, of a report or an error', () => {
    assertFailsWith(failed, 'ERR_NO_COLLECTION')
    expect(error).toBeInstanceOf(PolicyError)
    assertFailsWith(error as PolicyError, 'ERR_NO_COLLECTION', 'scan')
  })
  it('does not for another code, which it names with the reason', () => {
    expect(thrown(() => assertFailsWith(failed, 'ERR_POLICY_EXPIRED'))).toMatchObject({ expected: 'ERR_POLICY_EXPIRED', actual: 'ERR_NO_COLLECTION', message: expect.stringContaining('scan') as string })
  })
  it('does not for a pass', () => {
    expect(thrown(() => assertFailsWith(passed, 'ERR_NO_COLLECTION'))).toMatchObject({ actual: 'passed' })
  })
  it('does not for a step that has the code nowhere', () => {
    expect(thrown(() => assertFailsWith(failed, 'ERR_FUNCTIONARY_MISMATCH', 'scan'))).toMatchObject({ actual: 'ERR_NO_COLLECTION' })
    expect(thrown(() => assertFailsWith(failed, 'ERR_NO_COLLECTION', 'build')).actual).not.toBe('ERR_NO_COLLECTION')
  })
  it('wants a step that there is', () => {
    expect(() => assertFailsWith(failed, 'ERR_NO_COLLECTION', 'biuld')).toThrow(TypeError)
  })
  it('wants a code that there is', () => {
    // @ts-expect-error no such code
    expect(thrown(() => assertFailsWith(failed, 'ERR_NO_COLECTION'))).toMatchObject({ actual: 'ERR_NO_COLLECTION' })
    // @ts-expect-error a code is required
    expect(() => assertFailsWith(failed)).toThrow(TypeError)
  })
})

it.each([undefined, null, 'passed', { verdict: 'passed' }, new TypeError('other'), Promise.resolve(passed)])('takes no %s for a report', (other) => {
  expect(() => assertPasses(other as Report)).toThrow(TypeError)
  expect(() => expect(other).not.toPass()).toThrow(TypeError)
})

describe('the matchers', () => {
  it('hold where the assertions do', async () => {
    expect(passed).toPass()
    expect(failed).not.toPass()
    expect(failed).toFailWith('ERR_NO_COLLECTION')
    expect(failed).toFailWith('ERR_NO_COLLECTION', 'scan')
    expect(failed).not.toFailWith('ERR_POLICY_EXPIRED')
    expect(passed).not.toFailWith('ERR_NO_COLLECTION')
    await expect(here.verify({ ...question, evidence: [envelope] })).rejects.toFailWith('ERR_NO_COLLECTION')
  })
  it('do not hold where they do not, either way', () => {
    expect(() => expect(failed).toPass()).toThrow(/expected a pass, found ERR_NO_COLLECTION/)
    expect(() => expect(passed).not.toPass()).toThrow(/expected a refusal, found a pass/)
    expect(() => expect(passed).toFailWith('ERR_NO_COLLECTION')).toThrow(/expected ERR_NO_COLLECTION, found passed/)
    expect(() => expect(failed).toFailWith('ERR_POLICY_EXPIRED')).toThrow(/expected ERR_POLICY_EXPIRED, found ERR_NO_COLLECTION/)
    expect(() => expect(failed).not.toFailWith('ERR_NO_COLLECTION')).toThrow(/expected another first cause/)
  })
  it('are typed', () => {
    expectTypeOf(expect(passed).toFailWith).parameter(0).toEqualTypeOf<PolicyError['code']>()
  })
})

it('judges what a memory source gives as well', async () => {
  assertPasses(await here.evaluate({ ...question, source: memorySource([envelope, scanned]) }))
})
