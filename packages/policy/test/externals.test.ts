import { collectionType } from '@cilock/core'
import type { DigestSet, Envelope, GeneratedKey, Source, SourceQuery } from '@cilock/core'
import type { ExternalReport, Report } from '@cilock/policy'
import { describe, expect, it } from 'vitest'
import { alice, app, bob, cause, collection, failures, find, hex, judge, keyid, mallory, policyOf, sign, step } from './support/world.ts'
import { moduleOf } from './support/rego.ts'

const provenance = 'https://slsa.dev/provenance/v1'
const review = 'https://example.com/review/v1'
const functionaries = [{ type: 'publickey', publickeyid: keyid(alice) }] as const

interface StatementSpec {
  readonly type?: string
  readonly subject?: DigestSet
  readonly signers?: readonly GeneratedKey[]
  readonly statementType?: string
}

/** A statement that is no collection. */
async function statement(predicate: unknown, { type = review, subject = { sha256: hex('app') }, signers = [alice], statementType }: StatementSpec = {}): Promise<Envelope> {
  return collection({ predicate, predicateType: type, subjects: { it: subject }, signers, ...(statementType === undefined ? {} : { statementType }) })
}

function external(spec: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { name: 'review', predicateType: review, functionaries, ...spec }
}

function only(spec: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return policyOf({ steps: {}, externalAttestations: { review: external(spec) } })
}

function beside(spec: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return policyOf({ externalAttestations: { review: external(spec) } })
}

function first({ externals }: Report): ExternalReport | undefined {
  return externals[0]
}

const score = [moduleOf('score.rego', 'package score\ndeny[m] { input.score < 7; m := sprintf("score %d", [input.score]) }\ndeny["no score"] { not input.score }')]

