import { collectionOf as collectionIn, encodeEnvelope, memorySource, readCollection, sha256Hex, stringifyJson, statementOf, verifyEnvelope, witnessCollectionType } from '@cilock/core'
import { commandRunType } from '@cilock/attestor-command-run/type'
import { materialType, productType } from '@cilock/attestor-files/type'
import { cycloneDxType, sbomType } from '@cilock/attestor-sbom/type'
import { assertFailsWith, assertPasses, attestContext, collectionOf, evidenceOf, memoryStore, policyOf, seededKey, testClock, treeOf, world } from '@cilock/testing'
import type { WorldOptions } from '@cilock/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const types = [materialType, productType, commandRunType]

/** A whole story, as bytes. */
async function story(options: WorldOptions<'builder' | 'scanner'>): Promise<string> {
  const { store, collection, policy, evaluate, clock } = await world({ functionaries: { builder: 'ec-p256', scanner: 'ed25519' }, types, ...options })
  const gate = await policy({
    steps: {
      build: { by: ['builder'], attestations: [productType] },
      scan: { by: ['scanner'], attestations: [materialType, 'https://example.test/scan/v1'], artifactsFrom: ['build'] },
    },
  })
  store.put(await collection({ step: 'build', evidence: [evidenceOf(productType, treeOf('products', { app: '42' }))] }))
  clock.advance(60_000)
  store.put(await collection({ step: 'scan', by: ['scanner'], evidence: [evidenceOf(materialType, treeOf('materials', { app: '42' })), evidenceOf('https://example.test/scan/v1', { findings: 0 })] }))
  const report = await evaluate({ policy: gate, subjects: [`sha256:${sha256Hex('42')}`] })
  assertPasses(report)
  return JSON.stringify([gate, ...store.envelopes()].map((envelope) => sha256Hex(encodeEnvelope(envelope)))) + stringifyJson(report)
}

describe('a world', () => {
  it('is the same twice, byte for byte, and another one from another seed or at another time', async () => {
    const told = await story({ seed: 'a', now: '2026-06-01T12:00:00Z' })
    expect(await story({ seed: 'a', now: '2026-06-01T12:00:00Z' })).toBe(told)
    expect(await story({ seed: 'b', now: '2026-06-01T12:00:00Z' })).not.toBe(told)
    expect(await story({ seed: 'a', now: '2026-06-01T12:00:01Z' })).not.toBe(told)
  })

  it('has keys that follow from seed and name alone, each another', async () => {
    const two = await world({ functionaries: { alice: 'ed25519', bob: 'ed25519' } })
    const { functionaries: { bob } } = await world({ functionaries: { bob: 'ed25519' } })
    expect(two.functionaries.bob.privateKeyPem).toBe(bob.privateKeyPem)
    const keys = [two.functionaries.alice, two.functionaries.bob, two.root, two.stranger].map(({ signer }) => signer.keyid)
    expect(new Set(keys).size).toBe(4)
  })

  it('refuses what a stranger signed, evidence or policy', async () => {
    const { collection, policy, evaluate, stranger } = await world({ types })
    const steps = { build: { by: ['builder'], attestations: [productType] } } as const
    const evidence = [evidenceOf(productType, treeOf('products', { app: '42' }))]
    const subjects = [`sha256:${sha256Hex('42')}`]
    assertFailsWith(await evaluate({ policy: await policy({ steps }), subjects, evidence: [await collection({ step: 'build', evidence, by: [stranger] })] }), 'ERR_EVIDENCE_SIGNATURE')
    assertFailsWith(await evaluate({ policy: await policy({ steps, signedBy: [stranger] }), subjects, evidence: [await collection({ step: 'build', evidence })] }), 'ERR_POLICY_SIGNATURE')
  })

  it('lets time pass', async () => {
    const { clock, collection, policy, evaluate, context } = await world({ now: '2026-06-01T12:00:00Z', types })
    const question = {
      policy: await policy({ steps: { build: { by: ['builder'], attestations: [productType] } }, expires: new Date('2026-06-01T12:01:00Z') }),
      subjects: [`sha256:${sha256Hex('42')}`],
      evidence: [await collection({ step: 'build', evidence: [evidenceOf(productType, treeOf('products', { app: '42' }))] })],
    }
    assertPasses(await evaluate(question))
    clock.advance(61_000)
    expect(context.clock()).toEqual(new Date('2026-06-01T12:01:01Z'))
    assertFailsWith(await evaluate(question), 'ERR_POLICY_EXPIRED')
    assertPasses(await evaluate({ ...question, now: new Date('2026-06-01T12:00:00Z') }))
  })

  it('knows nobody else, and wants somebody and a time', async () => {
    const { collection } = await world()
    // @ts-expect-error nobody of this name
    await expect(collection({ step: 'build', evidence: [], by: ['mallory'] })).rejects.toThrow(TypeError)
    await expect(world({ functionaries: {} })).rejects.toThrow(TypeError)
    await expect(world({ now: 'soon' })).rejects.toThrow(TypeError)
    expect(() => testClock(new Date(Number.NaN))).toThrow(TypeError)
  })
})

