import { inTotoPayloadType } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { alice, cause, collection, hex, judge, keyid, policyOf, ran, sign, signPolicy, step } from '../support/world.ts'

const presets = ['strict', 'compat'] as const
const review = 'https://example.com/review/v1'
const functionaries = [{ type: 'publickey', publickeyid: keyid(alice) }]

/** A document with a name where a placeholder stands, as text: a literal would take `__proto__` for something else. */
const named = (document: Readonly<Record<string, unknown>>, name: string): string => JSON.stringify(document).replaceAll('"NAME"', JSON.stringify(name))

describe.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s, which every object has,', (name) => {
  it.each(presets)('is a step only where there is evidence of it (%s)', async (rules) => {
    const policy = named(policyOf({ steps: { NAME: step('NAME') } }), name)
    expect(cause(await judge({ rules, policy, evidence: [await collection({ name })] }))).toBe('passed')
    expect(cause(await judge({ rules, policy }))).toBe('collection ERR_NO_COLLECTION')
  })
  it.each(presets)('is a functionary of nobody (%s)', async (rules) => {
    expect(cause(await judge({ rules, policy: policyOf({ steps: { build: step('build', { functionaries: [{ type: 'publickey', publickeyid: name }] }) } }) }))).toBe('functionary ERR_FUNCTIONARY_MISMATCH')
  })
  it.each(presets)('is an attestation only where it was signed (%s)', async (rules) => {
    const policy = policyOf({ steps: { build: step('build', { attestations: [{ type: name }] }) } })
    expect(cause(await judge({ rules, policy }))).toBe('attestation ERR_ATTESTATION_MISSING')
    expect(cause(await judge({ rules, policy, evidence: [await collection({ attestations: [ran, { type: name, attestation: {} }] })] }))).toBe('passed')
  })
  it.each(presets)('is an external attestation only where there is one (%s)', async (rules) => {
    const policy = named(policyOf({ externalAttestations: { NAME: { name: 'NAME', predicateType: review, functionaries } } }), name)
    expect(cause(await judge({ rules, policy }))).toBe('external ERR_NO_EXTERNAL')
    expect(cause(await judge({ rules, policy, evidence: [await collection(), await collection({ predicateType: review, predicate: { ok: true } })] }))).toBe('passed')
  })
  it.each(presets)('leads to no step, external attestation or key that is not there (%s)', async (rules) => {
    for (const spec of [{ artifactsFrom: [name] }, { attestationsFrom: [name] }, { externalFrom: [name] }]) {
      expect(cause(await judge({ rules, policy: policyOf({ steps: { build: step('build', spec) } }) }))).toBe('policy-reference ERR_POLICY_DOCUMENT')
    }
  })
})

describe('text that two readers could understand in two ways', () => {
  const evidence = (text: string): string => `{"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"app","digest":{"sha256":"${hex('app')}"}}],"predicateType":"https://aflock.ai/attestation-collection/v0.1","predicate":${text}}`
  const policy = (text: string): string => JSON.stringify(policyOf()).replace('{', `{${text}`)
  const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`
  const collected = (more: string): string => `{"name":"build","attestations":[{"type":"https://aflock.ai/attestations/command-run/v0.1","attestation":{"cmd":["make"],"exitcode":0}}]${more}}`

  it('the worlds of these tests pass', async () => {
    for (const rules of presets) {
      const envelope = await sign(evidence(collected('')), [alice], inTotoPayloadType)
      expect(cause(await judge({ rules, policyEnvelope: await signPolicy(policy('')), source: { search: async () => [{ envelope, reference: 'a' }] } }))).toBe('passed')
    }
  })

  it.each<readonly [string, string, string]>([
    ['a byte order mark', `\ufeff${policy('')}`, 'policy-json ERR_POLICY_DOCUMENT'],
    ['a key twice', policy('"expires":"2040-01-01T00:00:00Z",'), 'policy-json ERR_POLICY_DOCUMENT'],
    ['a key twice, once escaped', policy('"expir\\u0065s":"2040-01-01T00:00:00Z",'), 'policy-json ERR_POLICY_DOCUMENT'],
    ['a lone surrogate', policy('"\\ud800":1,'), 'policy-json ERR_POLICY_DOCUMENT'],
    ['something behind it', `${policy('')}{}`, 'policy-json ERR_POLICY_DOCUMENT'],
    ['deep nesting', policy(`"x":${deep(300)},`), 'limit ERR_LIMIT_EXCEEDED'],
    ['nesting without end', deep(100_000), 'limit ERR_LIMIT_EXCEEDED'],
  ])('%s is no policy', async (_, text, refused) => {
    for (const rules of presets) expect(cause(await judge({ rules, policyEnvelope: await signPolicy(text) }))).toBe(refused)
  })

  it.each<readonly [string, string, string]>([
    ['a byte order mark', `\ufeff${evidence(collected(''))}`, 'evidence-statement ERR_EVIDENCE_STATEMENT'],
    ['a key twice', evidence(collected(',"x":1,"x":1')), 'evidence-statement ERR_EVIDENCE_STATEMENT'],
    ['a lone surrogate', evidence(collected(',"x":"\\udc00"')), 'evidence-statement ERR_EVIDENCE_STATEMENT'],
    ['deep nesting', evidence(collected(`,"x":${deep(2000)}`)), 'limit ERR_LIMIT_EXCEEDED'],
    ['a number that no exit code is', evidence(collected('').replace('"exitcode":0', '"exitcode":1e999')), 'evidence-collection ERR_EVIDENCE_INVALID'],
    ['an exit code that is 0 only after rounding', evidence(collected('').replace('"exitcode":0', '"exitcode":1e-400')), 'evidence-collection ERR_EVIDENCE_INVALID'],
  ])('%s is no evidence', async (_, text, refused) => {
    const envelope = await sign(text, [alice], inTotoPayloadType)
    for (const rules of presets) expect(cause(await judge({ rules, source: { search: async () => [{ envelope, reference: 'a' }] } }))).toBe(refused)
  })
})
