import { encodeJson, sha256Hex } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { explain } from '@cilock/policy/explain'
import type { CandidateReport, Report } from '@cilock/policy'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alice, cause, collection, commandRun, find, hex, judge, policyOf, sign, signPolicy, step } from './support/world.ts'
import { moduleOf } from './support/rego.ts'

const measured = 'https://example.com/measured/v1'
const review = 'https://example.com/review/v1'
const naive = `package gate\ndeny[m] { code := input.steps.build["${commandRun}"].exitcode; code != 0; m := sprintf("build exited with %d", [code]) }`
const inTheEnd = (from: readonly string[], rego: string) => step('release', { attestationsFrom: from, attestations: [{ type: measured, regopolicies: [moduleOf('gate.rego', rego)] }] })
const releasing = (rego = naive) => policyOf({ steps: { build: step('build'), release: inTheEnd(['build'], rego) } })
const ran = (exitcode: number, run = 0) => ({ type: commandRun, attestation: { cmd: ['make', `${run}`], exitcode } })
const built = async (exitcode: number, run = 0) => collection({ attestations: [ran(exitcode, run)] })
const released = async (own: unknown = { own: 1 }) => collection({ name: 'release', attestations: [{ type: measured, attestation: own }] })
const digestOf = ({ payload }: Envelope): string => `sha256:${sha256Hex(payload)}`
const candidateOf = (report: Report, name: string, envelope: Envelope): CandidateReport | undefined =>
  report.steps.find(({ step: other }) => other === name)?.candidates.find(({ digest }) => digest === digestOf(envelope))

describe('of several accepted collections', () => {
  it.each(Array.from({ length: 12 }, (_, run) => run))('a good one takes nothing away from what a bad one is denied for (run %i)', async (run) => {
    const bad = await built(3, run)
    const report = await judge({ policy: releasing(), evidence: [await built(0, run), bad, await released()] })
    expect(cause(report)).toBe('rego ERR_REGO_DENIED')
    const check = find(report, 'rego')
    expect(check?.message).toContain('build exited with 3')
    expect(check?.message).toContain(`seen with step "build" (${digestOf(bad).slice(0, 19)}…), and so in 1 of 2 choices of accepted evidence`)
    expect(check?.found).toMatchObject({ view: [{ step: 'build', candidate: digestOf(bad) }], views: { failing: 1, all: 2 } })
  })
  it('all hold, and how many is said', async () => {
    const report = await judge({ policy: releasing(), evidence: [await built(0, 1), await built(0, 2), await released()] })
    expect(cause(report)).toBe('passed')
    expect(find(report, 'rego')?.message).toBe('"gate.rego" denies nothing, in view of each of 2 choices of accepted evidence')
  })
  it('one alone is named too where it is the reason, and nothing is where rules do not look at it', async () => {
    const bad = await built(3)
    expect(find(await judge({ policy: releasing(), evidence: [bad, await released()] }), 'rego')?.found).toMatchObject({ view: [{ step: 'build', candidate: digestOf(bad) }], views: { failing: 1, all: 1 } })
    const own = await judge({ policy: releasing('package gate\ndeny["own"] { input.attestation.own }'), evidence: [bad, await built(0), await released()] })
    expect(find(own, 'rego')?.message).toBe('"gate.rego" denies: own (row 2)')
  })
  it('explain names it, and what has to be made anew', async () => {
    const bad = await built(3)
    const { first } = explain(await judge({ policy: releasing(), evidence: [await built(0), bad, await released()] }))
    expect(first?.sentence).toContain(digestOf(bad).slice(0, 19))
    expect(first?.edits).toEqual([{ kind: 'provide-evidence', steps: ['build', 'release'], externals: [] }])
  })
  it('of several attestations of a type in one, a good one hides no bad one', async () => {
    for (const attestations of [[ran(0), ran(3)], [ran(3), ran(0)]]) {
      expect(cause(await judge({ policy: releasing(), evidence: [await collection({ attestations }), await released()] }))).toBe('rego ERR_REGO_DENIED')
    }
    expect(cause(await judge({ policy: releasing(), evidence: [await collection({ attestations: [ran(0), ran(0, 1)] }), await released()] }))).toBe('passed')
  })
  it('so do external attestations', async () => {
    const says = async (ok: boolean) => sign(encodeJson({ _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'app', digest: { sha256: hex('app') } }], predicateType: review, predicate: { ok } }), [alice], 'application/vnd.in-toto+json')
    const gate = step('build', { externalFrom: ['review'], attestations: [{ type: commandRun, regopolicies: [moduleOf('gate.rego', 'package gate\ndeny["not reviewed"] { not input.external.review.ok }')] }] })
    const policy = policyOf({ steps: { build: gate }, externalAttestations: { review: { name: 'review', predicateType: review, functionaries: step('x').functionaries } } })
    const no = await says(false)
    expect(cause(await judge({ policy, evidence: [await built(0), await says(true)] }))).toBe('passed')
    const report = await judge({ policy, evidence: [await built(0), await says(true), no] })
    expect(cause(report)).toBe('rego ERR_REGO_DENIED')
    expect(find(report, 'rego')?.message).toContain(`external attestation "review" (${digestOf(no).slice(0, 19)}…)`)
  })
  it('more choices than the limit are refused with their numbers, and not asked', async () => {
    const evidence = [await built(0, 1), await built(0, 2), await built(0, 3), await released()]
    expect(cause(await judge({ policy: releasing(), evidence, limits: { contexts: 3 } }))).toBe('passed')
    const report = await judge({ policy: releasing(), evidence, limits: { contexts: 2 } })
    expect(cause(report)).toBe('limit ERR_LIMIT_EXCEEDED')
    expect(candidateOf(report, 'release', await released())?.checks.at(-1)).toMatchObject({ code: 'limit', state: 'failed', expected: 2, found: { build: 3 }, place: { document: 'policy', pointer: '/steps/release/attestationsFrom' } })
    const twins = await collection({ attestations: [ran(0, 1), ran(0, 2), ran(0, 3)] })
    expect(cause(await judge({ policy: releasing(), evidence: [twins, await released()], limits: { contexts: 2 } }))).toBe('limit ERR_LIMIT_EXCEEDED')
  })
  it('what rules do not look at makes no choices', async () => {
    const builds = await Promise.all(Array.from({ length: 5 }, async (_, run) => built(0, run)))
    const report = await judge({ policy: releasing('package gate\ndeny["x"] { input.attestation.bad }'), evidence: [...builds, await released()], limits: { contexts: 1 } })
    expect(cause(report)).toBe('passed')
  })
  it('what its rules turn down whatever else there is, nobody sees', async () => {
    const always = step('test', { attestationsFrom: ['build'], attestations: [{ type: measured, regopolicies: [moduleOf('t.rego', 'package t\ndeny["failed"] { input.attestation.failed }')] }] })
    const policy = policyOf({ steps: { build: step('build'), test: always, release: inTheEnd(['test'], `package gate\ndeny["a test failed"] { input.steps.test["${measured}"].failed }`) } })
    const tested = async (failed: boolean) => collection({ name: 'test', attestations: [{ type: measured, attestation: { failed } }] })
    expect(cause(await judge({ policy, evidence: [await built(0), await tested(true), await tested(false), await released()] }))).toBe('passed')
  })
})

