import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findAll, splitAll } from '../../src/regex/find-all.ts'
import { compileRegex } from '../../src/regex/regex.ts'
import { expand, replaceAll } from '../../src/regex/replace.ts'
import { RegexSyntaxError } from '../../src/regex/syntax-error.ts'

const free = (): void => {}
const words = (pattern: string, text: string): string[] => {
  const { find } = compileRegex(pattern)
  return findAll(text, -1, (whole, at) => find(whole, at)).map(([start, end]) => text.slice(start, end))
}

describe('syntax errors', () => {
  it.each([
    ['[a', 'missing closing ]', '[a'],
    ['(a', 'missing closing )', '(a'],
    ['a)', 'unexpected )', 'a)'],
    ['*', 'missing argument to repetition operator', '*'],
    ['a**', 'invalid nested repetition operator', '**'],
    ['a{1001}', 'invalid repeat count', '{1001}'],
    ['(a{100}){11}', 'invalid repeat count', '{11}'],
    ['(?P<n-a>b)', 'invalid named capture', '(?P<n-a>'],
    ['(?=a)', 'invalid or unsupported Perl syntax', '(?='],
    ['\\1', 'invalid escape sequence', '\\1'],
    ['a\\', 'trailing backslash at end of expression', ''],
    ['[z-a]', 'invalid character class range', 'z-a'],
  ] as const)('%s: %s', (pattern, problem, expression) => {
    expect(() => compileRegex(pattern)).toThrow(
      expect.objectContaining({ code: 'regex_syntax_error', problem, message: `error parsing regexp: ${problem}: \`${expression}\`` }) as Error,
    )
  })

  it('refuses more depth than Go', () => {
    const nested = (depth: number): string => '('.repeat(depth) + 'a' + ')'.repeat(depth)
    expect(compileRegex(nested(999)).test('a')).toBe(true)
    expect(() => compileRegex(nested(1000))).toThrow('expression nests too deeply')
    expect(() => compileRegex('(?:'.repeat(100_000))).toThrow('expression nests too deeply')
  })

  it('refuses a program over the size limit', () => {
    expect(() => compileRegex('(?:ab){500}', { maxSize: 999 })).toThrow('expression too large')
    expect(compileRegex('(?:ab){500}', { maxSize: 1000 }).test('ab'.repeat(500))).toBe(true)
    expect(() => compileRegex('|'.repeat(200) + '()'.repeat(200), { maxSize: 100 })).toThrow('expression too large')
  })
})

describe('hostile patterns and texts', () => {
  /** Work that is told grows with the text, not with its square. */
  const work = (pattern: string, text: string): number => {
    let steps = 0
    compileRegex(pattern).test(text, (amount) => {
      steps += amount
    })
    return steps
  }

  it.each([
    ['(a+)+$', 'a', 'b'],
    ['(a|aa)+$', 'a', 'b'],
    ['(x*)*(x*)*(x*)*y', 'x', ''],
    ['(.*)(.*)(.*)(.*)(.*)[^a]$', 'a', ''],
    ['(?:[ab]*a[ab]{200})c', 'ab', ''],
  ])('%s stays linear', (pattern, part, end) => {
    const single = work(pattern, part.repeat(10_000) + end)
    const double = work(pattern, part.repeat(20_000) + end)
    expect(double / single).toBeGreaterThan(1.8)
    expect(double / single).toBeLessThan(2.2)
  })

  it('tells the same work when it is asked again', () => {
    const { capture } = compileRegex('(a|b)*c(d+)')
    const told = (): number => {
      let steps = 0
      capture('abab'.repeat(1000) + 'cddd', 0, (amount) => {
        steps += amount
      })
      return steps
    }
    expect(told()).toBe(told())
  })

  it('stops when the budget is spent', () => {
    const stop = new RangeError('enough')
    let left = 5
    expect(() =>
      compileRegex('a*b').test('a'.repeat(100_000), (amount) => {
        left -= amount
        if (left < 0) throw stop
      }),
    ).toThrow(stop)
  })

  it('finds groups in a long match', () => {
    const text = `${'ab'.repeat(20_000)}c`
    expect(compileRegex('((a|b)*)*c').capture(text, 0)).toEqual([0, 40_001, 0, 40_000, 39_999, 40_000])
  })
})

