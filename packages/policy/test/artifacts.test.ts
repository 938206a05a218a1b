import { fileTree } from '@cilock/core/merkle'
import type { DigestSet, Envelope } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { bob, cause, checksOf, collection, find, hex, judge, policyOf, ran, step } from './support/world.ts'
import type { EntrySpec } from './support/world.ts'

type Files = Readonly<Record<string, string | DigestSet>>

function digestOf(content: string | DigestSet): DigestSet {
  return typeof content === 'string' ? { sha256: hex(content) } : content
}

function materials(files: Files, host = 'aflock.ai'): EntrySpec {
  return { type: `https://${host}/attestations/material/v0.1`, attestation: Object.fromEntries(Object.entries(files).map(([path, content]) => [path, digestOf(content)])) }
}

function products(files: Files, host = 'aflock.ai'): EntrySpec {
  const entries = Object.entries(files).map(([path, content]) => [path, { mime_type: 'text/plain', digest: digestOf(content) }])
  return { type: `https://${host}/attestations/product/v0.1`, attestation: Object.fromEntries(entries) }
}

function tree(kind: 'material' | 'product', files: Readonly<Record<string, string>>, change: Readonly<Record<string, unknown>> = {}): EntrySpec {
  const made = fileTree(Object.entries(files).map(([path, content]) => ({ path, sha256: hex(content) })))
  return { type: `https://aflock.ai/attestations/${kind}/v0.3`, attestation: { ...made, ...change } }
}

const policy = policyOf({ steps: { fetch: step('fetch'), build: step('build', { artifactsFrom: ['fetch'] }) } })

async function fetched(...entries: readonly EntrySpec[]): Promise<Envelope> {
  return collection({ name: 'fetch', attestations: [ran, ...entries] })
}

async function built(...entries: readonly EntrySpec[]): Promise<Envelope> {
  return collection({ attestations: [ran, ...entries] })
}

async function edge(upstream: readonly EntrySpec[], downstream: readonly EntrySpec[]): Promise<string> {
  return cause(await judge({ policy, evidence: [await fetched(...upstream), await built(...downstream)] }))
}

const mismatch = 'artifacts ERR_ARTIFACTS_MISMATCH'

