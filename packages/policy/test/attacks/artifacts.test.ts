import type { DigestSet } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { cause, collection, find, hex, judge, policyOf, ran, step } from '../support/world.ts'
import type { EntrySpec } from '../support/world.ts'

type Files = Readonly<Record<string, DigestSet>>

const of = (content: string): DigestSet => ({ sha256: hex(content) })
// not by a literal, in which `__proto__` would be no key
const file = (path: string, digest: DigestSet): Files => Object.fromEntries([[path, digest]])
const materials = (files: Files): EntrySpec => ({ type: 'https://aflock.ai/attestations/material/v0.1', attestation: files })
const products = (files: Files): EntrySpec => ({ type: 'https://aflock.ai/attestations/product/v0.1', attestation: Object.fromEntries(Object.entries(files).map(([path, digest]) => [path, { mime_type: 'text/plain', digest }])) })

const policy = policyOf({ steps: { fetch: step('fetch'), build: step('build', { artifactsFrom: ['fetch'] }) } })
const mismatch = 'artifacts ERR_ARTIFACTS_MISMATCH'
const untracked = 'artifacts-untracked ERR_ARTIFACTS_MISMATCH'

async function edge(left: readonly EntrySpec[], used: readonly EntrySpec[], rules: 'strict' | 'compat' = 'strict') {
  return judge({ policy, rules, evidence: [await collection({ name: 'fetch', attestations: [ran, ...left] }), await collection({ attestations: [ran, ...used] })] })
}

async function verdicts(left: readonly EntrySpec[], used: readonly EntrySpec[]): Promise<readonly string[]> {
  return [cause(await edge(left, used)), cause(await edge(left, used, 'compat'))]
}

describe('a path in another spelling', () => {
  const spellings = ['./lib', 'lib/', '/lib', 'lib//', './/lib', 'x/../lib', '../lib', 'Lib', 'LIB', '\\lib', '.\\lib', 'lib ', ' lib', 'lib\u200b', 'lib\u0000', 'l\u0456b', 'file:lib', '%6cib', 'lib\ufeff']

  it.each(spellings)('%j is another file: alone it joins nothing', async (path) => {
    expect(await verdicts([products(file('lib', of('lib')))], [materials(file(path, of('lib')))])).toEqual([mismatch, mismatch])
  })
  it.each(spellings)('%j beside a file that fits is one that no step before left; only CI/lock’s rules do not compare it', async (path) => {
    const left = products({ ...file('lib', of('lib')), ...file('main', of('main')) })
    expect(await verdicts([left], [materials({ ...file(path, of('evil')), ...file('main', of('main')) })])).toEqual([untracked, 'passed'])
    // nor does a file that fits hide one that does not
    expect(await verdicts([left], [materials({ ...file(path, of('lib')), ...file('lib', of('evil')) })])).toEqual([mismatch, mismatch])
  })
  it('composed and decomposed letters are two paths, in names that look the same', async () => {
    const [nfc, nfd] = ['é'.normalize('NFC'), 'é'.normalize('NFD')]
    expect(nfc).not.toBe(nfd)
    expect(await verdicts([products(file(nfc, of('a')))], [materials(file(nfd, of('a')))])).toEqual([mismatch, mismatch])
    expect(await verdicts([products(file(nfc, of('a')))], [materials({ ...file(nfc, of('a')), ...file(nfd, of('evil')) })])).toEqual([untracked, 'passed'])
  })
  it.each([...spellings, 'é'.normalize('NFD')])('%j that both spell so is one file', async (path) => {
    expect(await verdicts([products(file(path, of('lib')))], [materials(file(path, of('lib')))])).toEqual(['passed', 'passed'])
  })
})

describe('names that every object has', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '']

  it.each(names)('%j is a path as any other', async (path) => {
    expect(await verdicts([products(file(path, of('a')))], [materials(file(path, of('a')))])).toEqual(['passed', 'passed'])
    const report = await edge([products(file(path, of('a')))], [materials(file(path, of('b')))])
    expect(cause(report)).toBe(mismatch)
    expect(find(report, 'artifacts')?.found).toMatchObject([{ mismatches: [{ path, expected: of('a'), found: of('b') }] }])
    // nothing that is inherited is a file that a step before left
    expect(await verdicts([products(file('main', of('m')))], [materials({ ...file('main', of('m')), ...file(path, of('evil')) })])).toEqual([untracked, 'passed'])
  })
  it.each(names)('%j is no algorithm', async (algorithm) => {
    const digest: DigestSet = Object.fromEntries([[algorithm, hex('a')]])
    const refused = 'evidence-collection ERR_EVIDENCE_INVALID'
    expect(await verdicts([products(file('a', digest))], [materials(file('a', digest))])).toEqual([refused, refused])
    expect(await verdicts([products(file('a', { ...of('a'), ...digest }))], [materials(file('a', of('a')))])).toEqual([refused, refused])
  })
})

