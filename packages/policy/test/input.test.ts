import { ociType } from '@cilock/attestor-oci/type'
import { CilockError, isJsonObject } from '@cilock/core'
import type { JsonValue, Source } from '@cilock/core'
import { createVerifier } from '@cilock/policy'
import type { CallerInput } from '@cilock/policy'
import { describe, expect, it } from 'vitest'
import { moduleOf } from './support/rego.ts'
import { types } from './support/types.ts'
import { cause, collection, commandRun, failures, find, judge, options, policyOf, step } from './support/world.ts'

const custom = 'https://example.com/measured/v1'
const oci = 'https://aflock.ai/attestations/oci/v0.1'

function policyWith(rego: string, { type = commandRun, ...spec }: Readonly<Record<string, unknown>> & { readonly type?: string } = {}): Record<string, unknown> {
  return policyOf({ steps: { fetch: step('fetch'), build: step('build', { attestations: [{ type, regopolicies: [moduleOf('rules.rego', rego)] }], ...spec }) } })
}

/** What is refused of a module's reads, without any evidence being fetched. */
async function impossible(policy: Record<string, unknown>, rest: Readonly<Record<string, unknown>> = {}): Promise<readonly unknown[]> {
  let searches = 0
  const source: Source = { search: async () => (searches++, []) }
  const found = failures(await judge({ policy, source, types: [...types, ociType], ...rest })).filter(({ code }) => code === 'policy-rego-input')
  if (found.length > 0) expect(searches).toBe(0)
  return found.map((check) => check.found)
}

const read = (path: string): string => `package p\ndeny[m] { ${path} != 0; m := "x" }`

describe('paths that a rule reads', () => {
  it('the rules of the tutorial on the oci attestation are refused, since neither key is ever there', async () => {
    const text = 'package oci\n\ndeny[msg] {\n  input.cosign_subject != input.image_digest\n  msg := "another image"\n}\n'
    const policy = policyWith(text, { type: oci })
    expect(await impossible(policy)).toEqual([
      { module: 'rules.rego', row: 4, path: 'input.cosign_subject', nearest: null },
      { module: 'rules.rego', row: 4, path: 'input.image_digest', nearest: null },
    ])
    const report = await judge({ policy, types: [...types, ociType] })
    expect(cause(report)).toBe('policy-rego-input ERR_POLICY_REGO')
    expect(find(report, 'policy-rego-input')).toMatchObject({ place: { pointer: '/steps/build/attestations/0/regopolicies/0/module' }, message: expect.stringContaining('reads input.cosign_subject in row 4') as string })
  })
  it('a misspelt key is refused with the one that was meant', async () => {
    expect(await impossible(policyWith(read('input.exitCode')))).toEqual([{ module: 'rules.rego', row: 2, path: 'input.exitCode', nearest: 'input.exitcode' }])
  })
  it.each(['input.exitcode', 'input.cmd[0]', 'input.cmd[_]', 'input["exitcode"]', 'input[key]', 'input.processes[_].openedfiles["x"].sha256', 'object.get(input, "nothing", 0)'])('%s may be there', async (path) => {
    expect(await impossible(policyWith(path === 'input[key]' ? 'package p\ndeny[m] { some key; input[key] == "never"; m := "x" }' : read(path)))).toEqual([])
  })
  it.each(['input.exitcode.code', 'input.cmd.first'])('nothing stands below %s', async (path) => {
    expect(await impossible(policyWith(read(path)))).toEqual([{ module: 'rules.rego', row: 2, path, nearest: null }])
  })
  it('of a type without a schema, and of one whose reader was not handed in, anything may be there', async () => {
    expect(await impossible(policyWith(read('input.anything.at.all'), { type: custom }))).toEqual([])
    expect(await impossible(policyWith(read('input.anything')), { types: [] })).toEqual([])
  })
  it('both forms of a type are known', async () => {
    expect(await impossible(policyWith(read('input.nope'), { type: 'https://witness.dev/attestations/command-run/v0.1' }))).toHaveLength(1)
  })
  it('T173: a rule for the bare predicate in a step that has a context is refused, with the path that is there', async () => {
    expect(await impossible(policyWith(read('input.exitcode'), { attestationsFrom: ['fetch'] }))).toEqual([{ module: 'rules.rego', row: 2, path: 'input.exitcode', nearest: 'input.attestation.exitcode' }])
    expect(await impossible(policyWith(read('input.attestation.exitcode'), { attestationsFrom: ['fetch'] }))).toEqual([])
  })
  it('T173: a rule for a context in a step that has none is refused', async () => {
    expect(await impossible(policyWith(read('input.attestation.exitcode')))).toHaveLength(1)
    expect(await impossible(policyWith(read('input.steps.fetch')))).toHaveLength(1)
  })
  it.each([
    ['input.steps.other', 1],
    ['input.steps.fetch', 0],
    ['input.steps.fetch["https://aflock.ai/attestations/command-run/v0.1"].exitcode', 0],
    ['input.steps.fetch["https://witness.dev/attestations/command-run/v0.1"].exitcode', 0],
    ['input.steps.fetch["https://aflock.ai/attestations/command-run/v0.1"].exitCode', 1],
    ['input.steps.fetch["https://example.com/other/v1"].anything', 0],
    ['input.steps.fetch.exitcode', 1],
    ['input.external.review', 1],
    ['input.attestation', 0],
  ])('in a context, %s is refused %d times', async (path, times) => {
    expect(await impossible(policyWith(read(path), { attestationsFrom: ['fetch'] }))).toHaveLength(times)
  })
  it('external attestations that a step names are in its context, by name', async () => {
    const document = (path: string) => ({
      ...policyWith(read(path), { externalFrom: ['review'] }),
      externalAttestations: { review: { name: 'review', predicateType: commandRun, functionaries: [] } },
    })
    expect(await impossible(document('input.external.review.exitcode'))).toEqual([])
    expect(await impossible(document('input.external.review.nope'))).toHaveLength(1)
    expect(await impossible(document('input.external.other'))).toHaveLength(1)
    expect(await impossible(document('input.steps'))).toEqual([])
  })
  it('the rules of external attestations are held against their type too', async () => {
    const externalAttestations = { x: { name: 'x', predicateType: commandRun, functionaries: [], regopolicies: [moduleOf('x.rego', read('input.nope'))] } }
    const found = failures(await judge({ policy: policyOf({ externalAttestations }) }))
    expect(found.map(({ code, place }) => [code, place.pointer])).toEqual([['policy-rego-input', '/externalAttestations/x/regopolicies/0/module']])
  })
  it.each(['f(input) = input.nope { true }', 'f([input]) = input { true }'])('%s: a function cannot take something else by that name, so that each read is one of the input', async (text) => {
    const report = await judge({ policy: policyWith(`package p\n${text}\ndeny[m] { f({"nope": "x"}) == m }`) })
    expect(cause(report)).toBe('policy-rego ERR_POLICY_REGO')
    expect(find(report, 'policy-rego')).toMatchObject({ message: expect.stringContaining('args must not shadow input') as string, found: { module: 'rules.rego', row: 2 } })
  })
  it('with the rule off, Go’s answer stands: nothing is denied', async () => {
    expect(cause(await judge({ policy: policyOf({ steps: { build: step('build', { attestations: [{ type: commandRun, regopolicies: [moduleOf('r', read('input.nope'))] }] }) } }), rules: { inputPaths: false } }))).toBe('passed')
  })
})