describe('artifactsFrom', () => {
  it('T184: equal digests pass, also between the old and the new form', async () => {
    const files = { 'src/a': 'a', 'src/b': 'b' }
    for (const upstream of [products(files), products(files, 'witness.dev'), tree('product', files)]) {
      for (const downstream of [materials(files), materials(files, 'witness.dev'), tree('material', files)]) expect(await edge([upstream], [downstream])).toBe('passed')
    }
  })
  it('T185: one that differs is refused and named, with both digests', async () => {
    const evidence = [await fetched(products({ a: 'a', b: 'b' })), await built(materials({ a: 'a', b: 'changed' }))]
    const report = await judge({ policy, evidence })
    expect(cause(report)).toBe(mismatch)
    const upstream = report.steps.find((each) => each.step === 'fetch')?.candidates[0]?.digest
    expect(find(report, 'artifacts')).toMatchObject({
      message: '"b" is not what "fetch" left',
      found: [{ candidate: upstream, shared: 2, mismatches: [{ path: 'b', expected: { sha256: hex('b') }, found: { sha256: hex('changed') } }] }],
      place: { document: 'policy', pointer: '/steps/build/artifactsFrom/0' },
    })
  })
  it('T186: without a path in common nothing was handed on', async () => {
    expect(await edge([products({ a: 'a' })], [materials({ b: 'b' })])).toBe(mismatch)
    expect(await edge([products({ a: 'a' })], [materials({ A: 'a' })])).toBe(mismatch)
    expect(await edge([products({ a: 'a' })], [materials({ './a': 'a' })])).toBe(mismatch)
    expect(await edge([products({})], [materials({ a: 'a' })])).toBe(mismatch)
  })
  it('T187: what a step before left and this one did not use is not compared', async () => {
    expect(await edge([products({ a: 'a', more: 'x' })], [materials({ a: 'a' })])).toBe('passed')
  })
  it('compares with what a step left: its products over its materials', async () => {
    expect(await edge([materials({ a: 'a' })], [materials({ a: 'a' })])).toBe('passed')
    expect(await edge([materials({ a: 'old' }), products({ a: 'new' })], [materials({ a: 'new' })])).toBe('passed')
    expect(await edge([materials({ a: 'old' }), products({ a: 'new' })], [materials({ a: 'old' })])).toBe(mismatch)
  })
  it.each([
    ['no material attestation', []],
    ['an empty map', [materials({})]],
    ['null', [{ ...materials({}), attestation: null }]],
    ['a tree without leaves', [tree('material', { a: 'a' }, { leaves: undefined })]],
    ['leaves that are null', [tree('material', { a: 'a' }, { leaves: null })]],
  ])('T189: %s says nothing of what was found, which is not the same as nothing', async (_, downstream) => {
    const report = await judge({ policy, evidence: [await fetched(products({ a: 'a' })), await built(...downstream)] })
    expect(cause(report)).toBe(mismatch)
    expect(find(report, 'artifacts')?.message).toContain('does not say which files')
  })
  it('T189: an empty tree says that nothing was found', async () => {
    expect(await edge([products({ a: 'a' })], [tree('material', {})])).toBe('passed')
  })
  it.each([
    ['T190, T191: a leaf that is not in the root', { leaves: fileTree([{ path: 'a', sha256: hex('forged') }]).leaves }],
    ['T190, T191: a root that is not of the leaves', { merkleRoot: hex('x') }],
    ['T202: no leaves under a root of some', { leaves: [] }],
    ['T202: no leaves, size 0, under a root of some', { leaves: [], treeSize: 0 }],
    ['a wrong size', { treeSize: 2 }],
    ['another construction', { construction: 'XYZ' }],
    ['another hash', { hashAlgorithm: 'sha512' }],
    ['a wrong leafHash', { leaves: [{ path: 'a', fileDigest: hex('a'), leafHash: hex('a') }] }],
  ])('%s is refused on either side', async (_, change) => {
    const refused = 'evidence-collection ERR_EVIDENCE_INVALID'
    expect(await edge([products({ a: 'a' })], [tree('material', { a: 'a' }, change)])).toBe(refused)
    expect(await edge([tree('product', { a: 'a' }, change)], [materials({ a: 'a' })])).toBe(refused)
  })
  it('T192: leaves with one path twice are refused', async () => {
    const [one, two] = [...fileTree([{ path: 'x', sha256: hex('1') }, { path: 'y', sha256: hex('2') }]).leaves]
    const leaves = [one, { ...two, path: one?.path }]
    expect(await edge([products({ a: 'a' })], [tree('material', { x: '1', y: '2' }, { leaves })])).toBe('evidence-collection ERR_EVIDENCE_INVALID')
  })
  it('T194: SHA-1 beside a SHA-256 that is left out is no comparison', async () => {
    const sha1 = 'a'.repeat(40)
    expect(await edge([products({ a: { sha256: hex('a'), sha1 } })], [materials({ a: { sha1 } })])).toBe(mismatch)
  })
  it('an algorithm that CI/lock does not know is refused where it reads digest sets', async () => {
    const digest = { sha256: hex('a'), blake3: hex('a') }
    expect(await edge([products({ a: 'a' })], [materials({ a: digest })])).toBe('evidence-collection ERR_EVIDENCE_INVALID')
    expect(await edge([products({ a: digest })], [materials({ a: 'a' })])).toBe('evidence-collection ERR_EVIDENCE_INVALID')
  })
  it('T195: equal by SHA-256 and different by SHA-1 is different', async () => {
    const digest = (letter: string): DigestSet => ({ sha256: hex('a'), sha1: letter.repeat(40) })
    expect(await edge([products({ a: digest('a') })], [materials({ a: digest('b') })])).toBe(mismatch)
  })
  it('T196: empty digest sets equal nothing, not even each other', async () => {
    expect(await edge([products({ a: {} })], [materials({ a: {} })])).toBe(mismatch)
  })
  it('T200: one path with two digests in one collection is a contradiction', async () => {
    const report = await judge({ policy, evidence: [await fetched(products({ a: 'a' })), await built(materials({ a: 'bad' }), materials({ a: 'a' }, 'witness.dev'))] })
    expect(cause(report)).toBe('artifact-conflict ERR_ARTIFACTS_MISMATCH')
    expect(checksOf(report).find(({ state, code }) => code === 'artifact-conflict' && state === 'failed')?.found).toEqual([{ path: 'a', digests: [{ sha256: hex('bad') }, { sha256: hex('a') }] }])
    expect(await edge([products({ a: 'a' }), products({ a: 'b' }, 'witness.dev')], [materials({ a: 'a' })])).toBe('artifact-conflict ERR_ARTIFACTS_MISMATCH')
    expect(await edge([products({ a: 'a' }), products({ a: 'a' }, 'witness.dev')], [materials({ a: 'a' })])).toBe('passed')
  })
  it('each step that is named has to fit', async () => {
    const two = policyOf({ steps: { fetch: step('fetch'), libs: step('libs'), build: step('build', { artifactsFrom: ['fetch', 'libs'] }) } })
    const libs = await collection({ name: 'libs', attestations: [ran, products({ lib: 'lib' })] })
    const evidence = async (lib: string): Promise<readonly Envelope[]> => [await fetched(products({ a: 'a' })), libs, await built(materials({ a: 'a', lib }))]
    expect(cause(await judge({ policy: two, evidence: await evidence('lib') }))).toBe('passed')
    expect(cause(await judge({ policy: two, evidence: await evidence('changed') }))).toBe(mismatch)
  })
})

