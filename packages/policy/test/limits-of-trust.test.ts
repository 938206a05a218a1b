import { memorySource } from '@cilock/core'
import { fileTree } from '@cilock/core/merkle'
import type { Source } from '@cilock/core'
import { createVerifier } from '@cilock/policy'
import { describe, expect, it } from 'vitest'
import { types } from './support/types.ts'
import { cause, collection, commandRun, hex, judge, now, policyOf, ran, root, signPolicy, step } from './support/world.ts'

describe('clocks that are not the same', () => {
  const expired = (seconds: number) => policyOf({ expires: new Date(now.getTime() - seconds * 1000).toISOString() })

  it('T2: a policy that expired ten seconds ago counts with a skew of sixty', async () => {
    expect(cause(await judge({ policy: expired(10), clockSkew: 60 }))).toBe('passed')
    expect(cause(await judge({ policy: expired(10) }))).toBe('policy-expiry ERR_POLICY_EXPIRED')
    expect(cause(await judge({ policy: expired(60), clockSkew: 60 }))).toBe('passed')
    expect(cause(await judge({ policy: expired(61), clockSkew: 60 }))).toBe('policy-expiry ERR_POLICY_EXPIRED')
  })
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '60', 86_400.5, 1e12])('T3: a skew of %s is a wrong argument', async (clockSkew) => {
    await expect(judge({ clockSkew: clockSkew as never })).rejects.toThrow(/^evaluate: `clockSkew` is not a number of seconds from 0 to 86400/)
  })
  it('T3: a day is the most', async () => {
    expect(cause(await judge({ policy: expired(86_400), clockSkew: 86_400 }))).toBe('passed')
  })
})

describe('sources that fail', () => {
  const failing = (when: (call: number, byName: boolean) => boolean, inner: Source): Source => {
    let call = 0
    return { search: async (query, rest) => (when((call += 1), query.digests === undefined) ? Promise.reject(new TypeError('gone')) : inner.search(query, rest)) }
  }

  it('T128: one that fails only where it is asked by name, for the sake of the reason, fails too', async () => {
    const elsewhere = memorySource([await collection({ subjects: { other: { sha256: hex('other') } } })])
    await expect(judge({ source: failing((_call, byName) => byName, elsewhere) })).rejects.toMatchObject({ code: 'ERR_SOURCE_FAILED' })
  })
  it('T129: one that fails at any question is an error, whatever the others found', async () => {
    const policy = policyOf({ steps: { build: step('build'), test: step('test') } })
    const evidence = [await collection(), await collection({ name: 'test' })]
    let calls = 0
    const counting: Source = { search: async (...query) => ((calls += 1), memorySource(evidence).search(...query)) }
    expect(cause(await judge({ policy, source: counting }))).toBe('passed')
    expect(calls).toBeGreaterThan(0)
    for (let at = 1; at <= calls; at++) {
      await expect(judge({ policy, source: failing((call) => call === at, memorySource(evidence)) })).rejects.toMatchObject({ code: 'ERR_SOURCE_FAILED' })
    }
  })
  it('T182: a collection that the source could not read whole is no evidence, also where another one is', async () => {
    const good = await collection()
    const broken: Source = { search: async (query, rest) => [...(await memorySource([good]).search(query, rest)), { reference: 'broken', envelope: { payload: new Uint8Array(), payloadType: 'x', signatures: [] } }] }
    const [step] = (await judge({ source: broken })).steps
    expect(step?.candidates.filter(({ verdict }) => verdict === 'passed')).toHaveLength(1)
    const alone: Source = { search: async () => [{ reference: 'broken', envelope: { payload: new Uint8Array(), payloadType: 'x', signatures: [] } }] }
    expect((await judge({ source: alone })).verdict).toBe('failed')
  })
})

describe('many verifications at once', () => {
  it('T146: share one verifier and one source and do not see each other', async () => {
    const evidence = await Promise.all(Array.from({ length: 8 }, async (_, index) => collection({ subjects: { app: { sha256: hex(`app ${index}`) } }, attestations: [{ type: commandRun, attestation: { cmd: ['make', String(index)], exitcode: 0 } }] })))
    const verifier = await createVerifier({ policy: await signPolicy(policyOf()), policyVerifiers: [root.verifier], types })
    const source = memorySource(evidence)
    // the last two subjects have no evidence
    const about = (index: number) => ({ subjects: [`sha256:${hex(`app ${index}`)}`], source, now })
    const alone = []
    for (let index = 0; index < 10; index++) alone.push(await verifier.evaluate(about(index)))
    const together = await Promise.all(alone.map(async (_, index) => verifier.evaluate(about(index))))
    expect(together).toEqual(alone)
    expect(together.map(({ verdict }) => verdict)).toEqual([...Array.from({ length: 8 }, () => 'passed'), 'failed', 'failed'])
  })
})

describe('trees that claim to be larger than they are', () => {
  const type = 'https://aflock.ai/attestations/product/v0.3'
  const tree = fileTree([{ path: 'app', sha256: hex('app') }])

  it.each([2 ** 31, 2 ** 32, 2 ** 53 - 1, 1e300])('T193: %d leaves in words and one in fact is refused, and nothing is made room for', async (treeSize) => {
    const evidence = [await collection({ attestations: [ran, { type, attestation: { ...tree, treeSize } }] })]
    const policy = policyOf({ steps: { build: step('build', { attestations: [{ type }] }) } })
    expect(cause(await judge({ policy, evidence }))).toBe('evidence-collection ERR_EVIDENCE_INVALID')
  })
  it('T193: as many leaves as the limit of a statement lets through are not even parsed beyond it', async () => {
    const leaves = Array.from({ length: 2_000 }, () => ({ path: 'a', fileDigest: hex('a'), leafHash: hex('a') }))
    const evidence = [await collection({ attestations: [{ type, attestation: { ...tree, leaves } }] })]
    expect(cause(await judge({ evidence, limits: { statementBytes: 100_000 } }))).toBe('limit ERR_LIMIT_EXCEEDED')
  })
})
