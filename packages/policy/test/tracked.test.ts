import { fileTree, singleFileRoot } from '@cilock/core/merkle'
import { decodeHex, hashBytes } from '@cilock/core'
import type { DigestSet } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { cause, collection, find, hex, judge, policyOf, ran, step } from './support/world.ts'
import type { EntrySpec } from './support/world.ts'

const materialV01 = 'https://aflock.ai/attestations/material/v0.1'
const productV01 = 'https://aflock.ai/attestations/product/v0.1'
const productTree = 'https://aflock.ai/attestations/product/v0.3'

const digests = (files: Readonly<Record<string, string>>): Readonly<Record<string, DigestSet>> => Object.fromEntries(Object.entries(files).map(([path, content]) => [path, { sha256: hex(content) }]))
const materials = (files: Readonly<Record<string, string>>): EntrySpec => ({ type: materialV01, attestation: digests(files) })
const products = (files: Readonly<Record<string, string>>): EntrySpec => ({ type: productV01, attestation: Object.fromEntries(Object.entries(digests(files)).map(([path, digest]) => [path, { mime_type: '', digest }])) })
const treeOf = (files: Readonly<Record<string, string>>) => fileTree(Object.entries(files).map(([path, content]) => ({ path, sha256: hex(content) })))
const tree = (files: Readonly<Record<string, string>>): EntrySpec => ({ type: productTree, attestation: treeOf(files) })

interface EdgeSpec {
  readonly allowedUntracked?: readonly string[]
  readonly rules?: { readonly trackedMaterials: boolean }
  readonly second?: readonly EntrySpec[]
}

async function edge(upstream: readonly EntrySpec[], downstream: readonly EntrySpec[], { allowedUntracked, rules, second }: EdgeSpec = {}) {
  const steps = {
    fetch: step('fetch'),
    ...(second === undefined ? {} : { other: step('other') }),
    build: step('build', { artifactsFrom: second === undefined ? ['fetch'] : ['fetch', 'other'], ...(allowedUntracked === undefined ? {} : { allowedUntracked }) }),
  }
  const evidence = [await collection({ name: 'fetch', attestations: [ran, ...upstream] }), await collection({ attestations: [ran, ...downstream] })]
  if (second !== undefined) evidence.push(await collection({ name: 'other', attestations: [ran, ...second] }))
  return judge({ policy: policyOf({ steps }), evidence, ...(rules === undefined ? {} : { rules }) })
}

const untracked = 'artifacts-untracked ERR_ARTIFACTS_MISMATCH'

