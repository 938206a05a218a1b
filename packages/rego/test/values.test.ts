import { compare, equal, formatTerm, parseJson, RegoNumber, RegoObject, RegoSet, toJson, type Value } from '@cilock/rego'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const numberText = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
  fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.stringMatching(/^[0-9]{1,6}$/)).map(([whole, fraction]) => `${whole}.${fraction}`),
  fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -30, max: 30 })).map(([whole, power]) => `${whole}e${power}`),
)
const number: fc.Arbitrary<Value> = numberText.map((text) => parseJson(text))
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    number,
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => RegoSet.of(items)),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((entries) => RegoObject.of(entries)),
    fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { maxKeys: 3 }),
  ),
}))

describe('values', () => {
  it('have one total order, in which equal means equal', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(compare(a, b)).toBe(compare(b, a) === 0 ? 0 : -compare(b, a))
        expect(equal(a, b)).toBe(compare(a, b) === 0)
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 500 },
    )
  })

  it('are told apart in sets and objects exactly as they compare', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 8 }), (items) => {
        const distinct = items.filter((item, index) => items.findIndex((other) => equal(other, item)) === index)
        const set = RegoSet.of(items)
        expect(set.size).toBe(distinct.length)
        expect(items.every((item) => set.has(item))).toBe(true)
        expect([...set]).toEqual([...distinct].sort(compare))
        const object = RegoObject.of(items.map((item, index) => [item, index]))
        for (const item of items) expect(object.get(item)).toBe(items.findLastIndex((other) => equal(other, item)))
      }),
      { numRuns: 300 },
    )
  })

  it('order strings by code point', () => {
    const points = (text: string): readonly number[] => Array.from(text, (char) => char.codePointAt(0) ?? 0)
    const byCodePoint = (a: string, b: string): number => {
      const left = points(a)
      const right = points(b)
      const at = left.findIndex((point, index) => point !== right[index])
      return at === -1 ? Math.sign(left.length - right.length) : Math.sign((left[at] ?? 0) - (right[at] ?? -1))
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(compare(a, b) + 0).toBe(byCodePoint(a, b) + 0)
      }),
    )
  })

  it('keep the text of numbers, and compare them by value', () => {
    fc.assert(
      fc.property(numberText, (text) => {
        expect(toJson(parseJson(text))).toBe(text)
      }),
    )
    expect(equal(parseJson('1.0'), 1)).toBe(true)
    expect(equal(parseJson('10.0'), 1)).toBe(false)
    expect(parseJson('9007199254740993')).toBeInstanceOf(RegoNumber)
    expect(compare(parseJson('9007199254740993'), parseJson('9007199254740992'))).toBe(1)
    expect(compare(parseJson('1e400'), parseJson('1e399'))).toBe(1)
  })

  it('read JSON as JSON.parse does, and refuse what it refuses', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(toJson(parseJson(text)))).toEqual(JSON.parse(text))
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        const refused = (parse: (text: string) => unknown): boolean => {
          try {
            parse(text)
            return false
          } catch {
            return true
          }
        }
        expect(refused(parseJson)).toBe(refused(JSON.parse))
      }),
    )
  })

  it('print as terms', () => {
    expect(formatTerm(RegoSet.of([2, 'a', null, [1]]))).toBe('{null, 2, "a", [1]}')
    expect(formatTerm(RegoObject.of([[[1], 'x'], ['k', new RegoSet()]]))).toBe('{"k": set(), [1]: "x"}')
  })
})