describe('digests', () => {
  const gitoid = `gitoid:blob:sha256:${hex('a')}`
  const sha1 = 'a'.repeat(40)

  it.each<readonly [string, DigestSet]>([
    ['a word', { sha256: 'unknown' }],
    ['nothing', { sha256: '' }],
    ['a blank', { sha256: ' ' }],
    ['a digest behind its algorithm', { sha256: `sha256:${hex('a')}` }],
    ['a digest with a blank', { sha256: `${hex('a')} ` }],
    ['a digest with a line', { sha256: `${hex('a')}\n` }],
    ['a digest that is a digit short', { sha256: hex('a').slice(1) }],
    ['a digest in letters that are none of hex', { sha256: `g${hex('a').slice(1)}` }],
    ['a digest in wide digits', { sha256: `\uff10${hex('a').slice(1)}` }],
    ['the digest of another algorithm', { sha256: sha1 }],
    ['a SHA-1 that is none', { sha1: 'unknown' }],
    ['a gitoid without its form', { 'gitoid:sha256': hex('a') }],
    ['a gitoid of another object', { 'gitoid:sha256': `gitoid:tree:sha256:${hex('a')}` }],
    ['a directory’s digest in Go’s form', { dirHash: 'h1:Zm9v' }],
    ['a word beside a digest', { sha256: hex('a'), sha1: 'unknown' }],
  ])('%s on both sides says nothing of the content; CI/lock takes the texts for equal', async (_, digest) => {
    expect(await verdicts([products({ a: digest })], [materials({ a: digest })])).toEqual([mismatch, 'passed'])
    const check = find(await edge([products({ a: digest })], [materials({ a: digest })]), 'artifacts')
    expect(check?.message).toBe('the texts for "a" are equal, and no digests of their algorithms')
    expect(check?.found).toMatchObject([{ mismatches: [{ path: 'a', expected: digest, found: digest }] }])
    // by the rule of that name alone
    const without = await judge({ policy, rules: { wellFormedDigests: false }, evidence: [await collection({ name: 'fetch', attestations: [ran, products({ a: digest })] }), await collection({ attestations: [ran, materials({ a: digest })] })] })
    expect(cause(without)).toBe('passed')
  })
  it.each<readonly [string, DigestSet]>([
    ['SHA-256', of('a')],
    ['SHA-1 alone', { sha1 }],
    ['a gitoid', { 'gitoid:sha256': gitoid }],
    ['a gitoid of SHA-1', { 'gitoid:sha1': `gitoid:blob:sha1:${sha1}` }],
    ['a directory’s digest', { dirHash: hex('a') }],
    ['capital letters on both sides', { sha256: hex('a').toUpperCase() }],
    ['all of them', { sha256: hex('a'), sha1, 'gitoid:sha256': gitoid, 'gitoid:sha1': `gitoid:blob:sha1:${sha1}`, dirHash: hex('a') }],
  ])('%s joins the steps', async (_, digest) => {
    expect(await verdicts([products({ a: digest })], [materials({ a: digest })])).toEqual(['passed', 'passed'])
  })
  it.each<readonly [string, DigestSet, DigestSet]>([
    ['capital letters on one side', { sha256: hex('a').toUpperCase() }, of('a')],
    ['algorithms that do not meet', of('a'), { 'gitoid:sha256': gitoid }],
    ['only the weaker one in common', { ...of('a'), sha1 }, { sha1 }],
    ['the stronger one equal, the weaker one another', { ...of('a'), sha1 }, { ...of('a'), sha1: 'b'.repeat(40) }],
    ['the weaker one equal, the stronger one another', { ...of('a'), sha1 }, { ...of('b'), sha1 }],
    ['one of two that are as strong another', { ...of('a'), 'gitoid:sha256': gitoid }, { ...of('a'), 'gitoid:sha256': `gitoid:blob:sha256:${hex('b')}` }],
    ['nothing on either side', {}, {}],
    ['nothing on one side', of('a'), {}],
  ])('%s are not the same', async (_, left, used) => {
    expect(await verdicts([products({ a: left })], [materials({ a: used })])).toEqual([mismatch, mismatch])
    expect(await verdicts([products({ a: used })], [materials({ a: left })])).toEqual([mismatch, mismatch])
  })
  it('a word that only one side has, of an algorithm that is not compared, takes nothing away', async () => {
    expect(await verdicts([products({ a: { ...of('a'), sha1: 'unknown' } })], [materials({ a: of('a') })])).toEqual(['passed', 'passed'])
  })
})

describe('a file twice in one collection', () => {
  const conflict = 'artifact-conflict ERR_ARTIFACTS_MISMATCH'
  const witness = (files: Files): EntrySpec => ({ ...materials(files), type: 'https://witness.dev/attestations/material/v0.1' })

  it('with two digests contradicts itself, in whatever order the attestations stand, on either side', async () => {
    const left = products(file('a', of('a')))
    for (const used of [[materials(file('a', of('a'))), witness(file('a', of('evil')))], [materials(file('a', of('evil'))), witness(file('a', of('a')))]]) {
      expect(await verdicts([left], used)).toEqual([conflict, conflict])
      expect(await verdicts(used, [materials(file('a', of('a')))])).toEqual([conflict, conflict])
    }
  })
  it('by algorithms that do not meet contradicts itself too: nobody gets to choose', async () => {
    const used = [materials(file('a', of('a'))), witness(file('a', { 'gitoid:sha256': `gitoid:blob:sha256:${hex('evil')}` }))]
    expect(await verdicts([products(file('a', of('a')))], used)).toEqual([conflict, conflict])
  })
  it('with one digest is one file, with all the algorithms that are known of it', async () => {
    const sha1 = 'a'.repeat(40)
    const used = [materials(file('a', of('a'))), witness(file('a', { ...of('a'), sha1 }))]
    expect(await verdicts([products(file('a', { ...of('a'), sha1 }))], used)).toEqual(['passed', 'passed'])
    expect(await verdicts([products(file('a', { ...of('a'), sha1: 'b'.repeat(40) }))], used)).toEqual([mismatch, mismatch])
  })
})