describe('a store', () => {
  it('finds what a memory source finds, keeps each once, and goes on taking', async () => {
    const { collection } = await world()
    const store = memoryStore()
    const seen = evidenceOf('https://example.test/a/v1', {})
    const [one, two] = [await collection({ step: 'one', evidence: [seen] }), await collection({ step: 'two', evidence: [seen] })]
    const reference = store.put(one)
    expect(await store.search({ collection: 'two' })).toEqual([])
    store.put(two)
    expect(store.put(one)).toBe(reference)
    expect(store.envelopes()).toEqual([one, two])
    for (const query of [{}, { collection: 'two' }, { collection: 'three' }]) expect(await store.search(query)).toEqual(await memorySource([one, two]).search(query))
  })
})

describe('evidence from plain objects', () => {
  const v01 = 'https://aflock.ai/attestations/command-run/v0.1'

  it('is read by its type, which says what it is about', () => {
    const { name, type, evidence } = evidenceOf(productType, treeOf('products', { a: '1' }))
    expect([name, type]).toEqual(['product', productType.predicateType])
    expect(evidence.products).toEqual({ a: { mime_type: '', digest: { sha256: sha256Hex('1') } } })
    expect(Object.keys(evidence.subjects ?? {})).toEqual(['tree:products'])
  })
  it('stands under another URI of the type where told so, or where its content decides', () => {
    expect(evidenceOf(commandRunType, { cmd: ['make'], exitcode: 0 }, { as: v01 }).type).toBe(v01)
    expect(evidenceOf(sbomType, { bomFormat: 'CycloneDX', specVersion: '1.5' }).type).toBe(cycloneDxType)
    expect(() => evidenceOf(commandRunType, { cmd: ['make'], exitcode: 0 }, { as: productType.predicateType })).toThrow(TypeError)
  })
  it('is refused where its type refuses it', () => {
    // @ts-expect-error an exit code is a number
    expect(() => evidenceOf(commandRunType, { cmd: ['make'], exitcode: '0' }, { as: v01 })).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
    expect(() => evidenceOf(productType, { ...treeOf('products', { a: '1' }), treeSize: 2 })).toThrow(expect.objectContaining({ code: 'ERR_EVIDENCE_INVALID' }))
  })
  it('makes trees that are read, of any files', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }).filter((path) => !/[\\]/.test(path)), fc.uint8Array()), (files) => {
        expect(evidenceOf(productType, treeOf('products', files)).evidence.products).toBeDefined()
        const { materials = {} } = evidenceOf(materialType, treeOf('materials', files)).evidence
        expect(new Set(Object.values(materials).map(({ sha256 }) => sha256))).toEqual(new Set(Object.values(files).map((content) => sha256Hex(content))))
      }),
    )
  })
})

