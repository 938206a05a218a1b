import { createHash } from 'node:crypto'
import { encodeHex } from '@cilock/core'
import { hashLeaf, merkleRoot, merkleTree, verifyConsistency, verifyInclusion, verifySubtreeConsistency, verifySubtreeInclusion } from '@cilock/core/merkle'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusalOf } from '../json/code-of.ts'

const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()

/** The definition of RFC 6962 §2.1, word for word. */
function rootByDefinition(leaves: readonly Uint8Array[]): Buffer {
  const [only] = leaves
  if (only === undefined) return sha256()
  if (leaves.length === 1) return sha256(Uint8Array.of(0), only)
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return sha256(Uint8Array.of(1), rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split)))
}

const leaves = fc.array(fc.uint8Array({ maxLength: 4 }), { minLength: 1, maxLength: 40 })
const isRefused = (work: () => void): boolean => refusalOf(work).code === 'ERR_EVIDENCE_INVALID'

/** Ranges that can be a subtree of a tree of this size. */
function subtreesOf(size: number): readonly (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = []
  for (let width = 1; width < 2 * size; width *= 2) {
    for (let start = 0; start < size; start += width) {
      for (let end = start + Math.floor(width / 2) + 1; end <= Math.min(size, start + width); end++) ranges.push([start, end])
    }
  }
  return ranges
}

describe('merkleTree', () => {
  it('has the root that RFC 6962 defines, of any number of leaves', () => {
    expect(encodeHex(merkleRoot([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    const all = Array.from({ length: 130 }, (_, index) => Uint8Array.of(index))
    for (let size = 0; size <= all.length; size++) expect(Buffer.from(merkleRoot(all.slice(0, size)))).toEqual(rootByDefinition(all.slice(0, size)))
  })

  it('proves each leaf, and no other leaf, place, size or root by the same path', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), fc.nat(), (leaves, at, flip) => {
        const tree = merkleTree(leaves)
        const index = at % leaves.length
        const proof = { index, size: tree.size, root: tree.root, leafHash: hashLeaf(leaves[index] ?? new Uint8Array()), path: tree.inclusionPath(index) }
        verifyInclusion(proof)
        const damage = (bytes: Uint8Array): Uint8Array => bytes.map((byte, position) => (position === flip % bytes.length ? byte ^ (1 << flip % 8) : byte))
        expect(isRefused(() => verifyInclusion({ ...proof, root: damage(proof.root) }))).toBe(true)
        expect(isRefused(() => verifyInclusion({ ...proof, leafHash: damage(proof.leafHash) }))).toBe(true)
        expect(isRefused(() => verifyInclusion({ ...proof, path: [...proof.path, proof.root] }))).toBe(true)
        expect(isRefused(() => verifyInclusion({ ...proof, index: tree.size }))).toBe(true)
        if (proof.path.length > 0) {
          const broken = flip % proof.path.length
          expect(isRefused(() => verifyInclusion({ ...proof, path: proof.path.slice(1) }))).toBe(true)
          expect(isRefused(() => verifyInclusion({ ...proof, path: proof.path.map((hash, position) => (position === broken ? damage(hash) : hash)) }))).toBe(true)
        }
      }),
    )
  })

  it('proves every beginning of itself', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), (leaves, at) => {
        const tree = merkleTree(leaves)
        const firstSize = 1 + (at % leaves.length)
        const proof = { firstSize, secondSize: tree.size, firstRoot: merkleRoot(leaves.slice(0, firstSize)), secondRoot: tree.root, path: tree.consistencyPath(firstSize) }
        verifyConsistency(proof)
        expect(isRefused(() => verifyConsistency({ ...proof, path: [...proof.path, proof.secondRoot] }))).toBe(true)
        expect(isRefused(() => verifyConsistency({ ...proof, firstRoot: hashLeaf(proof.firstRoot) }))).toBe(true)
        expect(isRefused(() => verifyConsistency({ ...proof, secondRoot: hashLeaf(proof.secondRoot) }))).toBe(true)
      }),
    )
  })

  it('proves every subtree and the leaves in it', () => {
    const all = Array.from({ length: 21 }, (_, index) => Uint8Array.of(index))
    for (let size = 1; size <= all.length; size++) {
      const tree = merkleTree(all.slice(0, size))
      for (const [start, end] of subtreesOf(size)) {
        const subtree = merkleTree(all.slice(start, end))
        expect(tree.subtreeRoot(start, end)).toEqual(subtree.root)
        verifySubtreeConsistency({ start, end, size, subtreeRoot: subtree.root, root: tree.root, path: tree.subtreePath(start, end) })
        for (let index = start; index < end; index++) {
          verifySubtreeInclusion({ index, start, end, root: subtree.root, leafHash: hashLeaf(all[index] ?? new Uint8Array()), path: subtree.inclusionPath(index - start) })
        }
      }
    }
  })

  it('takes places outside of itself as wrong arguments', () => {
    const tree = merkleTree([Uint8Array.of(1), Uint8Array.of(2)])
    for (const index of [-1, 2, 0.5, Number.NaN]) expect(() => tree.inclusionPath(index)).toThrow(TypeError)
    for (const size of [0, 3]) expect(() => tree.consistencyPath(size)).toThrow(TypeError)
    expect(() => tree.subtreePath(1, 3)).toThrow(TypeError)
    expect(() => merkleTree([Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]).subtreePath(1, 3)).toThrow(TypeError)
  })
})

describe('a proof', () => {
  const hash = new Uint8Array(32)
  const proof = { index: 0, size: 1, root: hash, leafHash: hash, path: [] }

  it.each([
    ['of the empty tree', { ...proof, size: 0 }],
    ['at a place that is no integer', { ...proof, index: 0.5 }],
    ['at a negative place', { ...proof, index: -1 }],
    ['in a tree beyond exact integers', { ...proof, size: 2 ** 64 }],
    ['with a root of another length', { ...proof, root: new Uint8Array(31), leafHash: new Uint8Array(31) }],
  ])('%s is refused', (_, proof) => {
    expect(isRefused(() => verifyInclusion(proof))).toBe(true)
  })

  it('of consistency with the empty tree is refused', () => {
    expect(isRefused(() => verifyConsistency({ firstSize: 0, secondSize: 1, firstRoot: hash, secondRoot: hash, path: [] }))).toBe(true)
  })

  it('of consistency with a smaller tree is refused', () => {
    expect(isRefused(() => verifyConsistency({ firstSize: 2, secondSize: 1, firstRoot: hash, secondRoot: hash, path: [] }))).toBe(true)
  })
})
