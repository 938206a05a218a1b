import { encodeHex, decodeHex, sha256Hex } from '@cilock/core'
import { checkFileTree, fileTree, hashLeaf, singleFileRoot, treeOfFileDigests, verifyInclusion, type FileTree } from '@cilock/core/merkle'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusalOf } from '../json/code-of.ts'

const files = [
  { path: 'c/empty', sha256: sha256Hex('') },
  { path: 'b.txt', sha256: sha256Hex('world\n') },
  { path: 'a.txt', sha256: sha256Hex('hello\n') },
]

/** What CI/lock wrote for these files. */
const recorded: FileTree = {
  merkleRoot: 'fc99de6c1a5063b23ad2e2578ded528224455dd8cecfcab0e1a7716545a03edc',
  treeSize: 3,
  hashAlgorithm: 'sha256',
  construction: 'RFC6962',
  leaves: [
    { path: 'a.txt', fileDigest: sha256Hex('hello\n'), leafHash: 'ecb65bb98f9d905b70458986c39fcbad7715e5f2fcc3b1f07767d7c83e2438cc' },
    { path: 'b.txt', fileDigest: sha256Hex('world\n'), leafHash: 'dc0a7d4047ef3bfc9f2a86dc270e6e67cb7a3a7c071acedf5899382f6040d106' },
    { path: 'c/empty', fileDigest: sha256Hex(''), leafHash: '5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456' },
  ],
}

const someFiles = fc.uniqueArray(fc.record({ path: fc.string(), sha256: fc.nat(9).map((content) => sha256Hex(String(content))) }), { maxLength: 12, selector: ({ path }) => path })

describe('fileTree', () => {
  it('is the tree of CI/lock', () => {
    expect(fileTree(files)).toEqual(recorded)
    expect(fileTree(files.map(({ path, sha256 }) => ({ path, sha256: sha256.toUpperCase() })))).toEqual(recorded)
  })

  it('of nothing has the root of nothing', () => {
    expect(fileTree([])).toEqual({ merkleRoot: sha256Hex(''), treeSize: 0, hashAlgorithm: 'sha256', construction: 'RFC6962', leaves: [] })
  })

  it('keeps the smallest path of files with the same bytes', () => {
    const same = ['z', '\u{10000}', '\ue000', 'Z'].map((path) => ({ path, sha256: sha256Hex('x') }))
    expect(fileTree(same).leaves.map(({ path }) => path)).toEqual(['Z'])
    expect(fileTree(same.slice(1, 3)).leaves.map(({ path }) => path)).toEqual(['\ue000'])
  })

  it('holds in any order of its files, and passes its own check', () => {
    fc.assert(
      fc.property(someFiles, (files) => {
        const tree = fileTree(files)
        expect(fileTree(files.toReversed())).toEqual(tree)
        checkFileTree(tree)
        expect(tree.treeSize).toBe(new Set(files.map(({ sha256 }) => sha256)).size)
      }),
    )
  })

  it('leads from a file alone to the root that verify looks for', () => {
    expect(singleFileRoot(sha256Hex('hello\n'))).toBe('e659830b4d09818ad43764cb4b1039ff92e163dbcd6092c60309b63f7bff7c63')
  })

  it('gives the audit path that CI/lock gives', () => {
    const tree = treeOfFileDigests(recorded.leaves.map(({ fileDigest }) => fileDigest))
    const path = tree.inclusionPath(0)
    expect(path.map((hash) => encodeHex(hash))).toEqual(['87c1aac59ddd7e38064aaeaaa170436788511fb10d19708add8e91fe6316cf41', '26c1890517951ee7b2ec597b41e71b39cddced8b202bd601a4bb3805a434ec70'])
    verifyInclusion({ index: 0, size: 3, root: decodeHex(recorded.merkleRoot), leafHash: hashLeaf(decodeHex(recorded.leaves[0]?.leafHash ?? '')), path })
    expect(tree.inclusionPath(2).map((hash) => encodeHex(hash))).toEqual(['0f4d5e2c1fea2eb1b5e3b742a782799c725b1dada49f08aa28f6a9393e6b5064'])
  })

  it('refuses what is no sha256', () => {
    const good = sha256Hex('')
    for (const sha256 of ['', 'abc', 'g'.repeat(64), `${good.slice(1)}g`, `${good}0`, good.slice(2), `${good.slice(1)}\u0660`, `${good.slice(1)}\uff11`]) {
      expect(refusalOf(() => fileTree([{ path: 'a', sha256 }])).code).toBe('ERR_DIGEST_INVALID')
      expect(refusalOf(() => fileTree([{ path: 'b', sha256: good }, { path: 'a', sha256 }])).message).toContain('for "a"')
      expect(refusalOf(() => singleFileRoot(sha256)).code).toBe('ERR_DIGEST_INVALID')
    }
  })
})

