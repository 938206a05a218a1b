import { encodeJson, inTotoPayloadType, statementTypeV1, witnessCollectionType } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { alice, app, bob, cause, checksOf, collection, commandRun, find, hex, judge, keyid, mallory, policyOf, publickeys, ran, sign, step } from './support/world.ts'
import type { CollectionSpec } from './support/world.ts'

async function causeOf(spec: CollectionSpec): Promise<string> {
  return cause(await judge({ evidence: [await collection(spec)] }))
}

/** A source that gives an envelope whatever is asked: what it holds is for the verifier to find out. */
function lying(...envelopes: readonly Envelope[]) {
  return { search: async () => envelopes.map((envelope, index) => ({ envelope, reference: `lie ${index}` })) }
}

describe('signer and functionary', () => {
  it('T65: a key that a functionary names is accepted, under whatever key id', async () => {
    const envelope = await collection()
    const unnamed = { ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, keyid: '' })) }
    expect(cause(await judge({ evidence: [unnamed] }))).toBe('passed')
  })
  it('T66: another key under the right key id is refused', async () => {
    const envelope = await collection({ signers: [bob] })
    const forged = { ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, keyid: keyid(alice) })) }
    const report = await judge({ evidence: [forged] })
    expect(cause(report)).toBe('functionary ERR_FUNCTIONARY_MISMATCH')
    expect(find(report, 'functionary')).toMatchObject({ expected: [keyid(alice)], found: [keyid(bob)] })
  })
  it('T67: a functionary without a key id matches nobody', async () => {
    const policy = policyOf({ steps: { build: step('build', { functionaries: [{ type: 'publickey', publickeyid: '' }, { type: 'publickey' }] }) } })
    expect(cause(await judge({ policy }))).toBe('functionary ERR_FUNCTIONARY_MISMATCH')
  })
  it('does not take the beginning of a key id for it', async () => {
    const policy = policyOf({ steps: { build: step('build', { functionaries: [{ type: 'publickey', publickeyid: keyid(alice).slice(0, 16) }] }) } })
    expect(cause(await judge({ policy }))).toBe('functionary ERR_FUNCTIONARY_MISMATCH')
  })
  it('T74: a statement that holds no collection is refused by its type', async () => {
    const envelope = await collection({ predicateType: 'https://slsa.dev/provenance/v1' })
    const report = await judge({ source: lying(envelope) })
    expect(cause(report)).toBe('evidence-predicate-type ERR_EVIDENCE_PREDICATE_TYPE')
    expect(cause(await judge({ evidence: [await collection({ predicateType: witnessCollectionType })] }))).toBe('passed')
  })
  it('T75: without functionaries nobody may sign', async () => {
    for (const functionaries of [[], null]) {
      const policy = policyOf({ steps: { build: { ...step('build'), functionaries } } })
      expect(cause(await judge({ policy }))).toBe('functionary ERR_FUNCTIONARY_MISMATCH')
    }
  })
  it('T76: of two signatures one by a functionary is enough', async () => {
    expect(await causeOf({ signers: [mallory, bob, alice] })).toBe('passed')
  })
  it('T77: a good signature by a key that the step does not list is refused, with what it allows', async () => {
    const report = await judge({ evidence: [await collection({ signers: [bob] })] })
    expect(cause(report)).toBe('functionary ERR_FUNCTIONARY_MISMATCH')
    expect(find(report, 'functionary')?.message).toContain(keyid(bob).slice(0, 12))
  })
  it('refuses a signature by a key that the policy does not have, and does not read what it says', async () => {
    const report = await judge({ evidence: [await collection({ signers: [mallory] })] })
    expect(cause(report)).toBe('evidence-signature ERR_EVIDENCE_SIGNATURE')
    expect(find(report, 'evidence-signature')?.found).toEqual({ claimedKeyids: [keyid(mallory)] })
    const after = checksOf(report).filter(({ code }) => ['evidence-statement', 'evidence-predicate-type', 'evidence-collection', 'collection-name', 'subject', 'attestation'].includes(code))
    expect(after.map(({ state }) => state)).toEqual(Array(6).fill('not-evaluated'))
  })
  it('a policy without keys trusts nobody', async () => {
    const { publickeys: _, ...rest } = policyOf()
    expect(cause(await judge({ policy: rest }))).toBe('evidence-signature ERR_EVIDENCE_SIGNATURE')
  })
  it('T80: a certificate that is none does not stand in the way of a key', async () => {
    const envelope = await collection()
    const junk = { ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, certificate: Uint8Array.of(1) })) }
    expect(cause(await judge({ evidence: [junk] }))).toBe('passed')
  })
  it('T88: a signature of another envelope is refused', async () => {
    const [good, other] = [await collection(), await collection({ attestations: [] })]
    expect(cause(await judge({ evidence: [{ ...good, signatures: other.signatures }] }))).toBe('evidence-signature ERR_EVIDENCE_SIGNATURE')
  })
  it('T91: an empty signature, and none at all, are refused', async () => {
    const envelope = await collection()
    for (const signatures of [[], [{ keyid: keyid(alice), sig: new Uint8Array() }]]) {
      expect(cause(await judge({ evidence: [{ ...envelope, signatures }] }))).toBe('evidence-signature ERR_EVIDENCE_SIGNATURE')
    }
  })
  it('T92: more signatures than the limit are not tried', async () => {
    const envelope = await collection()
    const many = { ...envelope, signatures: [...Array.from({ length: 4 }, () => ({ keyid: '', sig: Uint8Array.of(1) })), ...envelope.signatures] }
    expect(cause(await judge({ evidence: [many], limits: { signatures: 5 } }))).toBe('passed')
    expect(cause(await judge({ evidence: [many], limits: { signatures: 4 } }))).toBe('evidence-signature ERR_EVIDENCE_SIGNATURE')
  })
})

