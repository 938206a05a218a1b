import { sha256Hex } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { alice, app, bob, cause, collection, commandRun, failures, find, hex, judge, keyid, mallory, policyOf, step } from './support/world.ts'
import { moduleOf } from './support/rego.ts'

const measured = 'https://example.com/measured/v1'
const gate = 'package gate\ndeny["no build"] { not input.steps.build }\ndeny[m] { run := input.steps.build["https://aflock.ai/attestations/command-run/v0.1"]; run.exitcode != 0; m := sprintf("build exited with %d", [run.exitcode]) }\ndeny["no own body"] { not input.attestation }'
const naive = 'package gate\ndeny["build failed"] { input.steps.build["https://aflock.ai/attestations/command-run/v0.1"].exitcode != 0 }'

function release(rego: string, spec: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const own = step('release', { attestationsFrom: ['build'], attestations: [{ type: measured, regopolicies: [moduleOf('gate.rego', rego)] }], ...spec })
  return policyOf({ steps: { build: step('build'), release: own } })
}

const ran = (exitcode: number) => ({ type: commandRun, attestation: { cmd: ['make'], exitcode } })
const released = async (spec: Parameters<typeof collection>[0] = {}) => collection({ name: 'release', attestations: [{ type: measured, attestation: { own: 1 } }], ...spec })
const built = async (exitcode: number, spec: Parameters<typeof collection>[0] = {}) => collection({ name: 'build', attestations: [ran(exitcode)], ...spec })
const digestOf = ({ payload }: Envelope): string => sha256Hex(payload)
const about = (what: string) => ({ subjects: { it: { sha256: hex(what) } } })
const leadsTo = (what: string) => ({ backrefs: { to: { sha256: hex(what) } } })