const names = ['a', 'b', 'c'] as const
const values = [0, 1, 2]
const links: Readonly<Record<(typeof names)[number], object>> = {
  a: { subjects: { it: { sha256: hex('a') } } },
  b: { subjects: { it: { sha256: hex('b') } }, backrefs: { to: { sha256: hex('a') } } },
  c: { backrefs: { to: { sha256: hex('b') } } },
}
/** Three runs of each step; only the last speaks about the artifact, and leads to those before. */
const pool = await Promise.all(names.flatMap((name) => values.map(async (x) => collection({ name, attestations: [{ type: measured, attestation: { x } }], ...links[name] }))))

describe('a denial', () => {
  const table = fc.array(fc.tuple(fc.constantFrom(...values), fc.constantFrom(...values)), { maxLength: 4 })
  /** Denies pairs of an own value and one of the step before. */
  const module = (before: string, pairs: readonly (readonly [number, number])[]) =>
    moduleOf('t.rego', `package t\npairs := ${JSON.stringify(pairs)}\ndeny["pair"] { some i; pairs[i][0] == input.attestation.x; pairs[i][1] == input.steps.${before}["${measured}"].x }`)
  const world = async (ofB: Parameters<typeof module>[1], ofC: Parameters<typeof module>[1]) => {
    const typed = (name: string, before: string | undefined, pairs: Parameters<typeof module>[1]) =>
      step(name, { attestations: [{ type: measured, ...(before !== undefined && { regopolicies: [module(before, pairs)] }) }], ...(before !== undefined && { attestationsFrom: [before] }) })
    return signPolicy(policyOf({ steps: { a: typed('a', undefined, []), b: typed('b', 'a', ofB), c: typed('c', 'b', ofC) } }))
  }
  const indices = pool.map((_, index) => index)
  const evidenceOf = (chosen: readonly number[]) => chosen.flatMap((index) => pool[index] ?? [])
  const isDenied = ({ checks }: CandidateReport): boolean => checks.some(({ code, state }) => code === 'rego' && state === 'failed')

  it('stays one, whatever evidence is added', async () => {
    let denied = 0
    await fc.assert(
      fc.asyncProperty(table, table, fc.subarray(indices), fc.subarray(indices), async (ofB, ofC, some, more) => {
        const policyEnvelope = await world(ofB, ofC)
        const before = await judge({ policyEnvelope, evidence: evidenceOf(some) })
        const after = await judge({ policyEnvelope, evidence: evidenceOf([...new Set([...some, ...more])]) })
        for (const { step: name, candidates } of before.steps) {
          for (const candidate of candidates.filter(isDenied)) {
            denied++
            expect(after.steps.find((each) => each.step === name)?.candidates.find(({ digest }) => digest === candidate.digest)?.verdict).toBe('failed')
          }
        }
      }),
      { numRuns: 150 },
    )
    expect(denied).toBeGreaterThan(50)
  })
  it('comes out the same in any order, byte for byte', async () => {
    const shuffled = fc.subarray(indices).chain((chosen) => fc.tuple(fc.constant(chosen), fc.shuffledSubarray(chosen, { minLength: chosen.length })))
    await fc.assert(
      fc.asyncProperty(table, table, shuffled, async (ofB, ofC, [chosen, turned]) => {
        const policyEnvelope = await world(ofB, ofC)
        const text = async (some: readonly number[]) => new TextDecoder().decode(encodeJson(await judge({ policyEnvelope, evidence: evidenceOf(some), source: { search: async () => evidenceOf(some).map((envelope) => ({ envelope, reference: digestOf(envelope) })) } })))
        expect(await text(turned)).toBe(await text(chosen))
      }),
      { numRuns: 60 },
    )
  })
})
