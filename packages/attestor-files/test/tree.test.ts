import { materialType, productType } from '@cilock/attestor-files/type'
import type { MaterialPredicate, TreePredicate } from '@cilock/attestor-files/type'
import { stringifyJson } from '@cilock/core'
import * as fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, expectTypeOf, it } from 'vitest'

const material = materialType.predicateType
const product = productType.predicateType

const emptyRoot = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const a = { path: 'a.txt', fileDigest: '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03', leafHash: 'ecb65bb98f9d905b70458986c39fcbad7715e5f2fcc3b1f07767d7c83e2438cc' }
const b = { path: 'b.txt', fileDigest: 'e258d248fda94c63753607f7c4494ee0fcbe92f1a76bfdac795c9d84101eb317', leafHash: 'dc0a7d4047ef3bfc9f2a86dc270e6e67cb7a3a7c071acedf5899382f6040d106' }
const c = { path: 'c/empty', fileDigest: emptyRoot, leafHash: '5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456' }
const constants = { hashAlgorithm: 'sha256', construction: 'RFC6962' }
const three: TreePredicate = { merkleRoot: 'fc99de6c1a5063b23ad2e2578ded528224455dd8cecfcab0e1a7716545a03edc', treeSize: 3, ...constants, leaves: [a, b, c] }

const failsWith = (code: string, message: RegExp = /./): Error => expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error

