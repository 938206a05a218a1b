import { encodeJson, memorySource } from '@cilock/core'
import { createVerifier, evaluate, PolicyError, verify } from '@cilock/policy'
import { describe, expect, it } from 'vitest'
import { moduleOf } from './support/rego.ts'
import { types } from './support/types.ts'
import { app, cause, collection, commandRun, hex, mallory, now, options, policyOf, root, signPolicy, step } from './support/world.ts'

const rule = moduleOf('exit.rego', 'package exit\ndeny["failed"] { input.exitcode != 0 }')
const policy = await signPolicy(policyOf({ steps: { build: step('build', { attestations: [{ type: commandRun, regopolicies: [rule] }] }) } }))
const good = await collection()
const bad = await collection({ attestations: [{ type: commandRun, attestation: { cmd: ['make'], exitcode: 1 } }] })
const verifier = await createVerifier({ policy, policyVerifiers: [root.verifier], types })
const about = (envelopes: readonly (typeof good)[]) => ({ subjects: [app], source: memorySource(envelopes), now })

describe('a verifier of one policy', () => {
  it('answers as evaluate() does, byte for byte, however often it is asked', async () => {
    const expected = await evaluate(await options({ policyEnvelope: policy, evidence: [good, bad] }))
    for (let round = 0; round < 3; round++) expect(encodeJson(await verifier.evaluate(about([good, bad])))).toEqual(encodeJson(expected))
  })
  it('keeps nothing of what it judged before', async () => {
    const alone = await verifier.evaluate(about([bad]))
    await verifier.evaluate(about([good]))
    expect(await verifier.evaluate(about([bad]))).toEqual(alone)
    expect(cause(alone)).toBe('rego ERR_REGO_DENIED')
  })
  it('says of each of many what it says of it alone, in whatever order they come', async () => {
    const many = await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const envelope = await collection({ attestations: [{ type: commandRun, attestation: { cmd: ['make', String(index)], exitcode: index % 7 === 0 ? 1 : 0 } }] })
        const [signature] = envelope.signatures
        return index % 5 === 0 && signature !== undefined ? { ...envelope, signatures: [{ ...signature, sig: signature.sig.map((byte, at) => (at === 9 ? byte ^ 1 : byte)) }] } : envelope
      }),
    )
    const report = await verifier.evaluate(about(many))
    const alone = await verifier.verifyMany(many.map((each) => about([each])))
    const byDigest = (a: { readonly digest: string }, b: { readonly digest: string }): number => (a.digest < b.digest ? -1 : 1)
    expect(report.steps[0]?.candidates.toSorted(byDigest)).toEqual(alone.flatMap(({ steps }) => steps[0]?.candidates ?? []).toSorted(byDigest))
    expect(new Set(report.steps[0]?.candidates.flatMap(({ checks }) => checks.filter(({ state }) => state === 'failed').map(({ code }) => code)))).toEqual(new Set(['evidence-signature', 'rego']))
    expect(encodeJson(await verifier.evaluate(about(many.toReversed())))).toEqual(encodeJson(report))
  })
  it('of many is stopped where the caller stops it', async () => {
    const many = await Promise.all(Array.from({ length: 300 }, async (_, index) => collection({ attestations: [{ type: commandRun, attestation: { cmd: [String(index)], exitcode: 0 } }] })))
    const controller = new AbortController()
    const asked = about(many)
    const search: typeof asked.source.search = async (query) => {
      queueMicrotask(() => controller.abort('enough'))
      return asked.source.search(query)
    }
    await expect(verifier.evaluate({ ...asked, source: { search }, signal: controller.signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })
  it('verify() returns a pass, and throws anything else with its report', async () => {
    expect((await verifier.verify(about([good]))).verdict).toBe('passed')
    const error = await verifier.verify(about([bad])).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(PolicyError)
    expect(error).toMatchObject({ code: 'ERR_REGO_DENIED', report: { verdict: 'failed' } })
    await expect(verify(await options({ policyEnvelope: policy, evidence: [bad] }))).rejects.toMatchObject({ code: 'ERR_REGO_DENIED' })
  })
  it('verifyMany() gives a report for each, in their order', async () => {
    const reports = await verifier.verifyMany([about([good]), about([bad]), about([])])
    expect(reports.map(cause)).toEqual(['passed', 'rego ERR_REGO_DENIED', 'collection ERR_NO_COLLECTION'])
  })
  it('judges the policy by the time of each call', async () => {
    expect(cause(await verifier.evaluate({ ...about([good]), now: new Date('2031-01-01T00:00:00Z') }))).toBe('policy-expiry ERR_POLICY_EXPIRED')
    expect(cause(await verifier.evaluate(about([good])))).toBe('passed')
  })
  it('of a policy that nobody vouches for, refuses each time and fetches nothing', async () => {
    const other = await createVerifier({ policy, policyVerifiers: [mallory.verifier], types })
    let searches = 0
    const report = await other.evaluate({ subjects: [app], source: { search: async () => (searches++, []) }, now })
    expect([cause(report), searches]).toEqual(['policy-signature ERR_POLICY_SIGNATURE', 0])
  })
  it('wrong arguments are a TypeError, at the call that has them', async () => {
    await expect(createVerifier({ policy, policyVerifiers: [], types })).rejects.toThrow(TypeError)
    await expect(verifier.evaluate({ ...about([good]), subjects: [] })).rejects.toThrow(TypeError)
    await expect(verifier.evaluate({ ...about([good]), now: new Date('x') })).rejects.toThrow(TypeError)
  })
  it('a verification that is stopped before it begins is stopped', async () => {
    await expect(verifier.evaluate({ ...about([good]), signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })
})

describe('rules of a call', () => {
  it.each([{ rules: 'other' }, { rules: { preset: 'x' } }, { rules: { nope: true } }, { rules: { stepNames: 1 } }])('%j is a TypeError', async ({ rules }) => {
    await expect(createVerifier({ policy, policyVerifiers: [root.verifier], types, rules: rules as never })).rejects.toThrow(TypeError)
  })
  const functionary = (type: string | undefined) => ({ ...(type === undefined ? {} : { type }), publickeyid: step('x').functionaries[0]?.publickeyid }) as never
  const cases: readonly (readonly [string, string, () => Promise<Parameters<typeof options>[0]>, string])[] = [
    ['T34', 'policyPayloadType', async () => ({ policyEnvelope: await signPolicy(policyOf(), { payloadType: 'text/plain' }) }), 'policy-payload-type ERR_POLICY_PAYLOAD_TYPE'],
    ['T93', 'evidencePayloadType', async () => ({ evidence: [await collection({ payloadType: 'text/plain' })] }), 'evidence-payload-type ERR_EVIDENCE_PAYLOAD_TYPE'],
    ['T25', 'knownKeys', async () => ({ policy: policyOf({ threshold: 2 }) }), 'policy-unknown-key ERR_POLICY_DOCUMENT'],
    ['B12', 'functionaryTypes', async () => ({ policy: policyOf({ steps: { build: step('build', { functionaries: [functionary('key')] }) } }) }), 'policy-functionary-type ERR_POLICY_DOCUMENT'],
    ['__external__', 'reservedNames', async () => ({ policy: policyOf({ steps: { __external__: step('__external__') } }), evidence: [await collection({ name: '__external__' })] }), 'policy-step-name ERR_POLICY_DOCUMENT'],
    ['T8', 'stepNames', async () => ({ policy: policyOf({ steps: { '': step('') } }), evidence: [await collection({ name: '' })] }), 'policy-step-name ERR_POLICY_DOCUMENT'],
    ['B30', 'boundSubjects', async () => ({ subjects: [app, `sha256:${hex('unknown')}`] }), 'binding ERR_SUBJECT_UNBOUND'],
  ]
  it.each(cases)('%s: %s refuses, and without it there is the answer of CI/lock', async (_, name, spec, refusal) => {
    expect(cause(await evaluate(await options(await spec())))).toBe(refusal)
    expect(cause(await evaluate(await options({ ...(await spec()), rules: { [name]: false } })))).toBe('passed')
    expect(cause(await evaluate(await options({ ...(await spec()), rules: 'compat' })))).toBe('passed')
    expect(cause(await evaluate(await options({ ...(await spec()), rules: { preset: 'compat', [name]: true } })))).toBe(refusal)
  })
  it('T9: a step whose name is not its key fails, with the rule and without', async () => {
    const named = { policy: policyOf({ steps: { build: { ...step('build'), name: 'other' } } }) }
    expect(cause(await evaluate(await options(named)))).toBe('policy-step-name ERR_POLICY_DOCUMENT')
    expect(cause(await evaluate(await options({ ...named, rules: { stepNames: false } })))).toBe('collection-name ERR_NO_COLLECTION')
  })
  it('T138: compat ends its search after three hops as CI/lock does, unless the limit says otherwise', async () => {
    const names = ['a', 'b', 'c', 'd']
    const chain = policyOf({ steps: Object.fromEntries(names.map((name) => [name, step(name)])) })
    const evidence = await Promise.all(names.map(async (name, index) => collection({ name, subjects: { it: { sha256: hex(index === 0 ? 'app' : name) } }, backrefs: { next: { sha256: hex(names[index + 1] ?? 'end') } } })))
    expect(cause(await evaluate(await options({ policy: chain, evidence })))).toBe('passed')
    expect(cause(await evaluate(await options({ policy: chain, evidence, rules: 'compat' })))).toBe('subject ERR_SUBJECT_MISMATCH')
    expect(cause(await evaluate(await options({ policy: chain, evidence, rules: 'compat', limits: { searchDepth: 4 } })))).toBe('passed')
  })
  it('T211: signedInput: rules judge the JSON that was signed, or what Go’s struct makes of it', async () => {
    const asked = (text: string) => policyOf({ steps: { build: step('build', { attestations: [{ type: commandRun, regopolicies: [moduleOf('r', `package p\n${text}`)] }] }) } })
    const evidence = [await collection({ attestations: [{ type: commandRun, attestation: { cmd: ['make'], extra: true } }] })]
    const rules = { inputPaths: false }
    const filled = asked('deny["filled"] { input.exitcode == 0 }')
    const dropped = asked('deny["kept"] { input.extra }')
    expect(cause(await evaluate(await options({ policy: filled, evidence, rules })))).toBe('passed')
    expect(cause(await evaluate(await options({ policy: filled, evidence, rules: 'compat' })))).toBe('rego ERR_REGO_DENIED')
    expect(cause(await evaluate(await options({ policy: dropped, evidence, rules })))).toBe('rego ERR_REGO_DENIED')
    expect(cause(await evaluate(await options({ policy: dropped, evidence, rules: 'compat' })))).toBe('passed')
  })
})

describe('questions to a language model', () => {
  const aipolicies = [{ name: 'a', prompt: 'is it good?' }]
  it.each([
    ['/steps/build/attestations/0/aipolicies', policyOf({ steps: { build: step('build', { attestations: [{ type: commandRun, aipolicies }] }) } })],
    ['/externalAttestations/x/aipolicies', policyOf({ externalAttestations: { x: { name: 'x', predicateType: 'https://example.com/x', functionaries: [], aipolicies } } })],
  ])('T183: are refused at %s before evidence is fetched, by any preset', async (pointer, document) => {
    for (const rules of ['strict', 'compat'] as const) {
      let searches = 0
      const report = await evaluate(await options({ policy: document, rules, source: { search: async () => (searches++, []) } }))
      expect(cause(report)).toBe('policy-ai ERR_POLICY_AI')
      expect(report.policy.checks.find(({ code }) => code === 'policy-ai')?.place).toEqual({ document: 'policy', pointer })
      expect(searches).toBe(0)
    }
  })
})
