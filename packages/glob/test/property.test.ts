import { compileGlob, GlobError, quoteGlob } from '@cilock/glob'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** A pattern, and all the ways in which it can use up the beginning of a text: the definition, in exponential time. */
interface Sample {
  readonly pattern: string
  readonly rests: (text: readonly string[]) => readonly (readonly string[])[]
}

const separators = ['/', '.']
const alphabet = ['a', 'b', 'c', '/', '.', 'é', '😀', '*', '{', ',', '-', ']']
const letter = fc.constantFrom(...alphabet)
const one =
  (takes: (character: string) => boolean): Sample['rests'] =>
  ([first, ...rest]) =>
    first !== undefined && takes(first) ? [rest] : []
const run =
  (takes: (character: string) => boolean): Sample['rests'] =>
  (text) => {
    const length = text.findIndex((character) => !takes(character))
    return Array.from({ length: (length === -1 ? text.length : length) + 1 }, (_, used) => text.slice(used))
  }
const noSeparator = (character: string): boolean => !separators.includes(character)

const leaf: fc.Arbitrary<Sample> = fc.oneof(
  letter.map((character) => ({ pattern: quoteGlob(character).replaceAll(',', '\\,'), rests: one((found) => found === character) })),
  fc.constant({ pattern: '?', rests: one(noSeparator) }),
  fc.constant({ pattern: '*', rests: run(noSeparator) }),
  fc.constant({ pattern: '**', rests: run(() => true) }),
  fc
    .record({ not: fc.boolean(), list: fc.uniqueArray(fc.constantFrom('a', 'b', '/', 'é', '😀'), { minLength: 1 }) })
    .map(({ not, list }) => ({ pattern: `[${not ? '!' : ''}${list.join('')}]`, rests: one((found) => list.some((character) => character === found) !== not) })),
  fc.boolean().map((not) => ({
    pattern: `[${not ? '!' : ''}a-b]`,
    rests: one((found) => ['a', 'b'].includes(found) !== not),
  })),
)
const { pattern: samples } = fc.letrec<{ pattern: Sample; piece: Sample }>((tie) => ({
  pattern: fc.array(tie('piece'), { maxLength: 5 }).map((pieces) => ({
    // Two runs side by side would read as another pattern: a pair of braces with nothing in them keeps them apart.
    pattern: pieces.map(({ pattern }) => pattern).join('{}'),
    rests: (text) => pieces.reduce<readonly (readonly string[])[]>((texts, { rests }) => texts.flatMap(rests), [text]),
  })),
  piece: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    leaf,
    fc.array(tie('pattern'), { minLength: 1, maxLength: 3 }).map((choices) => ({
      pattern: `{${choices.map(({ pattern }) => pattern).join(',')}}`,
      rests: (text: readonly string[]) => choices.flatMap(({ rests }) => rests(text)),
    })),
  ),
}))

describe('compileGlob', () => {
  it('agrees with the definition', () => {
    let matched = 0
    fc.assert(
      fc.property(samples, fc.array(letter, { maxLength: 6 }), (sample, text) => {
        const expected = sample.rests(text).some((rest) => rest.length === 0)
        if (expected) matched += 1
        expect(compileGlob(sample.pattern, { separators }).match(text.join(''))).toBe(expected)
      }),
      { numRuns: 3000, seed: 20_260_722 },
    )
    expect(matched).toBeGreaterThan(300)
  })

  it('agrees with the definition for text and runs alone, which have a matcher of their own', () => {
    const piece: fc.Arbitrary<Sample> = fc.oneof(
      fc.constantFrom('a', 'b', 'é').map((character) => ({ pattern: character, rests: one((found) => found === character) })),
      fc.constantFrom('*', '**').map((pattern) => ({ pattern, rests: run(() => true) })),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), fc.array(fc.constantFrom('a', 'b', 'é'), { maxLength: 8 }), (pieces, text) => {
        const rests = pieces.reduce<readonly (readonly string[])[]>((texts, { rests }) => texts.flatMap(rests), [text])
        const pattern = pieces.map(({ pattern }) => pattern).join('')
        expect(compileGlob(pattern).match(text.join(''))).toBe(rests.some((rest) => rest.length === 0))
      }),
      { numRuns: 3000, seed: 20_260_722, examples: [[[], []]] },
    )
    // The text between the runs may not reach into the text after the last.
    expect(compileGlob('*ab*b').match('ab')).toBe(false)
  })

  it('gives a matcher or a GlobError for any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (pattern, text) => {
        try {
          expect(typeof compileGlob(pattern).match(text)).toBe('boolean')
        } catch (error) {
          expect(error).toBeInstanceOf(GlobError)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('does not backtrack', () => {
    const text = `${'a'.repeat(50_000)}b`
    // Any matcher that tries the ways one after the other would take longer than the universe is old.
    expect(compileGlob('*a?'.repeat(30) + 'c').match(text)).toBe(false)
    expect(compileGlob('{a,a*,*a}'.repeat(30) + 'c').match(text)).toBe(false)
  })
})

describe('quoteGlob', () => {
  it('makes a pattern that matches the text and nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, other) => {
        const glob = compileGlob(quoteGlob(text))
        expect(glob.match(text)).toBe(true)
        expect(glob.match(other)).toBe(other === text)
      }),
    )
  })
})