describe.each([
  { name: 'material', reader: materialType, type: material, tree: 'tree:materials' },
  { name: 'product', reader: productType, type: product, tree: 'tree:products' },
])('$name v0.3', ({ reader, type, tree }) => {
  it('is read with its root as subject and back-reference', () => {
    const { predicate, subjects, backRefs } = reader.read(three, type)
    expect(predicate).toEqual(three)
    expect(subjects).toEqual({ [tree]: { sha256: three.merkleRoot } })
    expect(backRefs).toEqual(subjects)
  })

  it('is written again in Go\'s order, keys that are not known behind', () => {
    const shuffled = { leaves: [{ leafHash: a.leafHash, fileDigest: a.fileDigest, path: a.path, extra: 1 }], construction: 'RFC6962', hashAlgorithm: 'sha256', treeSize: 1, more: [], merkleRoot: 'e659830b4d09818ad43764cb4b1039ff92e163dbcd6092c60309b63f7bff7c63' }
    expect(stringifyJson(reader.read(shuffled, type).predicate)).toBe(
      `{"merkleRoot":"e659830b4d09818ad43764cb4b1039ff92e163dbcd6092c60309b63f7bff7c63","treeSize":1,"hashAlgorithm":"sha256","construction":"RFC6962","leaves":[{"path":"a.txt","fileDigest":"${a.fileDigest}","leafHash":"${a.leafHash}","extra":1}],"more":[]}`,
    )
  })

  it('is read with leaves in another order, as Go does', () => {
    expect(reader.read({ ...three, leaves: [c, a, b] }, type).subjects).toEqual({ [tree]: { sha256: three.merkleRoot } })
  })

  it.each<[what: string, change: object, message: RegExp]>([
    ['another root', { merkleRoot: b.fileDigest }, /merkleRoot/],
    ['a root in capitals', { merkleRoot: three.merkleRoot.toUpperCase() }, /merkleRoot/],
    ['no root', { merkleRoot: '' }, /merkleRoot/],
    ['a size that is too small', { treeSize: 2 }, /treeSize of 3/],
    ['a size that is too large', { treeSize: 4 }, /treeSize of 3/],
    ['another hash algorithm', { hashAlgorithm: 'sha512' }, /hash algorithm/],
    ['another construction', { construction: 'RFC9162' }, /construction/],
    ['a leaf hash that is not the digest\'s', { leaves: [a, b, { ...c, leafHash: b.leafHash }] }, /leafHash of leaf 2/],
    ['a leaf that was left out', { leaves: [a, b] }, /treeSize of 2/],
    ['a leaf that was left out, with the size of the rest', { leaves: [a, b], treeSize: 2 }, /merkleRoot/],
    ['a leaf of another file', { leaves: [a, b, { ...c, fileDigest: 'ab'.repeat(32) }] }, /leafHash of leaf 2/],
    ['a digest that is none', { leaves: [a, b, { ...c, fileDigest: 'abc' }] }, /fileDigest of leaf 2/],
    ['one path twice', { leaves: [a, b, { ...c, path: 'a.txt' }] }, /path once/],
    ['one content twice', { leaves: [a, b, c, { ...c, path: 'd' }], treeSize: 4 }, /content once/],
    ['no leaves and the root of some', { leaves: [], treeSize: 0 }, /merkleRoot/],
    ['no leaves and the size of some', { leaves: [], merkleRoot: emptyRoot }, /treeSize of 0/],
    ['the key left out, no size and the root of some', { leaves: null, treeSize: 0 }, /root of the empty tree/],
    ['the key left out, a size and the root of none', { leaves: null, merkleRoot: emptyRoot }, /another root/],
    ['the key left out and no root', { leaves: null, merkleRoot: 'abc' }, /sha256 as merkleRoot/],
    ['the key left out and another construction', { leaves: null, construction: '' }, /construction/],
  ])('is refused with %s', (_what, change, message) => {
    expect(() => reader.read({ ...three, ...change }, type)).toThrow(failsWith('ERR_EVIDENCE_INVALID', message))
  })

  it('is refused in the older form that binds paths, and says so', () => {
    const bound = createHash('sha256').update('a.txt\0').update(Buffer.from(a.fileDigest, 'hex')).digest('hex')
    expect(() => reader.read({ ...three, treeSize: 1, leaves: [{ ...a, leafHash: bound }] }, type)).toThrow(failsWith('ERR_EVIDENCE_INVALID', /older form/))
  })

  it.each<[what: string, predicate: unknown]>([
    ['a list', []],
    ['text', 'tree'],
    ['a size that is text', { ...three, treeSize: '3' }],
    ['a negative size', { ...three, treeSize: -1 }],
    ['leaves that are an object', { ...three, leaves: {} }],
    ['a leaf that is text', { ...three, leaves: ['a.txt'] }],
    ['a key in other letter case', { ...three, MerkleRoot: three.merkleRoot }],
  ])('is refused as %s', (_what, predicate) => {
    expect(() => reader.read(predicate, type)).toThrow(failsWith('ERR_MALFORMED'))
  })

  it('is refused with more than 2^20 leaves before anything is hashed', () => {
    expect(() => reader.read({ ...three, leaves: Array.from({ length: 2 ** 20 + 1 }, () => a) }, type)).toThrow(failsWith('ERR_LIMIT_EXCEEDED'))
  })

  it('is refused under a type that it is not', () => {
    expect(() => reader.read(three, type.replace('0.3', '0.4'))).toThrow(TypeError)
  })

  it('is refused whatever one change is made to a leaf', () => {
    const hex = fc.stringMatching(/^[0-9a-f]{64}$/)
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 2), fc.constantFrom('fileDigest', 'leafHash'), hex, (index, key, value) => {
        const leaves = [a, b, c].map((leaf, place) => (place === index ? { ...leaf, [key]: value } : leaf))
        fc.pre(leaves[index]?.[key as 'leafHash'] !== [a, b, c][index]?.[key as 'leafHash'])
        expect(() => reader.read({ ...three, leaves }, type)).toThrow(failsWith('ERR_EVIDENCE_INVALID'))
      }),
    )
  })
})