describe('materials that no step before left', () => {
  it('T188: a file that was added between two steps is refused and named', async () => {
    const report = await edge([products({ a: 'a' })], [materials({ a: 'a', own: 'x' })])
    expect(cause(report)).toBe(untracked)
    expect(find(report, 'artifacts-untracked')).toMatchObject({ found: { paths: ['own'], count: 1 }, place: { document: 'policy', pointer: '/steps/build/artifactsFrom' } })
  })
  it('T188: unless allowedUntracked names it, by CI/lock’s globs with / as separator', async () => {
    const run = async (...allowedUntracked: readonly string[]) => cause(await edge([products({ a: 'a' })], [materials({ a: 'a', 'cache/x/y': 'x' })], { allowedUntracked }))
    expect(await run('cache/**')).toBe('passed')
    expect(await run('cache/*/y')).toBe('passed')
    expect(await run('cache/*')).toBe(untracked)
    expect(await run('{a,b}', 'other/**')).toBe(untracked)
  })
  it('T188: with the rule off, what stands on one side alone is not compared', async () => {
    expect(cause(await edge([products({ a: 'a' })], [materials({ a: 'a', own: 'x' })], { rules: { trackedMaterials: false } }))).toBe('passed')
  })
  it('a pattern that is none is refused with the policy', async () => {
    const report = await edge([products({ a: 'a' })], [materials({ a: 'a' })], { allowedUntracked: ['ok/**', '[a'] })
    expect(cause(report)).toBe('policy-glob ERR_POLICY_DOCUMENT')
    expect(find(report, 'policy-glob')?.place.pointer).toBe('/steps/build/allowedUntracked/1')
  })
  it('files of several steps before count together', async () => {
    expect(cause(await edge([products({ a: 'a' })], [materials({ a: 'a', b: 'b' })], { second: [products({ b: 'b' })] }))).toBe('passed')
    expect(cause(await edge([products({ a: 'a' })], [materials({ a: 'a', b: 'b', c: 'c' })], { second: [products({ b: 'b' })] }))).toBe(untracked)
  })
  it('a file of a step before under another name is another file', async () => {
    expect(cause(await edge([products({ a: 'a', b: 'b' })], [materials({ a: 'a', renamed: 'b' })]))).toBe(untracked)
  })
  it('T201: of equal contents a tree names one path, so the content is enough; a replaced twin is found', async () => {
    expect(cause(await edge([tree({ a: 'a', 'x/__init__.py': '', 'y/__init__.py': '' })], [materials({ a: 'a', 'x/__init__.py': '', 'y/__init__.py': '' })]))).toBe('passed')
    const report = await edge([tree({ a: 'a', 'x/__init__.py': '', 'y/__init__.py': '' })], [materials({ a: 'a', 'x/__init__.py': '', 'y/__init__.py': 'evil' })])
    expect(cause(report)).toBe(untracked)
    expect(find(report, 'artifacts-untracked')?.found).toEqual({ paths: ['y/__init__.py'], count: 1 })
  })
  it('is not asked while an edge does not fit anyway', async () => {
    const report = await edge([products({ a: 'a' })], [materials({ a: 'changed', own: 'x' })])
    expect(cause(report)).toBe('artifacts ERR_ARTIFACTS_MISMATCH')
    expect(find(report, 'artifacts-untracked')?.state).toBe('not-evaluated')
  })
})

describe('a file whose own digest is the root of a tree', () => {
  const two = treeOf({ app: 'app', lib: 'lib' })
  /** `01 ‖ left ‖ right`: its SHA-256 is the root of the tree of two leaves. */
  const forged = Uint8Array.from([1, ...two.leaves.flatMap(({ fileDigest }) => [...decodeHex(singleFileRoot(fileDigest))])])
  const subjects = { [`${productTree}/tree:products`]: { sha256: two.merkleRoot } }
  const evidence = async () => [await collection({ attestations: [ran, { type: productTree, attestation: two }], subjects })]

  it('is made from the two halves', () => {
    expect(hashBytes(forged, ['sha256'])).toEqual({ sha256: two.merkleRoot })
    expect(forged).toHaveLength(65)
  })
  it('is not taken for the tree when it is handed in as a file', async () => {
    const report = await judge({ evidence: await evidence(), subjects: [{ sha256: two.merkleRoot }] })
    expect(cause(report)).toBe('subject ERR_SUBJECT_MISMATCH')
  })
  it('nor beside a subject that is the file, as what binds it', async () => {
    const both = await collection({ attestations: [ran, { type: productTree, attestation: two }], subjects: { ...subjects, 'file:app': { sha256: hex('app') } } })
    const report = await judge({ evidence: [both], subjects: [{ sha256: hex('app') }, { sha256: two.merkleRoot }] })
    expect(cause(report)).toBe('binding ERR_SUBJECT_UNBOUND')
  })
  it('a digest that is only named may be that of a tree, and files of the tree are found as before', async () => {
    expect(cause(await judge({ evidence: await evidence(), subjects: [`sha256:${two.merkleRoot}`] }))).toBe('passed')
    expect(cause(await judge({ evidence: await evidence(), subjects: [{ sha256: hex('lib') }] }))).toBe('passed')
  })
  it('nor for what an external attestation is about', async () => {
    const external = await collection({ predicate: {}, predicateType: 'https://example.com/review/v1', subjects })
    const policy = policyOf({ steps: {}, externalAttestations: { x: { name: 'x', predicateType: 'https://example.com/review/v1', functionaries: step('x').functionaries } } })
    expect(cause(await judge({ policy, evidence: [external], subjects: [{ sha256: two.merkleRoot }] }))).toBe('subject ERR_SUBJECT_MISMATCH')
    expect(cause(await judge({ policy, evidence: [external], subjects: [`sha256:${two.merkleRoot}`] }))).toBe('passed')
  })
})