describe('the statement', () => {
  it('T93: another payload type than that of statements is refused', async () => {
    const report = await judge({ evidence: [await collection({ payloadType: 'application/json' })] })
    expect(cause(report)).toBe('evidence-payload-type ERR_EVIDENCE_PAYLOAD_TYPE')
    expect(find(report, 'evidence-statement')?.state).toBe('not-evaluated')
  })
  it('does not confuse one payload signed under two types', async () => {
    const [other, good] = [await collection({ payloadType: 'application/json' }), await collection()]
    for (const envelopes of [[other, good], [good, other]]) {
      const report = await judge({ source: lying(...envelopes) })
      expect(report.verdict).toBe('passed')
      expect(report.steps[0]?.candidates.map(({ payloadType, verdict }) => `${payloadType} ${verdict}`)).toEqual(['application/json failed', `${inTotoPayloadType} passed`])
    }
  })
  it('takes both versions of statements, and no other', async () => {
    expect(await causeOf({ statementType: statementTypeV1 })).toBe('passed')
    const other = await collection({ statementType: 'https://in-toto.io/Statement/v2' })
    expect(cause(await judge({ source: lying(other) }))).toBe('evidence-statement ERR_EVIDENCE_STATEMENT')
  })
  it('refuses signed text that two readers could understand in two ways', async () => {
    const text = `{"_type":"https://in-toto.io/Statement/v0.1","subject":[],"predicateType":"a","predicateType":"b","predicate":{}}`
    expect(cause(await judge({ source: lying(await sign(text, [alice], inTotoPayloadType)) }))).toBe('evidence-statement ERR_EVIDENCE_STATEMENT')
  })
  it('refuses a statement over the limits', async () => {
    const source = lying(await collection())
    expect(cause(await judge({ source, limits: { statementBytes: 50 } }))).toBe('limit ERR_LIMIT_EXCEEDED')
    expect(cause(await judge({ source, limits: { statementDepth: 2 } }))).toBe('limit ERR_LIMIT_EXCEEDED')
  })
  it.each([
    ['attestations are no list', { attestations: {} }],
    ['a time is no time', { attestations: [{ ...ran, starttime: 'noon' }] }],
    ['an attestation is not what its type says', { attestations: [{ type: commandRun, attestation: { exitcode: '0' } }] }],
    ['a back-reference has an algorithm that CI/lock does not know', { backrefs: { x: { blake3: 'ab' } } }],
  ])('refuses a collection whose %s', async (_, spec) => {
    expect(await causeOf(spec)).toBe('evidence-collection ERR_EVIDENCE_INVALID')
  })
  it('says which attestation is not what its type says', async () => {
    const report = await judge({ evidence: [await collection({ attestations: [ran, { type: commandRun, attestation: { exitcode: '0' } }] })] })
    expect(find(report, 'evidence-collection')?.place).toEqual({ document: 'statement', pointer: '/predicate/attestations/1/attestation' })
  })
  it('T150: an attestation of a type that nobody knows is kept, and may be asked for', async () => {
    const unknown = { type: 'https://example.com/unknown/v1', attestation: ['anything'] }
    const evidence = [await collection({ attestations: [ran, unknown] })]
    expect(cause(await judge({ evidence }))).toBe('passed')
    const policy = policyOf({ steps: { build: step('build', { attestations: [{ type: unknown.type }] }) } })
    expect(cause(await judge({ evidence, policy }))).toBe('passed')
  })
})