describe('what a tree says of its files', () => {
  const none = { merkleRoot: emptyRoot, treeSize: 0, ...constants }

  it('material: digests by path', () => {
    expect(materialType.read(three, material).materials).toEqual({ 'a.txt': { sha256: a.fileDigest }, 'b.txt': { sha256: b.fileDigest }, 'c/empty': { sha256: c.fileDigest } })
    expectTypeOf(materialType.read(three, material).predicate).toEqualTypeOf<MaterialPredicate>()
  })

  it('material: [] is nothing found, no key is nothing known', () => {
    expect(materialType.read({ ...none, leaves: [] }, material).materials).toEqual({})
    expect(materialType.read({ ...none, leaves: [] }, material).predicate).toHaveProperty('leaves', [])
    expect(materialType.read(none, material)).not.toHaveProperty('materials')
    expect(materialType.read({ ...none, leaves: null }, material)).not.toHaveProperty('materials')
    expect(materialType.read({ ...three, leaves: undefined }, material)).not.toHaveProperty('materials')
  })

  it('product: digests by path, MIME types unknown', () => {
    expect(productType.read({ ...three, leaves: [{ ...a, kind: 'spdx' }, b, c] }, product).products).toEqual({
      'a.txt': { mime_type: '', digest: { sha256: a.fileDigest } },
      'b.txt': { mime_type: '', digest: { sha256: b.fileDigest } },
      'c/empty': { mime_type: '', digest: { sha256: c.fileDigest } },
    })
  })

  it('product: no key is nothing made, unless the root says otherwise', () => {
    expect(productType.read(none, product).products).toEqual({})
    expect(productType.read({ ...three, leaves: undefined }, product)).not.toHaveProperty('products')
  })

  it('keeps a path called __proto__', () => {
    const read = productType.read({ ...three, leaves: [{ ...a, path: '__proto__' }, b, c] }, product)
    expect(Object.keys(read.products ?? {})).toContain('__proto__')
  })
})

describe('older types', () => {
  const digest = { sha256: a.fileDigest }

  it.each(['https://aflock.ai/attestations/material/v0.1', 'https://witness.dev/attestations/material/v0.1'])('%s', (type) => {
    const predicate = { 'src/b': { sha1: 'ce013625030ba8dba906f756967f9e9ca394464a', sha256: a.fileDigest }, 'src/a': digest }
    const read = materialType.read(predicate, type)
    expect(stringifyJson(read.predicate)).toBe(`{"src/a":{"sha256":"${a.fileDigest}"},"src/b":{"sha1":"ce013625030ba8dba906f756967f9e9ca394464a","sha256":"${a.fileDigest}"}}`)
    expect(read).toMatchObject({ subjects: { 'file:src/a': digest, 'file:src/b': predicate['src/b'] }, backRefs: {}, materials: predicate })
    expect(materialType.read(null, type)).toMatchObject({ predicate: {}, materials: {} })
    expect(() => materialType.read({ 'src/a': 'sha256' }, type)).toThrow(failsWith('ERR_MALFORMED'))
    expect(() => materialType.read([], type)).toThrow(failsWith('ERR_MALFORMED'))
  })

  it.each(['https://aflock.ai/attestations/product/v0.2', 'https://aflock.ai/attestations/product/v0.1', 'https://witness.dev/attestations/product/v0.1'])('%s', (type) => {
    const predicate = { 'dist/a': { mime_type: 'text/plain', digest }, 'out/': { mime_type: 'text/directory', digest: { dirHash: a.fileDigest } } }
    const read = productType.read(predicate, type)
    expect(read).toMatchObject({ predicate, subjects: { 'file:dist/a': digest, 'file:out/': { dirHash: a.fileDigest } }, backRefs: {}, products: predicate })
    expect(productType.read(null, type)).toMatchObject({ predicate: {}, products: {} })
    expect(() => productType.read({ a: { mime_type: 1 } }, type)).toThrow(failsWith('ERR_MALFORMED'))
    expect(() => productType.read({ a: { digest: [] } }, type)).toThrow(failsWith('ERR_MALFORMED'))
  })
})
