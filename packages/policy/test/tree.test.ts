import { decodeHex, encodeHex, encodeStatement, inTotoPayloadType, witnessCollectionType } from '@cilock/core'
import { fileTree, treeOfFileDigests } from '@cilock/core/merkle'
import type { Envelope, Source } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { app, cause, collection, find, hex, judge, mallory, policyOf, ran, step } from './support/world.ts'
import type { CollectionSpec } from './support/world.ts'

const productTree = 'https://aflock.ai/attestations/product/v0.3'
const materialTree = 'https://aflock.ai/attestations/material/v0.3'
const proofType = 'https://aflock.ai/attestations/inclusion-proof/v0.1'
const names: Readonly<Record<string, string>> = { [productTree]: 'tree:products', [materialTree]: 'tree:materials' }

const three = treeOf(['app', 'lib', 'doc'])

function treeOf(contents: readonly string[]): ReturnType<typeof fileTree> {
  return fileTree(contents.map((content) => ({ path: content, sha256: hex(content) })))
}

async function made(tree: Readonly<Record<string, unknown>>, type: string = productTree, spec: CollectionSpec = {}): Promise<Envelope> {
  const subjects = { [`${type}/${names[type] ?? ''}`]: { sha256: String(tree['merkleRoot']) } }
  return collection({ attestations: [ran, { type, attestation: tree }], subjects, ...spec })
}

const withoutLeaves = (tree: ReturnType<typeof fileTree>): Readonly<Record<string, unknown>> => ({ ...tree, leaves: undefined })

async function proof(change: Readonly<Record<string, unknown>> = {}): Promise<Envelope> {
  const digests = three.leaves.map(({ fileDigest }) => fileDigest)
  const index = digests.indexOf(hex('app'))
  const auditPath = treeOfFileDigests(digests).inclusionPath(index).map((hash) => encodeHex(hash))
  const predicate = { treeRoot: three.merkleRoot, leafIndex: index, leafPath: 'app', fileDigest: hex('app'), auditPath, hashAlgorithm: 'sha256', construction: 'RFC6962', ...change }
  // signed by nobody in particular: a proof is held against the root that a functionary signed
  return collection({ predicateType: proofType, predicate, subjects: { 'file:app': { sha256: hex('app') } }, signers: [mallory], payloadType: inTotoPayloadType })
}

async function causeOf(...evidence: readonly Envelope[]): Promise<string> {
  return cause(await judge({ evidence }))
}

describe('from an artifact to the tree that holds it', () => {
  it('a file that is all that a step made is found by the root of its tree', async () => {
    const report = await judge({ evidence: [await made(withoutLeaves(treeOf(['app'])))] })
    expect(report.subjects[0]?.boundBy).toMatchObject([{ by: 'subject', name: `${productTree}/tree:products` }])
  })
  it('a file among others is found by the leaves, and the path is told', async () => {
    const report = await judge({ evidence: [await made({ ...three })] })
    expect(report.verdict).toBe('passed')
    expect(report.subjects[0]?.boundBy).toMatchObject([{ by: 'leaf', name: 'app', step: 'build' }])
  })
  it('in a collection of witness too', async () => {
    expect(await causeOf(await made({ ...three }, productTree, { predicateType: witnessCollectionType }))).toBe('passed')
  })
  it('a file that is in no tree is not found, and neither is one whose leaves were left out', async () => {
    expect(await causeOf(await made({ ...treeOf(['lib', 'doc']) }))).toBe('subject ERR_SUBJECT_MISMATCH')
    expect(await causeOf(await made(withoutLeaves(three)))).toBe('subject ERR_SUBJECT_MISMATCH')
  })
  it('a tree whose root is no subject of the statement leads nowhere', async () => {
    expect(await causeOf(await made({ ...three }, productTree, { subjects: { other: { sha256: hex('other') } } }))).toBe('subject ERR_SUBJECT_MISMATCH')
  })
  it('T215: a forged leaf binds nothing', async () => {
    const forged = three.leaves.map((leaf) => (leaf.path === 'lib' ? { ...leaf, fileDigest: hex('evil') } : leaf))
    const report = await judge({ evidence: [await made({ ...three, leaves: forged })], subjects: [`sha256:${hex('evil')}`] })
    expect(cause(report)).toBe('evidence-collection ERR_EVIDENCE_INVALID')
    expect(report.subjects[0]?.boundBy).toEqual([])
  })
  it('leads on to steps that used the whole tree', async () => {
    const policy = policyOf({ steps: { build: step('build'), test: step('test') } })
    const tested = await made({ ...three }, materialTree, { name: 'test' })
    expect(cause(await judge({ policy, evidence: [await made({ ...three }), tested] }))).toBe('passed')
  })
})

