import { compareUtf8, encodeJson, JsonNumber, parseJson, stringifyJson } from '@cilock/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusalOf } from './code-of.ts'

describe('stringifyJson', () => {
  it.each([
    ['<>&', '"\\u003c\\u003e\\u0026"'],
    ['\u2028\u2029', '"\\u2028\\u2029"'],
    ['\b\f\n\r\t\u0000\u001b', '"\\b\\f\\n\\r\\t\\u0000\\u001b"'],
    ['\u007f\u0080/\'"\\', '"\u007f\u0080/\'\\"\\\\"'],
    ['😀\ufffd', '"😀\ufffd"'],
  ])('writes %j as Go does, also as a key', (value, text) => {
    expect(stringifyJson(value)).toBe(text)
    expect(stringifyJson({ [value]: 1 })).toBe(`{${text}:1}`)
  })

  it.each([
    [-0, '-0'],
    [1e21, '1e+21'],
    [1e20, '100000000000000000000'],
    [1e-7, '1e-7'],
    [0.000001, '0.000001'],
    [new JsonNumber('1.0'), '1.0'],
    [2n ** 64n, '18446744073709551616'],
    [null, 'null'],
    [true, 'true'],
    [[], '[]'],
    [{}, '{}'],
  ])('writes %s', (value, text) => {
    expect(stringifyJson(value)).toBe(text)
  })

  it('keeps the order of keys and leaves out what is undefined', () => {
    expect(stringifyJson({ b: 1, a: undefined, c: { d: undefined } })).toBe('{"b":1,"c":{}}')
  })

  it('sorts all keys of an object that has an array index as a key, as a map of Go', () => {
    expect(stringifyJson({ b: 1, 10: 2, 9: 3, '!': 4 })).toBe('{"!":4,"10":2,"9":3,"b":1}')
    expect(stringifyJson({ b: 1, '01': 2, '4294967295': 3 })).toBe('{"b":1,"01":2,"4294967295":3}')
  })

  it('takes objects without a prototype and from elsewhere', () => {
    expect(stringifyJson(Object.assign(Object.create(null) as object, { a: 1 }))).toBe('{"a":1}')
  })

  it('gives UTF-8 without a newline', () => {
    expect(encodeJson({ a: 'é' })).toEqual(Uint8Array.from([123, 34, 97, 34, 58, 34, 195, 169, 34, 125]))
  })

  it.each([
    ['NaN', { a: [Number.NaN] }, 'NaN at /a/0'],
    ['infinity', Number.POSITIVE_INFINITY, 'Infinity at the root'],
    ['undefined', undefined, 'a undefined at the root'],
    ['undefined in an array', [undefined], 'at /0'],
    ['a function', { f: () => 1 }, 'a function at /f'],
    ['a symbol', Symbol('s'), 'a symbol'],
    ['a date', { at: new Date(0) }, 'an instance of a class at /at'],
    ['a map', new Map(), 'an instance of a class'],
    ['bytes', new Uint8Array(1), 'an instance of a class'],
  ])('refuses %s as a wrong argument', (_, value, message) => {
    expect(() => stringifyJson(value)).toThrow(TypeError)
    expect(() => stringifyJson(value)).toThrow(message)
  })

  it('refuses a lone surrogate, in a value and in a key', () => {
    expect(refusalOf(() => stringifyJson({ a: ['x\ud800'] }))).toEqual({ code: 'ERR_MALFORMED', message: expect.stringContaining('lone surrogate at /a/0') as string })
    expect(refusalOf(() => stringifyJson({ '\udc00': 1 })).code).toBe('ERR_MALFORMED')
  })

  it('refuses deep and circular nesting', () => {
    const circle: unknown[] = []
    circle.push(circle)
    expect(refusalOf(() => stringifyJson(circle)).code).toBe('ERR_LIMIT_EXCEEDED')
    expect(refusalOf(() => stringifyJson([[1]], { maxDepth: 1 })).code).toBe('ERR_LIMIT_EXCEEDED')
    expect(stringifyJson([1], { maxDepth: 1 })).toBe('[1]')
    for (const maxDepth of [-1, 0.5, Number.NaN]) expect(() => stringifyJson(1, { maxDepth })).toThrow(TypeError)
  })

  it('writes and reads as deep as Go does, without running out of stack', () => {
    for (const [open, close] of [['[', ']'], ['{"a":', '}']] as const) {
      for (const leaf of ['1', '1.0']) {
        const text = open.repeat(10_000) + leaf + close.repeat(10_000)
        expect(stringifyJson(parseJson(text, { maxDepth: 10_000 }), { maxDepth: 10_000 })).toBe(text)
      }
    }
  })

  it('writes what JSON.stringify writes but for the escapes, and reads back the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = stringifyJson(value)
        const plain = JSON.stringify(value, (_, member: unknown) => (typeof member === 'object' && member !== null && !Array.isArray(member) ? sorted(member) : member))
        // JSON.stringify alone writes 0 for negative zero
        expect(JSON.parse(text, (_, member: unknown) => (member === 0 ? 0 : member))).toEqual(JSON.parse(plain))
        expect(stringifyJson(parseJson(text))).toBe(text)
        expect(text).not.toMatch(/[<>&\u2028\u2029]/)
      }),
    )
  })
})

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => compareUtf8(a, b)))
}

describe('compareUtf8', () => {
  it('is the order of the bytes', () => {
    const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(byBytes(a, b))
      }),
    )
    const astral = fc.constantFrom('\u{10000}', '\ue000', '\uffff', '\ud7ff', '\u{10ffff}', 'a')
    fc.assert(
      fc.property(fc.array(astral), fc.array(astral), (a, b) => {
        expect(Math.sign(compareUtf8(a.join(''), b.join('')))).toBe(byBytes(a.join(''), b.join('')))
      }),
    )
  })
})