describe('external attestations', () => {
  it('T7: a policy of nothing else passes by one, and it binds the artifact', async () => {
    const report = await judge({ policy: only(), evidence: [await statement({ ok: true })] })
    expect(cause(report)).toBe('passed')
    expect(first(report)).toMatchObject({ external: 'review', predicateType: review, required: true, verdict: 'passed' })
    expect(report.subjects[0]?.boundBy).toEqual([{ external: 'review', candidate: first(report)?.candidates[0]?.digest, by: 'subject', name: 'it' }])
  })
  it('T204: SLSA provenance, in either version of the statement', async () => {
    const rule = [moduleOf('p', 'package p\ndeny["builder"] { input.runDetails.builder.id != "https://example.com/builder" }')]
    for (const statementType of ['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']) {
      const good = await statement({ runDetails: { builder: { id: 'https://example.com/builder' } } }, { type: provenance, statementType })
      const bad = await statement({ runDetails: { builder: { id: 'https://example.com/other' } } }, { type: provenance, statementType })
      expect(cause(await judge({ policy: only({ predicateType: provenance, regopolicies: rule }), evidence: [good] }))).toBe('passed')
      expect(cause(await judge({ policy: only({ predicateType: provenance, regopolicies: rule }), evidence: [bad] }))).toBe('rego ERR_REGO_DENIED')
    }
  })
  it('T29, T205: one that is missing fails, since it is required unless the policy says otherwise', async () => {
    for (const spec of [{}, { required: true }, { required: null }]) {
      const report = await judge({ policy: beside(spec), evidence: [await collection()] })
      expect(cause(report)).toBe('external ERR_NO_EXTERNAL')
      expect(find(report, 'external')?.message).toContain(review)
    }
  })
  it('T30, T206: one that is optional and missing is skipped', async () => {
    const report = await judge({ policy: beside({ required: false }), evidence: [await collection()] })
    expect(cause(report)).toBe('passed')
    expect(first(report)).toMatchObject({ verdict: 'skipped', required: false })
  })
  it('T6: a policy of optional ones alone does not pass by their absence', async () => {
    expect(cause(await judge({ policy: only({ required: false }), evidence: [await collection()] }))).toBe('policy-empty ERR_POLICY_EMPTY')
  })
  it.each([
    ['denied by its rules', async () => statement({ score: 3 }), 'rego ERR_REGO_DENIED'],
    ['by somebody who may not', async () => statement({ score: 9 }, { signers: [bob] }), 'functionary ERR_FUNCTIONARY_MISMATCH'],
  ])('T207, T209: one that is there, but %s, fails even where it is optional', async (_, made, expected) => {
    for (const required of [true, false]) {
      expect(cause(await judge({ policy: beside({ required, regopolicies: score }), evidence: [await collection(), await made()] }))).toBe(expected)
    }
  })
  it('T209: one by somebody unknown fails where it is required; an optional one it is none, except by CI/lock’s rules', async () => {
    const evidence = [await collection(), await statement({ score: 9 }, { signers: [mallory] })]
    expect(cause(await judge({ policy: beside(), evidence }))).toBe('evidence-signature ERR_EVIDENCE_SIGNATURE')
    const report = await judge({ policy: beside({ required: false, regopolicies: score }), evidence })
    expect(cause(report)).toBe('passed')
    expect(first(report)).toMatchObject({ verdict: 'skipped', candidates: [{ verdict: 'failed', signers: [] }] })
    expect(cause(await judge({ policy: beside({ required: false }), evidence, rules: 'compat' }))).toBe('evidence-signature ERR_EVIDENCE_SIGNATURE')
    expect(cause(await judge({ policy: only({ required: false }), evidence }))).toBe('policy-empty ERR_POLICY_EMPTY')
  })
  it('an optional one about another artifact is none, whoever signed it and whatever it says', async () => {
    const elsewhere = { subject: { sha256: hex('other') } }
    const others = await Promise.all([statement({ score: 1 }, elsewhere), statement({ score: 9 }, { ...elsewhere, signers: [mallory] })])
    const source: Source = { search: async () => [await collection(), ...others].map((envelope, index) => ({ envelope, reference: `#${index}` })) }
    expect(cause(await judge({ policy: beside({ required: false, regopolicies: score }), source }))).toBe('passed')
  })
  it('T208: two of one type are judged by the rules of each', async () => {
    const rule = (text: string) => [moduleOf('r', `package r\n${text}`)]
    const policy = policyOf({
      steps: {},
      externalAttestations: {
        a: external({ name: 'a', regopolicies: rule('deny["x"] { not input.ok }') }),
        b: external({ name: 'b', regopolicies: rule('deny["y"] { input.ok }') }),
      },
    })
    expect(cause(await judge({ policy, evidence: [await statement({ ok: true }), await statement({ ok: false })] }))).toBe('passed')
    const report = await judge({ policy, evidence: [await statement({ ok: true })] })
    expect(report.externals.map(({ external: name, verdict }) => [name, verdict])).toEqual([['a', 'passed'], ['b', 'failed']])
  })
  it('one good among bad ones is enough', async () => {
    expect(cause(await judge({ policy: only({ regopolicies: score }), evidence: [await statement({ score: 1 }), await statement({ score: 8 }), await statement({ score: 9 }, { signers: [mallory] })] }))).toBe('passed')
  })
  it('T210: one about another artifact is not about this one, on the bytes that were signed', async () => {
    const elsewhere = await statement({ score: 9 }, { subject: { sha256: hex('other') } })
    // the source lies: it gives the statement for whatever is asked
    const source: Source = { search: async () => [{ envelope: elsewhere, reference: 'x' }] }
    expect(cause(await judge({ policy: only(), source }))).toBe('subject ERR_SUBJECT_MISMATCH')
  })
  it('T131: a SHA-1 digest binds nothing', async () => {
    expect(cause(await judge({ policy: only(), evidence: [await statement({}, { subject: { sha1: 'a'.repeat(40) } })], subjects: [{ sha1: 'a'.repeat(40), sha256: hex('app') }] }))).toBe('subject ERR_SUBJECT_MISMATCH')
  })
  it('one of another type is none, even if the source says so, and no alias counts', async () => {
    const other = await statement({}, { type: 'https://aflock.ai/attestations/sarif/v0.1' })
    const source: Source = { search: async () => [{ envelope: other, reference: 'x' }] }
    expect(cause(await judge({ policy: only({ predicateType: 'https://witness.dev/attestations/sarif/v0.1' }), source }))).toBe('evidence-predicate-type ERR_EVIDENCE_PREDICATE_TYPE')
  })
  it('one without a predicate says nothing', async () => {
    const report = await judge({ policy: only(), evidence: [await collection({ payloadType: 'application/vnd.in-toto+json', predicateType: review, predicate: [] })] })
    expect(cause(report)).toBe('passed')
    const nothing = await sign(`{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"it","digest":{"sha256":"${hex('app')}"}}],"predicateType":"${review}","predicate":null}`, [alice], 'application/vnd.in-toto+json')
    expect(cause(await judge({ policy: only(), evidence: [nothing] }))).toBe('evidence-statement ERR_EVIDENCE_STATEMENT')
  })
  it('keys of a foreign predicate are not taken for those of a collection', async () => {
    expect(cause(await judge({ policy: only(), evidence: [await statement({ name: 7, attestations: { a: 1 } })] }))).toBe('passed')
  })
  it('T137: they lead to no other evidence', async () => {
    const both = await collection({ predicate: { ok: true }, predicateType: review, subjects: { app: { sha256: hex('app') }, far: { sha256: hex('far') } } })
    expect(cause(await judge({ policy: beside(), evidence: [both, await collection({ subjects: { far: { sha256: hex('far') } } })] }))).toBe('subject ERR_SUBJECT_MISMATCH')
  })
  it('are asked for by their type and by what was handed in alone', async () => {
    const queries: SourceQuery[] = []
    const ext = await statement({ ok: true })
    const source: Source = {
      search: async (query) => {
        queries.push(query)
        return [{ envelope: ext, reference: 'x' }]
      },
    }
    await judge({ policy: only(), source })
    expect(queries.map(({ predicateTypes, collection: name }) => ({ predicateTypes, name }))).toEqual([{ predicateTypes: [review], name: undefined }])
    expect(queries[0]?.digests).toContain(app)
  })
  it('a collection may be one', async () => {
    expect(cause(await judge({ policy: only({ predicateType: collectionType }), evidence: [await collection()] }))).toBe('passed')
  })
  it('more of them than may be looked at is a refusal of its own', async () => {
    const many = await Promise.all([1, 2, 3].map(async (score) => statement({ score })))
    const report = await judge({ policy: only(), evidence: many, limits: { envelopes: 2 } })
    expect(cause(report)).toBe('limit ERR_LIMIT_EXCEEDED')
  })
})