describe('an inclusion proof', () => {
  it('leaves no trace of the order in which proofs come, nor of copies', async () => {
    const step = await made(withoutLeaves(three))
    const proofs = await Promise.all(['app', 'b', 'é', 'a\nb'].map(async (leafPath) => proof({ leafPath })))
    const source = (some: readonly Envelope[]): Source => ({ search: async ({ predicateTypes = [] }) => Promise.resolve((predicateTypes.includes(proofType) ? some : [step]).map((envelope, index) => ({ envelope, reference: String(index % 2) }))) })
    const one = await judge({ source: source(proofs) })
    expect(one.subjects[0]?.boundBy.map(({ name }) => name)).toEqual(['a\nb', 'app', 'b', 'é'])
    expect(JSON.stringify(await judge({ source: source(proofs.toReversed()) }))).toBe(JSON.stringify(one))
    expect(JSON.stringify(await judge({ source: source([...proofs, ...proofs.map((each) => ({ ...each }))]) }))).toBe(JSON.stringify(one))
  })
  it('does not bury the evidence under many others that nobody vouches for', async () => {
    const tree = withoutLeaves(three)
    const builds = await Promise.all(Array.from({ length: 110 }, async (_, index) => made(tree, productTree, { subjects: { [`${productTree}/tree:products`]: { sha256: three.merkleRoot }, other: { sha256: hex(String(index)) } } })))
    const wrong = Array.from({ length: 5_000 }, (_, index): Envelope => ({
      payloadType: inTotoPayloadType,
      signatures: [],
      payload: encodeStatement({
        subjects: { 'file:app': { sha256: hex('app') } },
        predicateType: proofType,
        predicate: { treeRoot: '', leafIndex: 1, leafPath: `app${index}`, fileDigest: hex('app'), auditPath: [hex(`left ${index}`), hex('right')], hashAlgorithm: 'sha256', construction: 'RFC6962' },
      }),
    }))
    expect((await judge({ evidence: [...builds, ...wrong, await proof()] })).subjects[0]?.boundBy).toHaveLength(110)
  })

  it('shows that a file is in a tree without its leaves, whoever signed the proof', async () => {
    const report = await judge({ evidence: [await made(withoutLeaves(three)), await proof()] })
    expect(report.verdict).toBe('passed')
    expect(report.subjects[0]?.boundBy).toMatchObject([{ by: 'inclusion-proof', name: 'app' }])
  })
  it('may leave out the root, which is not taken from it anyway', async () => {
    expect(await causeOf(await made(withoutLeaves(three)), await proof({ treeRoot: '' }))).toBe('passed')
  })
  it.each([
    ['names another root', { treeRoot: hex('x') }],
    ['names a root that is none', { treeRoot: 'x' }],
    ['is for another file', { fileDigest: hex('other') }],
    ['is too short', { auditPath: [] }],
    ['is too long', { auditPath: [hex('1'), hex('2'), hex('3')] }],
    ['has a wrong sibling', { auditPath: [hex('1'), hex('2')] }],
    ['stands outside of the tree', { leafIndex: 3 }],
    ['has a position that is none', { leafIndex: -1 }],
    ['has no position', { leafIndex: '0' }],
    ['is built in another way', { construction: 'other' }],
    ['uses another hash', { hashAlgorithm: 'sha1' }],
    ['has siblings that are no digests', { auditPath: ['x', 'y'] }],
  ])('that %s shows nothing', async (_, change) => {
    expect(await causeOf(await made(withoutLeaves(three)), await proof(change))).toBe('subject ERR_SUBJECT_MISMATCH')
  })
  it('of a tree by another size shows nothing', async () => {
    expect(await causeOf(await made({ ...withoutLeaves(three), treeSize: 2 }), await proof())).toBe('subject ERR_SUBJECT_MISMATCH')
    expect(decodeHex(three.merkleRoot)).toHaveLength(32)
  })
  it('of a tree that a step only read does not bind the file to it', async () => {
    expect(await causeOf(await made(withoutLeaves(three), materialTree), await proof())).toBe('binding ERR_SUBJECT_UNBOUND')
  })
})

describe('B30: what a step only found is not what it made', () => {
  const unbound = 'binding ERR_SUBJECT_UNBOUND'

  it('a file among the materials does not verify as the artifact', async () => {
    const report = await judge({ evidence: [await made({ ...three }, materialTree)] })
    expect(report.steps.map(({ verdict }) => verdict)).toEqual(['passed'])
    expect(cause(report)).toBe(unbound)
    expect(find(report, 'binding')).toMatchObject({ found: ['build'], expected: [app] })
  })
  it('nor does one that is all that the step found', async () => {
    expect(await causeOf(await made(withoutLeaves(treeOf(['app'])), materialTree))).toBe(unbound)
  })
  it('nor does the root of the materials itself, under whatever prefix the subject has', async () => {
    for (const name of [`${materialTree}/tree:materials`, 'tree:materials']) {
      const evidence = [await made({ ...three }, materialTree, { subjects: { [name]: { sha256: three.merkleRoot } } })]
      expect(cause(await judge({ evidence, subjects: [`sha256:${three.merkleRoot}`] }))).toBe(unbound)
    }
  })
  it('but it leads to the step that made it, which binds it', async () => {
    const policy = policyOf({ steps: { fetch: step('fetch'), build: step('build') } })
    const evidence = [await made({ ...three }, productTree, { name: 'fetch' }), await made({ ...three }, materialTree)]
    const report = await judge({ policy, evidence })
    expect(report.verdict).toBe('passed')
    expect(report.subjects[0]?.boundBy.map(({ step: name }) => name)).toEqual(['fetch'])
  })
  it('a subject of another attestor binds, such as the id of an image', async () => {
    const subjects = { 'https://aflock.ai/attestations/oci/v0.1/imageid:app': { sha256: hex('app') } }
    expect(await causeOf(await made({ ...three }, materialTree, { subjects }))).toBe('passed')
  })
})
