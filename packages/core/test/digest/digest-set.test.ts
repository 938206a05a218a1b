import { checkDigestSet, digestSetsEqual, matchableDigests, type DigestSet } from '@cilock/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusalOf } from '../json/code-of.ts'

const a = 'a'.repeat(64)
const b = 'b'.repeat(64)

describe('digestSetsEqual', () => {
  it.each<[string, DigestSet, DigestSet, boolean]>([
    ['the same sha256', { sha256: 'x' }, { sha256: 'x' }, true],
    ['another sha256', { sha256: 'x' }, { sha256: 'y' }, false],
    ['sha256 beside a gitoid', { sha256: 'x' }, { sha256: 'x', 'gitoid:sha256': 'y' }, true],
    ['sha1 alone on both sides', { sha1: 'x' }, { sha1: 'x' }, true],
    ['sha1 where one side has sha256 (no downgrade)', { sha256: 'x', sha1: 'z' }, { sha1: 'z' }, false],
    ['strongest algorithms that do not meet', { sha256: 'x', sha1: 'z' }, { 'gitoid:sha256': 'y', sha1: 'z' }, false],
    ['a weaker algorithm that disagrees', { sha256: 'x', sha1: 'y' }, { sha256: 'x', sha1: 'z' }, false],
    ['one of two strongest that disagrees', { sha256: 'x', dirHash: 'y' }, { sha256: 'x', dirHash: 'z' }, false],
    ['dirHash', { dirHash: 'x' }, { dirHash: 'x' }, true],
    ['two empty sets', {}, {}, false],
    ['an empty set', { sha256: 'x' }, {}, false],
    ['unknown algorithms alone', { sha512: 'x' }, { sha512: 'x' }, false],
    ['unknown algorithms that disagree', { sha256: 'x', sha512: 'y' }, { sha256: 'x', sha512: 'z' }, true],
    ['letter case, which counts', { sha256: 'AB' }, { sha256: 'ab' }, false],
    ['an inherited member', Object.create({ sha256: 'x' }) as DigestSet, { sha256: 'x' }, false],
  ])('%s', (_, left, right, equal) => {
    expect(digestSetsEqual(left, right)).toBe(equal)
    expect(digestSetsEqual(right, left)).toBe(equal)
  })

  it.each<[string, DigestSet, DigestSet, boolean]>([
    ['a sha256', { sha256: a }, { sha256: a }, true],
    ['a sha256 in capital letters', { sha256: a.toUpperCase() }, { sha256: a.toUpperCase() }, true],
    ['letter case, which counts all the same', { sha256: a.toUpperCase() }, { sha256: a }, false],
    ['a text', { sha256: 'x' }, { sha256: 'x' }, false],
    ['a text beside a digest', { sha256: a, sha1: 'x' }, { sha256: a, sha1: 'x' }, false],
    ['a text that is not compared', { sha256: a, sha1: 'x' }, { sha256: a }, true],
    ['an algorithm that nobody knows', { sha256: a, sha512: 'x' }, { sha256: a, sha512: 'x' }, true],
    ['the form of another algorithm', { 'gitoid:sha256': a }, { 'gitoid:sha256': a }, false],
    ['another sha256', { sha256: a }, { sha256: b }, false],
  ])('where digests have to be some: %s', (_, left, right, equal) => {
    expect(digestSetsEqual(left, right, { wellFormed: true })).toBe(equal)
    expect(digestSetsEqual(right, left, { wellFormed: true })).toBe(equal)
  })

  it('follows the three rules of CI/lock for any sets', () => {
    const sizes: Readonly<Record<string, number>> = { sha256: 32, 'gitoid:sha256': 32, dirHash: 32, sha1: 20, 'gitoid:sha1': 20 }
    const set = fc.dictionary(fc.constantFrom(...Object.keys(sizes), 'sha512'), fc.constantFrom('x', 'y'), { noNullPrototype: true })
    fc.assert(
      fc.property(set, set, (left, right) => {
        const known = (set: DigestSet): readonly string[] => Object.keys(set).filter((name) => name in sizes)
        const shared = known(left).filter((name) => name in right)
        const strongest = Math.max(0, ...[...known(left), ...known(right)].map((name) => sizes[name] ?? 0))
        const equal = strongest > 0 && shared.some((name) => sizes[name] === strongest) && shared.every((name) => left[name] === right[name])
        expect(digestSetsEqual(left, right)).toBe(equal)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('matchableDigests', () => {
  it('gives sha256, its gitoid and dirHash in lower case', () => {
    expect(matchableDigests({ sha256: a.toUpperCase(), 'gitoid:sha256': `gitoid:blob:sha256:${b}`, dirHash: b })).toEqual([`sha256:${a}`, `gitoid:sha256:gitoid:blob:sha256:${b}`, `dirHash:${b}`])
  })

  it.each<[string, DigestSet]>([
    ['sha1', { sha1: 'a'.repeat(40) }],
    ['a gitoid of sha1', { 'gitoid:sha1': `gitoid:blob:sha1:${'a'.repeat(40)}` }],
    ['an unknown algorithm', { sha512: a, SHA256: a }],
    ['a sha256 that is too short', { sha256: 'abc' }],
    ['an empty sha256', { sha256: '' }],
    ['a sha256 that is no hex', { sha256: 'g'.repeat(64) }],
    ['a gitoid without its form', { 'gitoid:sha256': a }],
    ['an inherited member', Object.create({ sha256: a }) as DigestSet],
  ])('never lets %s anchor a match', (_, set) => {
    expect(matchableDigests(set)).toEqual([])
  })
})

describe('checkDigestSet', () => {
  it('takes what Go reads back', () => {
    expect(() => checkDigestSet({ sha256: a, sha1: 'a'.repeat(40), 'gitoid:sha256': `gitoid:blob:sha256:${a}`, 'gitoid:sha1': `gitoid:blob:sha1:${'a'.repeat(40)}`, dirHash: a })).not.toThrow()
  })

  it.each<[string, DigestSet, string]>([
    ['an algorithm that Go does not know', { sha512: a }, 'found "sha512" at /p'],
    ['a name of Object', { toString: a }, 'found "toString"'],
    ['upper case', { sha256: a.toUpperCase() }, 'expected a sha256 digest in lower case'],
    ['another length', { sha1: a }, 'expected a sha1 digest'],
    ['a bare gitoid', { 'gitoid:sha1': 'a'.repeat(40) }, 'expected a gitoid:sha1 digest'],
    ['an h1: prefix', { dirHash: `h1:${a}` }, 'expected a dirHash digest'],
  ])('refuses %s', (_, set, message) => {
    expect(refusalOf(() => checkDigestSet(set, '/p'))).toEqual({ code: 'ERR_DIGEST_INVALID', message: expect.stringContaining(message) as string })
  })
})