describe('required attestations', () => {
  it('T151: a step that asks for nothing is satisfied by nothing', async () => {
    const policy = policyOf({ steps: { build: step('build', { attestations: [] }) } })
    expect(cause(await judge({ policy }))).toBe('attestation ERR_ATTESTATION_MISSING')
  })
  it('T152: a missing type is refused; the others are checked all the same', async () => {
    const product = 'https://aflock.ai/attestations/product/v0.3'
    const policy = policyOf({ steps: { build: step('build', { attestations: [{ type: product }, { type: commandRun }] }) } })
    const report = await judge({ policy })
    expect(cause(report)).toBe('attestation ERR_ATTESTATION_MISSING')
    expect(checksOf(report).filter(({ code }) => code === 'attestation')).toMatchObject([
      { state: 'failed', expected: product, found: [commandRun] },
      { state: 'passed', expected: commandRun, place: { document: 'statement', pointer: '/predicate/attestations/0' } },
    ])
  })
  it('all types have to stand in one collection', async () => {
    const other = { type: 'https://example.com/x', attestation: {} }
    const policy = policyOf({ steps: { build: step('build', { attestations: [{ type: commandRun }, { type: other.type }] }) } })
    const evidence = [await collection(), await collection({ attestations: [other] })]
    expect(cause(await judge({ policy, evidence }))).toBe('attestation ERR_ATTESTATION_MISSING')
  })
  it('T142: witness and CI/lock name one type in two ways', async () => {
    const witness = 'https://witness.dev/attestations/command-run/v0.1'
    const policy = policyOf({ steps: { build: step('build', { attestations: [{ type: witness }] }) } })
    expect(cause(await judge({ policy }))).toBe('passed')
    expect(await causeOf({ attestations: [{ ...ran, type: witness }], predicateType: witnessCollectionType })).toBe('passed')
  })
  it.each(['https://aflock.ai/attestations/product/v0.1', 'https://witness.dev/attestations/product/v0.1'])('T143: product v0.3 is not %s', async (type) => {
    const policy = policyOf({ steps: { build: step('build', { attestations: [{ type }] }) } })
    const evidence = [await collection({ attestations: [{ type: 'https://aflock.ai/attestations/product/v0.3', attestation: { merkleRoot: hex(''), treeSize: 0, hashAlgorithm: 'sha256', construction: 'RFC6962' } }] })]
    expect(cause(await judge({ policy, evidence }))).toBe('attestation ERR_ATTESTATION_MISSING')
  })
  it.each(['HTTPS://AFLOCK.AI/ATTESTATIONS/COMMAND-RUN/V0.1', `${commandRun}/`, 'https://example.com/attestations/command-run/v0.1'])('takes types by their text: not %s', async (type) => {
    const policy = policyOf({ steps: { build: step('build', { attestations: [{ type }] }) } })
    expect(cause(await judge({ policy }))).toBe('attestation ERR_ATTESTATION_MISSING')
  })
})

