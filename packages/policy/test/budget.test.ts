import { encodeJson } from '@cilock/core'
import type { Envelope, Source } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { alice, app, cause, collection, commandRun, find, hex, judge, keyid, mallory, policyOf, sign, step } from './support/world.ts'
import { moduleOf } from './support/rego.ts'

const sourceOf = (envelopes: readonly Envelope[]): Source => ({ search: async () => envelopes.map((envelope, index) => ({ envelope, reference: `#${index}` })) })
const run = async (index: number, signers = [alice]) => collection({ attestations: [{ type: commandRun, attestation: { cmd: ['make', `${index}`], exitcode: 0 } }], signers })
const runs = await Promise.all(Array.from({ length: 8 }, async (_, index) => run(index)))
const junk = await Promise.all(Array.from({ length: 8 }, async (_, index) => run(index, [mallory])))
const review = 'https://example.com/review/v1'
const functionaries = [{ type: 'publickey', publickeyid: keyid(alice) }]

describe('a whole verification', () => {
  it('checks so many signatures: each against each key of the policy', async () => {
    // the policy has two keys
    expect(cause(await judge({ source: sourceOf(runs), limits: { signatureChecks: 16 } }))).toBe('passed')
    const report = await judge({ source: sourceOf(runs), limits: { signatureChecks: 15 } })
    expect(cause(report)).toBe('limit ERR_LIMIT_EXCEEDED')
    expect(find(report, 'limit')).toMatchObject({ expected: 15, found: 'signatureChecks', message: 'the evidence takes more than 15 checks of signatures (limits.signatureChecks), so none of it was judged' })
    expect(report.steps.map(({ verdict }) => verdict)).toEqual(['not-evaluated'])
  })
  it('reads so many bytes, of distinct payloads', async () => {
    const bytes = runs.reduce((sum, { payload }) => sum + payload.length, 0)
    expect(cause(await judge({ source: sourceOf([...runs, ...runs.map((each) => ({ ...each }))]), limits: { evidenceBytes: bytes } }))).toBe('passed')
    expect(find(await judge({ source: sourceOf(runs), limits: { evidenceBytes: bytes - 1 } }), 'limit')?.found).toBe('evidenceBytes')
  })
  it('takes so many steps of Rego', async () => {
    const policy = policyOf({ steps: { build: step('build', { attestations: [{ type: commandRun, regopolicies: [moduleOf('b', 'package b\ndeny["x"] { input.exitcode != 0 }')] }] }) } })
    expect(cause(await judge({ policy, source: sourceOf(runs), limits: { regoTotalSteps: 8 * 4096 } }))).toBe('passed')
    expect(find(await judge({ policy, source: sourceOf(runs), limits: { regoTotalSteps: 8 * 4096 - 1 } }), 'limit')?.found).toBe('regoTotalSteps')
    const busy = policyOf({ steps: { build: step('build', { attestations: [{ type: commandRun, regopolicies: [moduleOf('b', 'package b\ndeny["x"] { count([1 | numbers.range(1, 20000)[_]; numbers.range(1, 3)[_]]) < 0 }')] }] }) } })
    expect(cause(await judge({ policy: busy, source: sourceOf(runs.slice(0, 1)) }))).toBe('passed')
    expect(find(await judge({ policy: busy, source: sourceOf(runs.slice(0, 1)), limits: { regoTotalSteps: 2 * 4096 } }), 'limit')?.found).toBe('regoTotalSteps')
  })
  it('says the same in any order, and with copies', async () => {
    const text = async (envelopes: readonly Envelope[], limits: Readonly<Record<string, number>>): Promise<string> => {
      const source = sourceOf(envelopes)
      return new TextDecoder().decode(encodeJson(await judge({ source: { search: async (query) => (await source.search(query)).map(({ envelope }) => ({ envelope, reference: 'store' })) }, limits })))
    }
    for (const limits of [{ signatureChecks: 20 }, { evidenceBytes: 2000 }]) expect(await text([...junk.toReversed(), ...runs, ...runs], limits)).toBe(await text([...runs, ...junk], limits))
  })
  it('is judged as far as it went where only what names find is too much', async () => {
    const other = await Promise.all(Array.from({ length: 8 }, async (_, index) => collection({ subjects: { it: { sha256: hex(`${index}`) } } })))
    const source: Source = { search: async ({ digests }) => (digests === undefined ? sourceOf([...other, ...junk]) : sourceOf(junk.slice(0, 1))).search({}) }
    const report = await judge({ source, limits: { signatureChecks: 4 } })
    expect(cause(report)).toBe('limit ERR_LIMIT_EXCEEDED')
    expect(report.steps[0]?.candidates).toHaveLength(1)
  })
})

describe('what anybody may put in a store', () => {
  const statement = async (signers = [mallory], about = app.slice('sha256:'.length), index = 0) =>
    sign(encodeJson({ _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'app', digest: { sha256: about } }], predicateType: review, predicate: { index } }), signers, 'application/vnd.in-toto+json')
  const policy = (required: boolean) => policyOf({ externalAttestations: { review: { name: 'review', predicateType: review, functionaries, required } } })

  it('does not keep an optional external attestation from being absent, nor one that is there from counting', async () => {
    const unsigned = { ...(await statement()), signatures: [] }
    const spam = [unsigned, ...(await Promise.all(Array.from({ length: 5 }, async (_, index) => statement([mallory], undefined, index + 1))))]
    expect(cause(await judge({ policy: policy(false), evidence: [await collection(), ...spam] }))).toBe('passed')
    expect(cause(await judge({ policy: policy(true), evidence: [await collection(), ...spam] }))).not.toBe('passed')
    expect(cause(await judge({ policy: policy(true), evidence: [await collection(), ...spam, await statement([alice])] }))).toBe('passed')
  })
  it('about other artifacts, and more of it than the limit, takes nothing away either', async () => {
    const tree = { type: 'https://witness.dev/attestations/product/v0.1', attestation: {} }
    const own = await statement([alice])
    const others = await Promise.all(Array.from({ length: 5 }, async (_, index) => statement([mallory], hex(`${index}`))))
    // the collection is found by name alone, so the store is asked for everything
    const build = await collection({ attestations: [{ type: commandRun, attestation: { cmd: ['make'], exitcode: 0 } }, tree] })
    const source: Source = {
      search: async ({ collection: name, digests }) => sourceOf(name === undefined ? (digests === undefined ? [own, ...others] : [own]) : digests === undefined ? [build] : []).search({}),
    }
    const report = await judge({ policy: policy(true), source, limits: { envelopes: 3 } })
    expect(report.externals[0]?.verdict).toBe('passed')
    expect(cause(report)).toBe('passed')
  })
})