describe('rules that look at other steps', () => {
  it('T173: see the accepted evidence of the steps named, under its recorded type, and their own under attestation', async () => {
    expect(cause(await judge({ policy: release(gate), evidence: [await built(0), await released()] }))).toBe('passed')
    const report = await judge({ policy: release(gate), evidence: [await built(3), await released()] })
    expect(cause(report)).toBe('rego ERR_REGO_DENIED')
    expect(find(report, 'rego')?.message).toContain('build exited with 3')
  })
  it.each([
    ['T175', gate],
    ['T176', naive],
  ])('%s: a step that never passes fails those that look at it, by name', async (_, rego) => {
    const report = await judge({ policy: release(rego), evidence: [await released()] })
    expect(cause(report)).toBe('collection ERR_NO_COLLECTION')
    const waiting = find(report, 'context')
    expect(waiting).toMatchObject({ state: 'not-evaluated', expected: 'build', place: { document: 'policy', pointer: '/steps/release/attestationsFrom/0' } })
    expect(waiting?.message).toContain('"build"')
    expect(report.steps.find(({ step: name }) => name === 'release')?.verdict).toBe('failed')
  })
  it.each([gate, naive])('T177: evidence that only back-references lead to is judged with, not before it came', async (rego) => {
    const first = await released(leadsTo('later'))
    expect(cause(await judge({ policy: release(rego), evidence: [first, await built(3, about('later'))] }))).toBe('rego ERR_REGO_DENIED')
    expect(cause(await judge({ policy: release(rego), evidence: [first, await built(0, about('later'))] }))).toBe('passed')
  })
  it('T177: also when a third step leads there', async () => {
    const policy = policyOf({ steps: { ...(release(naive)['steps'] as object), third: step('third') } })
    const third = await collection({ name: 'third', ...leadsTo('later') })
    expect(cause(await judge({ policy, evidence: [await released(), third, await built(3, about('later'))] }))).toBe('rego ERR_REGO_DENIED')
    expect(cause(await judge({ policy, evidence: [await released(), third, await built(0, about('later'))] }))).toBe('passed')
  })
  it('T178: by CI/lock’s rules the first is seen of several attestations of a type, and of several collections the first by digest', async () => {
    const rules = 'compat'
    const two = await collection({ attestations: [ran(0), ran(3)] })
    expect(cause(await judge({ policy: release(gate), evidence: [two, await released()], rules }))).toBe('passed')
    const other = await collection({ attestations: [ran(3), ran(0)] })
    expect(cause(await judge({ policy: release(gate), evidence: [other, await released()], rules }))).toBe('rego ERR_REGO_DENIED')
    const [good, bad] = [await built(0), await built(3)]
    const isGoodFirst = digestOf(good) < digestOf(bad)
    for (const evidence of [[good, bad], [bad, good]]) {
      const report = await judge({ policy: release(gate), evidence: [...evidence, await released()], rules })
      expect(cause(report)).toBe(isGoodFirst ? 'passed' : 'rego ERR_REGO_DENIED')
    }
  })
  it('T179: a diamond sees both of its branches, and nothing else', async () => {
    const text = 'package d\ndeny["b"] { not input.steps.b }\ndeny["c"] { not input.steps.c }\ndeny["leak"] { count(input.steps) != 2 }'
    const policy = policyOf({
      steps: {
        a: step('a'),
        b: step('b', { attestationsFrom: ['a'] }),
        c: step('c', { attestationsFrom: ['a'] }),
        d: step('d', { attestationsFrom: ['b', 'c', 'b'], attestations: [{ type: measured, regopolicies: [moduleOf('d', text)] }] }),
      },
    })
    const evidence = await Promise.all([...['a', 'b', 'c'].map(async (name) => collection({ name })), released({ name: 'd' })])
    expect(cause(await judge({ policy, evidence }))).toBe('passed')
  })
  it('T174: a body with a key steps stands below attestation, and is no context', async () => {
    const body = { steps: { build: { [commandRun]: { exitcode: 0 } } } }
    const report = await judge({ policy: release(gate), evidence: [await built(3), await released({ attestations: [{ type: measured, attestation: body }] })] })
    expect(cause(report)).toBe('rego ERR_REGO_DENIED')
  })
  it('only what is accepted is seen: not a build by somebody else, nor one that its rules deny', async () => {
    expect(cause(await judge({ policy: release(naive), evidence: [await built(3, { signers: [mallory] }), await built(0), await released()] }))).toBe('passed')
    const strictBuild = step('build', { attestations: [{ type: commandRun, regopolicies: [moduleOf('exit', 'package e\ndeny["failed"] { input.exitcode != 0 }')] }] })
    const policy = policyOf({ steps: { ...(release(naive)['steps'] as object), build: strictBuild } })
    expect(cause(await judge({ policy, evidence: [await built(3), await built(0), await released()] }))).toBe('passed')
  })
  it('what a denied candidate alone leads to does not count', async () => {
    const text = 'package gate\ndeny["bad"] { input.attestation.bad; input.steps.build }'
    const bad = await released({ attestations: [{ type: measured, attestation: { bad: true } }], ...leadsTo('far') })
    const good = await released(leadsTo('near'))
    const policy = policyOf({ steps: { ...(release(text)['steps'] as object), pack: step('pack') } })
    const far = await collection({ name: 'pack', ...about('far') })
    const base = [await built(0), bad, good]
    const cut = await judge({ policy, evidence: [...base, far] })
    expect(cut.verdict).toBe('failed')
    expect(failures(cut).map(({ code, message }) => [code, message])).toContainEqual(['subject', 'only evidence that was turned down leads to it'])
    expect(cause(await judge({ policy, evidence: [...base, await collection({ name: 'pack', ...about('near') })] }))).toBe('passed')
  })
  it('T10 to T13: steps that wait for each other are refused, also over both kinds of edges', async () => {
    const policy = policyOf({ steps: { a: step('a', { artifactsFrom: ['b'] }), b: step('b', { attestationsFrom: ['a'] }) } })
    const report = await judge({ policy })
    expect(cause(report)).toBe('policy-cycle ERR_POLICY_DOCUMENT')
    expect(find(report, 'policy-cycle')?.found).toBe('"a" → "b" → "a"')
  })
  it('twenty thousand steps in a chain are read and judged', async () => {
    const count = 20_000
    const steps = Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, step(`s${index}`, index === 0 ? {} : { attestationsFrom: [`s${index - 1}`], artifactsFrom: [`s${index - 1}`] })]))
    const report = await judge({ policy: policyOf({ steps }), evidence: [await collection({ name: 's0' })] })
    expect(report.steps).toHaveLength(count)
    expect(cause(report)).toBe('collection ERR_NO_COLLECTION')
    const circle = await judge({ policy: policyOf({ steps: { ...steps, s0: step('s0', { attestationsFrom: [`s${count - 1}`] }) } }) })
    expect(cause(circle)).toBe('policy-cycle ERR_POLICY_DOCUMENT')
  })
  it('the functionary of the step itself is still asked', async () => {
    const policy = release(gate, { functionaries: [{ type: 'publickey', publickeyid: keyid(bob) }] })
    expect(cause(await judge({ policy, evidence: [await built(0), await released({ signers: [alice] })] }))).toBe('functionary ERR_FUNCTIONARY_MISMATCH')
    expect(cause(await judge({ policy, evidence: [await built(0), await released({ signers: [bob] })], subjects: [app] }))).toBe('passed')
  })
})
