import { inTotoPayloadType } from '@cilock/core'
import type { Envelope, Source } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { alice, bob, cause, collection, find, hex, judge, keyid, mallory, policyOf, publickeys, ran, sign, step } from '../support/world.ts'

const presets = ['strict', 'compat'] as const
const mismatch = 'functionary ERR_FUNCTIONARY_MISMATCH'
const unsigned = 'evidence-signature ERR_EVIDENCE_SIGNATURE'

/** Gives what it has whatever is asked: a store is not what keeps evidence of one step from another. */
const lying = (...envelopes: readonly Envelope[]): Source => ({ search: async () => envelopes.map((envelope, index) => ({ envelope, reference: `#${index}` })) })

/** Alice builds, bob tests. */
const policy = policyOf({ steps: { build: step('build'), test: step('test', { functionaries: [{ type: 'publickey', publickeyid: keyid(bob) }] }) } })
const tested = await collection({ name: 'test', signers: [bob] })

describe.each(presets)('evidence of another step’s functionary (%s)', (rules) => {
  const verdict = async (...envelopes: readonly Envelope[]): Promise<string> => cause(await judge({ policy, rules, source: lying(...envelopes) }))

  it('is refused by name: whoever tests does not build', async () => {
    expect(await verdict(tested, await collection({ signers: [alice] }))).toBe('passed')
    const report = await judge({ policy, rules, source: lying(tested, await collection({ signers: [bob] })) })
    expect(cause(report)).toBe(mismatch)
    expect(report.steps.map(({ step: name, verdict: each }) => [name, each])).toEqual([['build', 'failed'], ['test', 'passed']])
  })

  it.each(['Build', 'BUILD', ' build', 'build ', 'build\n', 'build\u0000', 'build\u200b', '\ufeffbuild', 'b\u0438ild', 'bu\u0131ld', 'build/', 'build\u202e', ''])('a step name in another spelling is another step: %j', async (name) => {
    expect(await verdict(tested, await collection({ name }))).toBe('collection-name ERR_NO_COLLECTION')
  })

  it('composed and decomposed letters are two steps', async () => {
    const [nfc, nfd] = ['é'.normalize('NFC'), 'é'.normalize('NFD')]
    expect(cause(await judge({ rules, policy: policyOf({ steps: { [nfc]: step(nfc) } }), source: lying(await collection({ name: nfd })) }))).toBe('collection-name ERR_NO_COLLECTION')
    expect(cause(await judge({ rules, policy: policyOf({ steps: { [nfd]: step(nfd) } }), source: lying(await collection({ name: nfd })) }))).toBe('passed')
  })

  it('one collection cannot have the names of two steps', async () => {
    const text = (names: string): string => `{"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"app","digest":{"sha256":"${hex('app')}"}}],"predicateType":"https://aflock.ai/attestation-collection/v0.1","predicate":{${names},"attestations":[]}}`
    const twice = async (names: string): Promise<string> => verdict(tested, await sign(text(names), [alice, bob], inTotoPayloadType))
    expect(await twice('"name":"build","name":"test"')).toBe('evidence-statement ERR_EVIDENCE_STATEMENT')
    expect(await twice('"name":"build","n\\u0061me":"test"')).toBe('evidence-statement ERR_EVIDENCE_STATEMENT')
    expect(await twice('"name":"test","Name":"build"')).toBe('evidence-collection ERR_EVIDENCE_INVALID')
    expect(await twice('"name":["build","test"]')).toBe('evidence-collection ERR_EVIDENCE_INVALID')
  })

  it('counts by one right signature of two, and names only who signed', async () => {
    const report = await judge({ rules, evidence: [await collection({ signers: [mallory, alice] })] })
    expect(cause(report)).toBe('passed')
    expect(report.steps[0]?.candidates[0]?.signers).toEqual([keyid(alice)])
    // two that may not do not make one that may
    expect(cause(await judge({ rules, evidence: [await collection({ signers: [mallory, bob] })] }))).toBe(mismatch)
  })

  it('does not count by a signature of the right key over other bytes, nor by the right key’s id', async () => {
    const [good, other] = [await collection(), await collection({ attestations: [ran, ran] })]
    expect(cause(await judge({ rules, source: lying({ ...good, payload: other.payload }) }))).toBe(unsigned)
    const forged = await collection({ signers: [mallory] })
    expect(cause(await judge({ rules, source: lying({ ...forged, signatures: forged.signatures.map((each) => ({ ...each, keyid: keyid(alice) })) }) }))).toBe(unsigned)
    const byBob = await collection({ signers: [bob] })
    const report = await judge({ rules, source: lying({ ...byBob, signatures: [...byBob.signatures.map((each) => ({ ...each, keyid: keyid(alice) })), ...other.signatures] }) })
    expect(cause(report)).toBe(mismatch)
    expect(find(report, 'functionary')?.found).toEqual([keyid(bob)])
  })

  it('is signed once by a key, however often its signature stands there and under whatever ids', async () => {
    const good = await collection()
    const many = { ...good, signatures: ['', keyid(alice), keyid(bob), 'x'].flatMap((id) => good.signatures.map((each) => ({ ...each, keyid: id }))) }
    const report = await judge({ rules, source: lying(many, good) })
    expect(cause(report)).toBe('passed')
    expect(report.steps[0]?.candidates.map(({ signers }) => signers)).toEqual([[keyid(alice)]])
  })

  it('a key has its own id: another name for it in the policy is refused', async () => {
    const named = { ...publickeys(alice), other: { keyid: 'other', key: btoa(alice.publicKeyPem) } }
    expect(cause(await judge({ rules, policy: policyOf({ publickeys: named }) }))).toBe('policy-public-key ERR_POLICY_KEY')
    const swapped = { [keyid(alice)]: { keyid: keyid(alice), key: btoa(mallory.publicKeyPem) } }
    expect(cause(await judge({ rules, policy: policyOf({ publickeys: swapped }), evidence: [await collection({ signers: [mallory] })] }))).toBe('policy-public-key ERR_POLICY_KEY')
  })
})