describe('a collection from plain objects', () => {
  it('is signed, in order, at its time, about its subjects, and read back', async () => {
    const { signer, verifier } = await seededKey('builder')
    const evidence = [evidenceOf('https://example.test/z/v1', [1]), evidenceOf(productType, treeOf('products', { a: '1' })), evidenceOf('https://example.test/a/v1', null)]
    const envelope = await collectionOf({ step: 'build', evidence, signers: [signer], at: new Date('2026-06-01T12:00:00Z'), subjects: { app: { sha256: sha256Hex('app') } } })
    const statement = statementOf(await verifyEnvelope(envelope, [verifier]))
    expect(statement.subject.map(({ name }) => name)).toEqual(['app', `${productType.predicateType}/tree:products`])
    const { name, attestations } = readCollection(statement, [productType])
    expect([name, ...attestations.map(({ type }) => type)]).toEqual(['build', 'https://example.test/z/v1', productType.predicateType, 'https://example.test/a/v1'])
    expect(attestations[1]).toMatchObject({ starttime: '2026-06-01T12:00:00Z', evidence: { products: { a: {} } } })
    expect(Object.keys(collectionIn(statement).backrefs ?? {})).toEqual([`${productType.predicateType}/tree:products`])
  })
  it('wants evidence, a signer and a name', async () => {
    const evidence = [evidenceOf('https://example.test/a/v1', {})]
    const signers = [(await seededKey('a')).signer]
    await expect(collectionOf({ step: 'build', evidence, signers: [] })).rejects.toThrow(TypeError)
    await expect(collectionOf({ step: '', evidence, signers })).rejects.toThrow(TypeError)
    await expect(collectionOf({ step: 'build', evidence: [], signers })).rejects.toThrow(TypeError)
  })
  it('is what witness reads where told so, and refuses what witness does not know', async () => {
    const { signer, verifier } = await seededKey('builder')
    const ran = evidenceOf(commandRunType, { cmd: ['make'], exitcode: 0 }, { as: 'https://aflock.ai/attestations/command-run/v0.1' })
    const envelope = await collectionOf({ step: 'build', evidence: [ran], signers: [signer], dialect: 'witness' })
    const statement = statementOf(await verifyEnvelope(envelope, [verifier]))
    expect(statement.predicateType).toBe(witnessCollectionType)
    expect(collectionIn(statement).attestations.map(({ type }) => type)).toEqual(['https://witness.dev/attestations/command-run/v0.1'])
    const made = evidenceOf(productType, treeOf('products', { a: '1' }))
    await expect(collectionOf({ step: 'build', evidence: [made], signers: [signer], dialect: 'witness' })).rejects.toMatchObject({ code: 'ERR_ATTESTOR_FAILED', cause: { code: 'ERR_DIALECT_UNSUPPORTED' } })
  })
  it('refuses digests that Go could not read', async () => {
    const odd = { ...evidenceOf('https://example.test/a/v1', {}), evidence: { predicate: {}, subjects: { 'a:b': { md5: '00' } } } }
    await expect(collectionOf({ step: 'build', evidence: [odd], signers: [(await seededKey('a')).signer] })).rejects.toMatchObject({ code: 'ERR_ATTESTOR_FAILED' })
  })
})

it('a context hashes by its own algorithms, bytes and streams, and reaches no network', async () => {
  const { hash, fetch } = attestContext({ hashes: ['sha1', 'sha256'] })
  const bytes = new TextEncoder().encode('42')
  expect(Object.keys(await hash(bytes)).toSorted()).toEqual(['sha1', 'sha256'])
  expect(await hash((async function* () { yield bytes.subarray(0, 1); yield bytes.subarray(1) })())).toEqual(await hash(bytes))
  await expect(fetch('https://example.test')).rejects.toMatchObject({ code: 'ERR_FETCH_MISSING' })
})

it('a policy holds each key that a step names, and what the document adds wins', async () => {
  const { verifier } = await seededKey('a')
  const document = policyOf({ expires: new Date('2030-01-01T00:00:00Z'), steps: { build: { by: [verifier], attestations: [productType, 'https://example.test/a/v1'], document: { allowedUntracked: ['x'], functionaries: [] } } } })
  expect(document).toEqual({
    expires: '2030-01-01T00:00:00.000Z',
    publickeys: { [verifier.keyid]: { keyid: verifier.keyid, key: btoa(verifier.publicKeyPem) } },
    steps: { build: { name: 'build', functionaries: [], attestations: [{ type: productType.predicateType }, { type: 'https://example.test/a/v1' }], allowedUntracked: ['x'] } },
  })
})