describe('checkFileTree', () => {
  const [first, second, third] = recorded.leaves
  if (first === undefined || second === undefined || third === undefined) throw new TypeError('three leaves')

  it('takes leaves in any order', () => {
    expect(() => checkFileTree({ ...recorded, leaves: [third, first, second] })).not.toThrow()
    expect(() => checkFileTree(fileTree([]))).not.toThrow()
  })

  it.each([
    ['another hash algorithm', { ...recorded, hashAlgorithm: 'sha512' }, 'the hash algorithm sha256'],
    ['another construction', { ...recorded, construction: 'RFC9162' }, 'the construction RFC6962'],
    ['another size', { ...recorded, treeSize: 4 }, 'a treeSize of 3'],
    ['no leaves but a root', { ...recorded, treeSize: 0, leaves: [] }, 'the merkleRoot e3b0c442'],
    ['no leaves but a size', { ...fileTree([]), treeSize: 3 }, 'a treeSize of 0'],
    ['a leaf removed', { ...recorded, treeSize: 2, leaves: [first, second] }, 'the merkleRoot'],
    ['a root in upper case', { ...recorded, merkleRoot: recorded.merkleRoot.toUpperCase() }, 'the merkleRoot'],
    ['another leafHash', { ...recorded, leaves: [{ ...first, leafHash: second.leafHash }, second, third] }, 'leafHash of leaf 0'],
    ['another content', { ...recorded, leaves: [first, second, fileTree([{ path: 'c/empty', sha256: sha256Hex('x') }]).leaves[0] ?? third] }, 'the merkleRoot'],
    ['a digest that is none', { ...recorded, leaves: [{ ...first, fileDigest: 'abc' }, second, third] }, 'a sha256 as fileDigest of leaf 0'],
    ['a path twice', { ...recorded, leaves: [first, { ...second, path: 'a.txt' }, third] }, 'each path once'],
    ['a content twice', { ...recorded, treeSize: 4, leaves: [first, second, third, { ...third, path: 'd' }] }, 'each content once'],
  ])('refuses %s', (_, tree, message) => {
    expect(refusalOf(() => checkFileTree(tree))).toEqual({ code: 'ERR_EVIDENCE_INVALID', message: expect.stringContaining(message) as string })
  })

  it('says when the leaves are of the older form that binds the path', () => {
    const bound = sha256Hex(Buffer.concat([Buffer.from('a.txt\0'), decodeHex(first.fileDigest)]))
    expect(refusalOf(() => checkFileTree({ ...recorded, leaves: [{ ...first, leafHash: bound }, second, third] })).message).toContain('older form')
  })

  it('refuses too many leaves before it looks at them', () => {
    const leaves = Object.assign([], { length: 2 ** 20 + 1 }) as unknown as FileTree['leaves']
    expect(refusalOf(() => checkFileTree({ ...recorded, leaves })).code).toBe('ERR_LIMIT_EXCEEDED')
  })
})