describe('matching', () => {
  it('counts code points, not UTF-16 units', () => {
    expect(compileRegex('^.$').test('😀')).toBe(true)
    expect(words('.', 'a😀')).toEqual(['a', '😀'])
    expect(words('', '😀')).toEqual(['', ''])
  })

  it('keeps $ to the end of the text, and . away from a newline only', () => {
    expect(compileRegex('a$').test('a\n')).toBe(false)
    expect(compileRegex('a.b').test('a\rb')).toBe(true)
    expect(compileRegex('a.b').test('a\nb')).toBe(false)
  })

  it.each([
    ['curl', 'a curl b curl', ['curl', 'curl']],
    ['curl +(?:-|$)', 'curl curl  -x', ['curl  -']],
    ['é😀', 'é😀xé😀', ['é😀', 'é😀']],
    ['\\x{DE00}', '😀', []],
    ['a\\b', 'ab a', ['a']],
    ['aa', 'aaaaa', ['aa', 'aa']],
  ])('finds %s by what it begins with', (pattern, text, found) => {
    expect(words(pattern, text)).toEqual(found)
    expect(compileRegex(pattern).test(text)).toBe(found.length > 0)
  })

  it('folds case as Unicode does', () => {
    expect(compileRegex('(?i)k').test('\u212a')).toBe(true)
    expect(compileRegex('(?i)[^k]').test('\u212a')).toBe(false)
    expect(compileRegex('(?i)\\p{Lu}').test('a')).toBe(true)
    expect(compileRegex('(?i)ß').test('ẞ')).toBe(true)
    expect(compileRegex('(?i)i').test('İ')).toBe(false)
  })

  it('knows the names of categories and scripts as Go writes them', () => {
    expect(compileRegex('\\p{Lowercase_Letter}\\p{greek}').test('aσ')).toBe(true)
    expect(() => compileRegex('\\p{Grek}')).toThrow('invalid character class range')
    expect(() => compileRegex('\\p{__proto__}')).toThrow('invalid character class range')
  })

  it('agrees with JavaScript where both mean the same', () => {
    const atom = fc.constantFrom('a', 'b', 'ab', '[ab]', '[^a]', '.', '\\b', '^', '$', '(a|b)', '(?:ab|a)')
    const quantified = fc.tuple(atom, fc.constantFrom('', '', '+', '{1,2}', '+?')).map(([base, times]) => (/^(?:\^|\$|\\b)$/.test(base) ? base : base + times))
    const pattern = fc.array(quantified, { maxLength: 5 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 12 }), (source, text) => {
        const expected = new RegExp(source, 'u').exec(text)
        const found = compileRegex(source).capture(text, 0)
        expect(found?.slice(0, 2)).toEqual(expected === null ? undefined : [expected.index, expected.index + expected[0].length])
      }),
      { numRuns: 500 },
    )
  })

  it('never fails in another way than with a syntax error', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary', maxLength: 3 }), fc.constantFrom('(', ')', '[', ']', '\\', '{', '}', '*', '?', '(?P<', '\\p{', '[:', ',', '-', '^', '|', '1'))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.string({ unit: 'binary' }), (parts, text) => {
        try {
          const found = compileRegex(parts.join(''), { maxSize: 5000 }).capture(text, 0)
          expect(found === undefined || found[0] !== undefined).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(RegexSyntaxError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('replacing and splitting', () => {
  it.each([
    ['$1-$2', 'a-b'],
    ['$$1', '$1'],
    ['${x}!', 'a!'],
    ['$1x', ''],
    ['$', '$'],
    ['${', '${'],
    ['${1', '${1'],
    ['$01', ''],
    ['$9', ''],
    ['$-', '$-'],
  ])('fills %s', (template, expected) => {
    const regex = compileRegex('(?P<x>a)(b)')
    expect(expand(regex, template, 'ab', regex.capture('ab', 0) ?? [])).toBe(expected)
  })

  it('counts no empty match right after another', () => {
    expect(replaceAll(compileRegex('a*'), 'baac', 'x', free, free)).toBe('xbxcx')
    expect(splitAll(compileRegex('a*'), 'baac', free)).toEqual(['b', 'c'])
    expect(splitAll(compileRegex(','), '', free)).toEqual([''])
  })
})
