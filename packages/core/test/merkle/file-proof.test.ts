import { sha256Hex } from '@cilock/core'
import { fileTree, proveFile, readFileProof, verifyFileProof } from '@cilock/core/merkle'
import type { FileProof } from '@cilock/core/merkle'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const three = fileTree([
  { path: 'a.txt', sha256: sha256Hex('hello\n') },
  { path: 'b.txt', sha256: sha256Hex('world\n') },
  { path: 'c/empty', sha256: sha256Hex('') },
])
const recorded: FileProof = {
  treeRoot: 'fc99de6c1a5063b23ad2e2578ded528224455dd8cecfcab0e1a7716545a03edc',
  leafIndex: 0,
  leafPath: 'a.txt',
  fileDigest: '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
  auditPath: ['87c1aac59ddd7e38064aaeaaa170436788511fb10d19708add8e91fe6316cf41', '26c1890517951ee7b2ec597b41e71b39cddced8b202bd601a4bb3805a434ec70'],
  hashAlgorithm: 'sha256',
  construction: 'RFC6962',
}
const invalid: unknown = expect.objectContaining({ code: 'ERR_EVIDENCE_INVALID' })

describe('a proof that a file is in a tree', () => {
  it('is what Go makes of the same files', () => {
    expect(proveFile(three.leaves, sha256Hex('hello\n').toUpperCase())).toEqual(recorded)
    verifyFileProof(readFileProof(recorded), three)
  })

  it('holds for every file of every tree, and in no other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 40 }), fc.nat(), (contents, pick) => {
        const tree = fileTree(contents.map((content, index) => ({ path: `f${index}`, sha256: sha256Hex(content) })))
        const leaf = tree.leaves[pick % tree.leaves.length]
        const proof = readFileProof(proveFile(tree.leaves, leaf?.fileDigest ?? ''))
        verifyFileProof(proof, tree)
        const other = fileTree([...contents, `${contents.join()}!`].map((content, index) => ({ path: `f${index}`, sha256: sha256Hex(content) })))
        expect(() => verifyFileProof({ ...proof, treeRoot: '' }, other)).toThrow(invalid)
        expect(() => verifyFileProof({ ...proof, fileDigest: sha256Hex(`${contents.join()}?`) }, tree)).toThrow(invalid)
      }),
    )
  })

  it('is made for no file that the tree has not', () => {
    expect(() => proveFile(three.leaves, sha256Hex('other'))).toThrow(invalid)
  })

  it.each<[string, Partial<FileProof>]>([
    ['another root', { treeRoot: sha256Hex('x') }],
    ['another place', { leafIndex: 1 }],
    ['a place behind the last', { leafIndex: 3 }],
    ['another file', { fileDigest: sha256Hex('world\n') }],
    ['a shorter path', { auditPath: recorded.auditPath?.slice(0, 1) ?? null }],
    ['a longer path', { auditPath: [...(recorded.auditPath ?? []), sha256Hex('')] }],
    ['no path', { auditPath: null }],
    ['nothing', { treeRoot: '', leafIndex: 0, leafPath: '', fileDigest: '', auditPath: null }],
  ])('of %s is refused', (_, change) => {
    expect(() => verifyFileProof(readFileProof({ ...recorded, ...change }), three)).toThrow(invalid)
  })

  it('of the right leaf is refused for a tree of another size', () => {
    expect(() => verifyFileProof(recorded, { ...three, treeSize: 2 })).toThrow(invalid)
    expect(() => verifyFileProof(recorded, { ...three, treeSize: 0 })).toThrow(invalid)
  })

  it.each<[string, object]>([
    ['another construction', { construction: 'path-bound' }],
    ['another algorithm', { hashAlgorithm: 'sha1' }],
    ['a digest that is none', { fileDigest: 'abc' }],
    ['a root that is none', { treeRoot: recorded.treeRoot.toUpperCase() }],
    ['a path that is none', { auditPath: ['zz'] }],
  ])('with %s is not read', (_, change) => {
    expect(() => readFileProof({ ...recorded, ...change })).toThrow(invalid)
  })

  it.each<[string, unknown]>([
    ['no object', 'x'],
    ['a place that is no integer', { ...recorded, leafIndex: 0.5 }],
    ['a place before the first', { ...recorded, leafIndex: -1 }],
    ['no path at all', { ...recorded, auditPath: 'x' }],
  ])('that is %s is malformed', (_, value) => {
    expect(() => readFileProof(value)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
  })
})