describe('several candidates', () => {
  it('T197: any of those upstream may be the one', async () => {
    const evidence = [await fetched(products({ a: 'other' })), await fetched(products({ a: 'a' })), await built(materials({ a: 'a' }))]
    expect(cause(await judge({ policy, evidence }))).toBe('passed')
  })
  it('but all files have to fit the same one', async () => {
    const evidence = [await fetched(products({ a: 'a', b: 'x' })), await fetched(products({ a: 'x', b: 'b' })), await built(materials({ a: 'a', b: 'b' }))]
    expect(cause(await judge({ policy, evidence }))).toBe(mismatch)
  })
  it('T198: a step upstream without accepted evidence satisfies nobody', async () => {
    const evidence = [await collection({ name: 'fetch', attestations: [ran, products({ a: 'a' })], signers: [bob] }), await built(materials({ a: 'a' }))]
    const report = await judge({ policy, evidence })
    expect(cause(report)).toBe('functionary ERR_FUNCTIONARY_MISMATCH')
    expect(find(report, 'artifacts')?.state).toBe('not-evaluated')
  })
  it('T199: of two one that fits is enough, and the other is dropped', async () => {
    const evidence = [await fetched(products({ a: 'a' })), await built(materials({ a: 'a' })), await built(materials({ a: 'bad' }))]
    const report = await judge({ policy, evidence })
    expect(report.verdict).toBe('passed')
    expect(report.steps.find((each) => each.step === 'build')?.candidates.map(({ verdict }) => verdict).toSorted()).toEqual(['failed', 'passed'])
    expect(report.subjects[0]?.boundBy).toHaveLength(2)
  })
  it('T199: what was dropped does not serve the steps after it', async () => {
    const three = policyOf({ steps: { fetch: step('fetch'), build: step('build', { artifactsFrom: ['fetch'] }), pack: step('pack', { artifactsFrom: ['build'] }) } })
    const pack = await collection({ name: 'pack', attestations: [ran, materials({ out: 'bad' })] })
    const evidence = [await fetched(products({ a: 'a' })), await built(materials({ a: 'a' }), products({ out: 'good' })), await built(materials({ a: 'bad' }), products({ out: 'bad' })), pack]
    expect(cause(await judge({ policy: three, evidence }))).toBe(mismatch)
  })
  it('what only dropped evidence leads to does not count', async () => {
    const three = policyOf({ steps: { fetch: step('fetch'), build: step('build', { artifactsFrom: ['fetch'] }), scan: step('scan') } })
    const bad = await collection({ attestations: [ran, materials({ a: 'bad' })], backrefs: { scan: { sha256: hex('scan') } } })
    const scan = await collection({ name: 'scan', subjects: { scan: { sha256: hex('scan') } } })
    const evidence = [await fetched(products({ a: 'a' })), await built(materials({ a: 'a' })), bad, scan]
    const report = await judge({ policy: three, evidence })
    expect(cause(report)).toBe('subject ERR_SUBJECT_MISMATCH')
    expect(report.steps.find((each) => each.step === 'scan')?.candidates[0]?.checks.find(({ code }) => code === 'subject')?.message).toContain('turned down')
  })
})