describe('rules of steps that look at external attestations', () => {
  const text = 'package r\ndeny["none"] { not input.external.review }\ndeny["score"] { input.external.review.score != 7 }\ndeny["own"] { not input.attestation.cmd }\ndeny["steps"] { count(input.steps) != 0 }'
  const policy = (spec: Readonly<Record<string, unknown>> = {}, rego = text): Record<string, unknown> =>
    policyOf({
      steps: { build: step('build', { externalFrom: ['review'], attestations: [{ type: 'https://aflock.ai/attestations/command-run/v0.1', regopolicies: [moduleOf('r', rego)] }] }) },
      externalAttestations: { review: external(spec) },
    })
  it('T180, T212: see the one that was accepted', async () => {
    expect(cause(await judge({ policy: policy(), evidence: [await collection(), await statement({ score: 7 })] }))).toBe('passed')
    expect(cause(await judge({ policy: policy(), evidence: [await collection(), await statement({ score: 6 })] }))).toBe('rego ERR_REGO_DENIED')
  })
  it('T180: an optional one that is not there is not in the input', async () => {
    expect(cause(await judge({ policy: policy({ required: false }), evidence: [await collection()] }))).toBe('rego ERR_REGO_DENIED')
    expect(cause(await judge({ policy: policy({ required: false }, 'package r\ndeny["there"] { input.external }'), evidence: [await collection()] }))).toBe('passed')
  })
  it('wait for one that was not accepted, by name', async () => {
    const report = await judge({ policy: policy(), evidence: [await collection(), await statement({ score: 7 }, { signers: [bob] })] })
    expect(cause(report)).toBe('functionary ERR_FUNCTIONARY_MISMATCH')
    expect(find(report, 'context')).toMatchObject({ state: 'not-evaluated', expected: 'review', place: { pointer: '/steps/build/externalFrom/0' } })
    expect(failures(report)).toHaveLength(1)
  })
})
