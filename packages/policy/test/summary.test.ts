import { inTotoPayloadType, parseStatement } from '@cilock/core'
import { evaluate, verificationSummary, verificationSummaryType } from '@cilock/policy'
import type { Report, VerificationSummary } from '@cilock/policy'
import { describe, expect, it } from 'vitest'
import { moduleOf } from './support/rego.ts'
import { alice, app, bob, cause, collection, hex, judge, keyid, mallory, now, options, policyOf, sign, step } from './support/world.ts'

const verifier = 'https://gate.example.com/v1'

function read(report: Report, rest: Readonly<Record<string, string>> = {}) {
  const statement = parseStatement(verificationSummary(report, { verifier, ...rest }))
  return { statement, summary: JSON.parse(JSON.stringify(statement.predicate)) as VerificationSummary }
}

const passing = async () => judge({ evidence: [await collection(), await collection({ signers: [mallory], backrefs: { other: { sha256: hex('other') } } })] })
const refused = async () => judge({ evidence: [await collection({ signers: [bob] })] })

describe('a verification summary', () => {
  it('T214: says on a pass what was verified, by which policy and evidence', async () => {
    const report = await passing()
    const { statement, summary } = read(report)
    const accepted = report.steps[0]?.candidates.find(({ verdict }) => verdict === 'passed')
    expect(statement).toMatchObject({ type: 'https://in-toto.io/Statement/v1', predicateType: verificationSummaryType, subject: [{ name: `artifact:${app}`, digest: { sha256: hex('app') } }] })
    expect(summary).toEqual({
      verifier: { id: verifier },
      timeVerified: now.toISOString(),
      resourceUri: app,
      policy: { uri: report.policy.digest, digest: { sha256: report.policy.digest.slice('sha256:'.length) } },
      inputAttestations: [{ uri: accepted?.references[0], digest: { sha256: accepted?.digest.slice('sha256:'.length) } }],
      verificationResult: 'PASSED',
      verifiedLevels: [],
      slsaVersion: '1.0',
      denyReasons: [],
    })
  })
  it('T214: has the same keys on a refusal, with its reason and all that was looked at', async () => {
    const [pass, refusal] = [read(await passing()), read(await refused())]
    expect(Object.keys(refusal.summary)).toEqual(Object.keys(pass.summary))
    expect(refusal.statement.subject).toEqual(pass.statement.subject)
    expect(refusal.summary).toMatchObject({ verificationResult: 'FAILED', verifiedLevels: ['FAILED'], denyReasons: [expect.stringMatching(/^ERR_FUNCTIONARY_MISMATCH step "build": /)] })
    expect(refusal.summary.inputAttestations).toHaveLength(1)
  })
  it('B10: also when the policy itself is refused', async () => {
    const { statement, summary } = read(await evaluate(await options({ now: new Date('2040-01-01T00:00:00Z') })))
    expect(statement.subject).toHaveLength(1)
    expect(summary).toMatchObject({ verificationResult: 'FAILED', denyReasons: [expect.stringMatching(/^ERR_POLICY_EXPIRED /)] })
  })
  it('names each artifact with all of its digests', async () => {
    const subjects = [{ sha256: hex('app'), sha1: 'a'.repeat(40), 'gitoid:sha256': 'b'.repeat(64) }, `sha256:${hex('lib')}`]
    const { statement } = read(await judge({ subjects }))
    expect(Object.fromEntries(statement.subject.map(({ name, digest }) => [name, digest]))).toEqual({ [`artifact:sha256:${hex('app')}`]: subjects[0], [`artifact:sha256:${hex('lib')}`]: { sha256: hex('lib') } })
  })
  it('loses none of two artifacts that share a digest', async () => {
    const subjects = [{ sha256: hex('app'), sha1: 'a'.repeat(40) }, app, { sha256: hex('app'), sha1: 'b'.repeat(40) }]
    const { statement } = read(await judge({ subjects }))
    expect(statement.subject.map(({ digest }) => digest)).toHaveLength(3)
    expect(statement.subject.map(({ digest }) => digest)).toEqual(expect.arrayContaining([{ sha256: hex('app'), sha1: 'a'.repeat(40) }, { sha256: hex('app') }, { sha256: hex('app'), sha1: 'b'.repeat(40) }]))
  })
  it.each([
    [{ dirHash: 'c'.repeat(64), 'gitoid:sha256': 'b'.repeat(64), sha1: 'a'.repeat(40), sha256: hex('app') }, app],
    [{ dirHash: 'c'.repeat(64), 'gitoid:sha256': 'b'.repeat(64), sha1: 'a'.repeat(40) }, `gitoid:sha256:${'b'.repeat(64)}`],
    [{ dirHash: 'c'.repeat(64), sha1: 'a'.repeat(40) }, `dirHash:${'c'.repeat(64)}`],
    [{ sha512: 'd'.repeat(128), sha1: 'a'.repeat(40) }, `sha1:${'a'.repeat(40)}`],
  ])('the resource is a digest that evidence is found by, if there is one (%#)', async (subject, expected) => {
    expect(read(await judge({ subjects: [subject] })).summary.resourceUri).toBe(expected)
  })
  it('says where policy and resource are when it is told', async () => {
    const { summary } = read(await passing(), { policyUri: 'https://example.com/policy', resourceUri: 'pkg:oci/app', statementType: 'https://in-toto.io/Statement/v0.1' })
    expect([summary.policy.uri, summary.resourceUri]).toEqual(['https://example.com/policy', 'pkg:oci/app'])
  })
  it('by nobody is a TypeError', async () => {
    const report = await passing()
    expect(() => verificationSummary(report, { verifier: '' })).toThrow(TypeError)
  })
  it('satisfies a later policy that asks for it about the artifact, and only on a pass', async () => {
    const rule = moduleOf('passed.rego', 'package vsa\ndeny["stage 1 did not pass"] { input.verificationResult != "PASSED" }\ndeny["no result"] { not input.verificationResult }')
    const functionaries = [{ type: 'publickey', publickeyid: keyid(alice) }]
    const gate = policyOf({ steps: {}, externalAttestations: { stage1: { name: 'stage1', predicateType: verificationSummaryType, functionaries, regopolicies: [rule] } } })
    const signed = async (report: Report) => sign(verificationSummary(report, { verifier }), [alice], inTotoPayloadType)
    expect(cause(await judge({ policy: gate, evidence: [await signed(await passing())] }))).toBe('passed')
    expect(cause(await judge({ policy: gate, evidence: [await signed(await refused())] }))).toBe('rego ERR_REGO_DENIED')
    expect(cause(await judge({ policy: gate, evidence: [await signed(await passing())], subjects: [`sha256:${hex('other')}`] }))).toBe('subject ERR_SUBJECT_MISMATCH')
    expect(cause(await judge({ policy: policyOf({ steps: { build: step('build') } }), evidence: [await signed(await passing())] }))).toBe('collection ERR_NO_COLLECTION')
  })
})
