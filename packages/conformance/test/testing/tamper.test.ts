import { encodeUtf8, inTotoPayloadType, memorySource, parseJson, signEnvelope, verifyEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { materialType, productType } from '@cilock/attestor-files/type'
import type { PolicyErrorCode } from '@cilock/policy'
import { assertFailsWith, assertPasses, carelessSource, evidenceOf, forge, tamper, tamperings, treeOf, world } from '@cilock/testing'
import type { StatementTampering, Tampering } from '@cilock/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const here = await world({ seed: 'tamper', functionaries: { builder: 'ec-p256', other: 'ed25519' }, types: [materialType, productType] })
const { builder, other } = here.functionaries
const app = { sha256: 'ab'.repeat(32) }
const plain = await here.collection({
  step: 'build',
  subjects: { app },
  evidence: [evidenceOf(materialType, treeOf('materials', { 'app.ts': '6*7' })), evidenceOf(productType, treeOf('products', { 'app.js': '42', 'b.js': '43' }))],
})
const pem = '-----BEGIN CERTIFICATE-----\nMIIBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n-----END CERTIFICATE-----\n'
const full: Envelope = {
  ...plain,
  signatures: plain.signatures.map((signature) => ({ ...signature, certificate: encodeUtf8(pem), timestamps: [{ type: 'tsp', data: Uint8Array.of(1, 2, 3) }] })),
}
const policy = await here.policy({ steps: { build: { by: ['builder'], attestations: [materialType, productType] } } })
const question = { policy, subjects: [app] }

/** Where two documents differ, as JSON pointers. */
function differences(a: unknown, b: unknown, at = ''): readonly string[] {
  if (a instanceof Uint8Array || b instanceof Uint8Array || typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return JSON.stringify(a) === JSON.stringify(b) ? [] : [at]
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].flatMap((key) => differences((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${at}/${key}`))
}

const ofEnvelope: Readonly<Record<string, readonly string[]>> = {
  payload: ['/payload'],
  payloadType: ['/payloadType'],
  signature: ['/signatures/0/sig'],
  keyid: ['/signatures/0/keyid'],
  certificate: ['/signatures/0/certificate'],
  timestamp: ['/signatures/0/timestamps/0/data'],
  unsigned: ['/signatures/0'],
  'repeated-signature': ['/signatures/1'],
}
const ofStatement: Readonly<Record<StatementTampering, readonly string[]>> = {
  statementType: ['/_type'],
  predicateType: ['/predicateType'],
  subject: ['/subject/0/digest/sha256'],
  step: ['/predicate/name'],
  attestation: ['/predicate/attestations/1'],
  leaf: ['/predicate/attestations/0/attestation/leaves/0/fileDigest'],
  root: ['/predicate/attestations/0/attestation/merkleRoot'],
  backref: ['/predicate/backrefs/https:~1~1aflock.ai~1attestations~1material~1v0.3~1tree:materials/sha256'],
}

it('knows them all', () => {
  expect(tamperings.toSorted()).toEqual([...Object.keys(ofEnvelope), ...Object.keys(ofStatement)].toSorted())
})

describe('changes one thing, and leaves what it was given', () => {
  it.each(Object.entries(ofEnvelope))('%s', (what, places) => {
    const before = JSON.stringify(full)
    expect(differences(full, tamper(full, what as Tampering))).toEqual(places)
    expect(JSON.stringify(full)).toBe(before)
  })
  it.each(Object.entries(ofStatement))('%s', (what, places) => {
    const changed = tamper(full, what as Tampering)
    expect(differences(full, changed)).toEqual(['/payload'])
    const found = differences(parseJson(full.payload), parseJson(changed.payload))
    expect(found.map((place) => place.replace('https://aflock.ai/attestations/material/v0.3/', 'https:~1~1aflock.ai~1attestations~1material~1v0.3~1'))).toEqual(places)
  })
})

describe('is refused by a gate, each for its reason', () => {
  const codes: readonly (readonly [Tampering, PolicyErrorCode])[] = [
    ...(['payload', 'signature', 'unsigned', 'statementType', 'predicateType', 'subject', 'step', 'attestation', 'leaf', 'root', 'backref'] as const).map((what) => [what, 'ERR_EVIDENCE_SIGNATURE'] as const),
    ['payloadType', 'ERR_EVIDENCE_PAYLOAD_TYPE'],
  ]
  it.each(codes)('%s: %s', async (what, code) => {
    assertPasses(await here.evaluate({ ...question, evidence: [plain] }))
    const report = await here.evaluate({ ...question, evidence: [tamper(plain, what)] })
    assertFailsWith(report, code)
  })
  it.each(['keyid', 'repeated-signature'] as const)('but for %s, which decides nothing', async (what) => {
    assertPasses(await here.evaluate({ ...question, evidence: [tamper(plain, what)] }))
  })
  it('counts a repeated signature once', async () => {
    await expect(verifyEnvelope(tamper(plain, 'repeated-signature'), [builder.verifier], { threshold: 2 })).rejects.toMatchObject({ code: 'ERR_SIGNATURE_THRESHOLD' })
  })
})

describe('is signed by a liar', () => {
  it.each<[StatementTampering, PolicyErrorCode]>([
    ['statementType', 'ERR_EVIDENCE_STATEMENT'],
    ['predicateType', 'ERR_EVIDENCE_PREDICATE_TYPE'],
    ['step', 'ERR_NO_COLLECTION'],
    ['attestation', 'ERR_ATTESTATION_MISSING'],
    ['leaf', 'ERR_EVIDENCE_INVALID'],
    ['root', 'ERR_EVIDENCE_INVALID'],
  ])('%s: %s', async (what, code) => {
    const forged = await forge(plain, what, [builder.signer])
    await expect(verifyEnvelope(forged, [builder.verifier])).resolves.toBeDefined()
    assertFailsWith(await here.evaluate({ ...question, evidence: [forged] }), code)
  })
  it('a subject: the statement is about something else', async () => {
    const about = await here.collection({ step: 'build', subjects: { app }, evidence: [evidenceOf('https://example.test/a/v1', {})] })
    const asked = { policy: await here.policy({ steps: { build: { by: ['builder'], attestations: ['https://example.test/a/v1'] } } }), subjects: [app] }
    assertPasses(await here.evaluate({ ...asked, evidence: [about] }))
    assertFailsWith(await here.evaluate({ ...asked, evidence: [await forge(about, 'subject', [builder.signer])] }), 'ERR_SUBJECT_MISMATCH')
  })
  it('and by somebody who may not: the functionary decides', async () => {
    const forged = await forge(plain, 'subject', [other.signer])
    assertFailsWith(await here.evaluate({ ...question, evidence: [forged] }), 'ERR_EVIDENCE_SIGNATURE')
  })
})

describe('has nothing to tamper with', () => {
  const nothing = { code: 'ERR_NOTHING_TO_TAMPER' }
  it.each(['certificate', 'timestamp'] as const)('an envelope without a %s', (what) => expect(() => tamper(plain, what)).toThrow(expect.objectContaining(nothing)))
  it.each(['signature', 'keyid', 'unsigned', 'repeated-signature', 'certificate'] as const)('an envelope without signatures: %s', (what) => {
    expect(() => tamper({ ...plain, signatures: [] }, what)).toThrow(expect.objectContaining(nothing))
  })
  it.each(['subject', 'step', 'attestation', 'leaf', 'root', 'backref'] as const)('a statement of something else: %s', async (what) => {
    const envelope = await signEnvelope({ payload: encodeUtf8('{"_type":"x","subject":[],"predicate":{}}'), payloadType: inTotoPayloadType, signers: [builder.signer] })
    expect(() => tamper(envelope, what)).toThrow(expect.objectContaining(nothing))
    await expect(forge(envelope, what, [builder.signer])).rejects.toMatchObject(nothing)
  })
  it('a payload that is no object, or no JSON', () => {
    expect(() => tamper({ ...plain, payload: encodeUtf8('[]') }, 'subject')).toThrow(expect.objectContaining(nothing))
    expect(() => tamper({ ...plain, payload: encodeUtf8('{') }, 'subject')).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
  })
  it('another word', async () => {
    // @ts-expect-error no such kind
    expect(() => tamper(plain, 'everything')).toThrow(TypeError)
    // @ts-expect-error a change of the envelope cannot be signed
    await expect(forge(plain, 'payload', [builder.signer])).rejects.toThrow(TypeError)
  })
})

it('never gives back the envelope that it was given, whatever its statement', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.string(), { minKeys: 1 }), fc.constantFrom('subject', 'step', 'attestation', 'predicateType', 'statementType', 'payload', 'signature', 'keyid') as fc.Arbitrary<Tampering>, async (values, what) => {
      const envelope = await here.collection({ step: 'build', subjects: { app }, by: ['other'], evidence: [evidenceOf('https://example.test/a/v1', values)] })
      const changed = tamper(envelope, what)
      expect(differences(envelope, changed)).not.toEqual([])
      if (what === 'keyid') return
      await expect(verifyEnvelope(changed, [other.verifier])).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
    }),
    { numRuns: 60 },
  )
})

it('a careless source gives all it has, where a good one would refuse it', async () => {
  const broken = tamper(plain, 'statementType')
  expect(() => memorySource([broken])).toThrow()
  expect(await carelessSource([broken, plain]).search({ collection: 'no such step' })).toHaveLength(2)
})