describe('input that the caller adds', () => {
  const rule = 'package p\ndeny["other image"] { input.image != input.expected }\ndeny["nothing expected"] { not input.expected }'
  const policy = policyOf({ steps: { build: step('build', { attestations: [{ type: custom, regopolicies: [moduleOf('r', rule)] }] }) } })
  const evidence = async (attestation: unknown) => [await collection({ attestations: [{ type: custom, attestation }] })]
  const run = async (input: CallerInput, attestation: unknown = { image: 'a' }) => judge({ policy, evidence: await evidence(attestation), input })

  it('stands beside what was signed, and the report says that it came from the caller', async () => {
    const report = await run({ [custom]: { expected: 'a' } })
    expect(cause(report)).toBe('passed')
    expect(report.callerInput).toEqual({ [custom]: { expected: 'a' } })
    expect(cause(await run({ [custom]: { expected: 'b' } }))).toBe('rego ERR_REGO_DENIED')
    const without = await run({})
    expect(cause(without)).toBe('rego ERR_REGO_DENIED')
    expect(without).not.toHaveProperty('callerInput')
  })
  it('is computed of each attestation where it is a function, and the check says what it was', async () => {
    const input: CallerInput = { [custom]: { expected: (attestation) => (isJsonObject(attestation) ? (attestation['image'] ?? null) : null), fixed: 1 } }
    const report = await run(input)
    expect(cause(report)).toBe('passed')
    expect(report.callerInput).toEqual({ [custom]: { fixed: 1 } })
    expect(find(report, 'rego')).toMatchObject({ expected: { rule: 'data.p.deny', input: { expected: 'a' } } })
    expect(cause(await run({ [custom]: { expected: () => 'b' } }))).toBe('rego ERR_REGO_DENIED')
  })
  it('is computed of a copy, so that the rules judge what was signed', async () => {
    const expected = (attestation: JsonValue): JsonValue => {
      if (isJsonObject(attestation)) Object.assign(attestation, { image: 'b' })
      return 'b'
    }
    expect(cause(await run({ [custom]: { expected } }))).toBe('rego ERR_REGO_DENIED')
  })
  it('is computed of one attestation whatever the others are', async () => {
    const evidenceOfBoth = [...(await evidence({ image: 'a' })), ...(await evidence({ image: 'b' }))]
    const report = await judge({ policy, evidence: evidenceOfBoth, input: { [custom]: { expected: (attestation) => (isJsonObject(attestation) && attestation['image'] === 'a' ? 'a' : 'another') } } })
    expect(cause(report)).toBe('passed')
    expect(report.steps[0]?.candidates.map(({ verdict }) => verdict).toSorted()).toEqual(['failed', 'passed'])
  })
  it('never takes the place of what was signed where it is computed either, and is not asked for then', async () => {
    let asked = 0
    expect(cause(await run({ [custom]: { image: () => asked++ } }))).toBe('input-clash ERR_INPUT_CLASH')
    expect(asked).toBe(0)
  })
  it.each<readonly [string, () => unknown, string]>([
    ['throws', () => { throw new RangeError('hunter2') }, 'an error without a code'],
    ['throws with a code', () => { throw new CilockError('ERR_MALFORMED', 'no id in it') }, 'no id in it'],
    ['gives what throws when it is looked at', () => ({ get key() { throw new RangeError('hunter2') } }), 'an error without a code'],
    ['gives nothing', () => undefined, 'found a undefined'],
    ['gives no JSON', () => Promise.resolve('a'), 'found an instance of a class'],
    ['gives what is no number', () => Number.NaN, 'found NaN'],
  ])('that %s is a failed check of the attestation, not of the rest', async (_, compute, message) => {
    const report = await run({ [custom]: { expected: compute as () => JsonValue } })
    expect(cause(report)).toBe('rego-error ERR_REGO_FAILED')
    expect(find(report, 'rego-error')).toMatchObject({ message: expect.stringContaining(message) as string, place: { pointer: '/predicate/attestations/0/attestation' } })
    expect(JSON.stringify(report)).not.toContain('hunter2')
  })
  it('never takes the place of what was signed', async () => {
    const report = await run({ [custom]: { expected: 'b', image: 'b' } })
    expect(cause(report)).toBe('input-clash ERR_INPUT_CLASH')
    expect(find(report, 'input-clash')).toMatchObject({ found: ['image'], place: { document: 'statement', pointer: '/predicate/attestations/0/attestation' } })
  })
  it('cannot be added to what is no object', async () => {
    expect(cause(await run({ [custom]: { expected: 'a' } }, ['a']))).toBe('input-clash ERR_INPUT_CLASH')
  })
  it('of another type is not seen', async () => {
    expect(cause(await run({ [commandRun]: { expected: 'a' } }))).toBe('rego ERR_REGO_DENIED')
  })
  it('makes a path one that can be there', async () => {
    const tutorial = policyWith('package oci\ndeny["x"] { input.image_digest != "sha256:a" }', { type: oci })
    expect(await impossible(tutorial, { input: { [oci]: { image_digest: 'sha256:a' } } })).toEqual([])
    expect(await impossible(tutorial, { input: { [oci]: { image_digest: () => 'sha256:a' } } })).toEqual([])
    expect(await impossible(tutorial, { input: { [oci]: { other: 1 } } })).toHaveLength(1)
  })
  it('makes it so for the one call, and not for the next one of the same verifier', async () => {
    const { policy, policyVerifiers, types: known, ...evidence } = await options({ policy: policyWith(read('input.mine')), types })
    const verifier = await createVerifier({ policy, policyVerifiers, types: known })
    const verdicts: string[] = []
    for (const input of [{}, { [commandRun]: { mine: 1 } }, {}, { [commandRun]: { mine: 2 } }, { [commandRun]: { other: 1 } }]) verdicts.push(failures(await verifier.evaluate({ ...evidence, input })).some(({ code }) => code === 'policy-rego-input') ? 'cannot be there' : 'can be there')
    expect(verdicts).toEqual(['cannot be there', 'can be there', 'cannot be there', 'can be there', 'cannot be there'])
  })
  it('stands beside a context, and is not the context', async () => {
    const wrapped = policyOf({ steps: { fetch: step('fetch'), build: step('build', { attestationsFrom: ['fetch'], attestations: [{ type: custom, regopolicies: [moduleOf('r', 'package p\ndeny["x"] { input.expected != input.attestation.image }')] }] }) } })
    const both = [await collection({ name: 'fetch' }), ...(await evidence({ image: 'a' }))]
    expect(cause(await judge({ policy: wrapped, evidence: both, input: { [custom]: { expected: 'a' } } }))).toBe('passed')
    expect(cause(await judge({ policy: wrapped, evidence: both, input: { [custom]: { steps: {}, expected: 'a' } } }))).toBe('input-clash ERR_INPUT_CLASH')
  })
  it.each<readonly [string, unknown]>([['no object', 'x'], ['an array', []], ['no object below', { [custom]: 'x' }]])('is a TypeError where it is %s', async (_, input) => {
    await expect(judge({ policy, input: input as Readonly<Record<string, Readonly<Record<string, JsonValue>>>> })).rejects.toThrow(TypeError)
  })
  it('is the same report in any order of its keys', async () => {
    const [one, two] = await Promise.all([{ expected: 'a', more: 1 }, { more: 1, expected: 'a' }].map(async (keys) => run({ [custom]: keys })))
    expect(JSON.stringify(one)).toBe(JSON.stringify(two))
  })
})