describe('subjects', () => {
  it('T126: no collection of the name is told as that', async () => {
    expect(await causeOf({ name: 'deploy' })).toBe('collection ERR_NO_COLLECTION')
    expect(cause(await judge({ evidence: [] }))).toBe('collection ERR_NO_COLLECTION')
  })
  it('T127: a collection about something else is told with what it is about', async () => {
    const report = await judge({ evidence: [await collection({ subjects: { other: { sha256: hex('other') } } })] })
    expect(cause(report)).toBe('subject ERR_SUBJECT_MISMATCH')
    expect(find(report, 'subject')?.message).toContain(`"other" (sha256:${hex('other').slice(0, 12)}…)`)
    expect(find(report, 'subject')).toMatchObject({ expected: [app], found: [{ name: 'other', digest: { sha256: hex('other') } }] })
  })
  it.each([
    ['T130: none', []],
    ['T130: one without digests', { app: {} }],
    ['T131: one by SHA-1', { app: { sha1: 'a'.repeat(40) } }],
    ['T131: one under an unknown algorithm', { app: { md5: hex('app') } }],
    ['T132: one of 64 characters that are no hex', { app: { sha256: 'z'.repeat(64) } }],
  ])('%s never matches', async (_, subjects) => {
    expect(await causeOf({ subjects })).toBe('subject ERR_SUBJECT_MISMATCH')
  })
  it('T131: an artifact handed in by SHA-1 alone binds nothing, though the evidence has it', async () => {
    const subjects = { app: { sha256: hex('app'), sha1: 'a'.repeat(40) } }
    expect(cause(await judge({ evidence: [await collection({ subjects })], subjects: [`sha1:${'a'.repeat(40)}`] }))).toBe('subject ERR_SUBJECT_MISMATCH')
  })
  it('T216: a digest may be handed in with upper-case digits, as text or as a set', async () => {
    const report = await judge({ subjects: [`sha256:${hex('app').toUpperCase()}`] })
    expect(report.verdict).toBe('passed')
    expect(report.subjects[0]?.digests).toEqual([app])
    expect(cause(await judge({ subjects: [{ sha256: hex('app'), sha1: 'b'.repeat(40) }] }))).toBe('passed')
  })
  it.each(['sha256:zz', `sha256:${'z'.repeat(64)}`, 'sha256:', hex('app'), '', 'dirHash:h1:abc', 'gitoid:sha256:abc'])('T216: %j is no digest', async (text) => {
    await expect(judge({ subjects: [text] })).rejects.toMatchObject({ code: 'ERR_DIGEST_INVALID' })
  })
  it('an empty set is no digest', async () => {
    await expect(judge({ subjects: [{}] })).rejects.toMatchObject({ code: 'ERR_DIGEST_INVALID' })
  })
  it('matches directories and gitoids under their own algorithm only', async () => {
    const gitoid = `gitoid:blob:sha256:${hex('app')}`
    const subjects = { tree: { dirHash: hex('tree') }, blob: { 'gitoid:sha256': gitoid } }
    const evidence = [await collection({ subjects })]
    expect(cause(await judge({ evidence, subjects: [`dirHash:${hex('tree')}`] }))).toBe('passed')
    expect(cause(await judge({ evidence, subjects: [`gitoid:sha256:${gitoid}`] }))).toBe('passed')
    expect(cause(await judge({ evidence, subjects: [`sha256:${hex('tree')}`] }))).toBe('subject ERR_SUBJECT_MISMATCH')
  })
  it('T133, T134: what a source says is held against the signed bytes', async () => {
    const other = await collection({ subjects: { other: { sha256: hex('other') } } })
    expect(cause(await judge({ source: lying(other) }))).toBe('subject ERR_SUBJECT_MISMATCH')
    const named = await collection({ name: 'deploy' })
    expect(cause(await judge({ source: lying(named) }))).toBe('collection-name ERR_NO_COLLECTION')
  })
  it('T149: names are compared by their text', async () => {
    for (const name of ['Build', 'build ', '', 'bui\u200Bld', 'build\0']) {
      expect(cause(await judge({ source: lying(await collection({ name })) }))).toBe('collection-name ERR_NO_COLLECTION')
    }
  })
  it('each artifact handed in has to be bound', async () => {
    const report = await judge({ subjects: [app, `sha256:${hex('unknown')}`] })
    expect(cause(report)).toBe('binding ERR_SUBJECT_UNBOUND')
    expect(report.subjects.map(({ boundBy }) => boundBy.length)).toEqual([1, 0])
    expect(encodeJson(report.subjects[0]?.boundBy)).toEqual(encodeJson([{ step: 'build', candidate: report.steps[0]?.candidates[0]?.digest ?? '', by: 'subject', name: 'app' }]))
  })
  it('a second key of the policy does not change who a functionary is', async () => {
    expect(cause(await judge({ policy: policyOf({ publickeys: publickeys(bob) }), evidence: [await collection({ signers: [alice] })] }))).toBe('evidence-signature ERR_EVIDENCE_SIGNATURE')
  })
})
