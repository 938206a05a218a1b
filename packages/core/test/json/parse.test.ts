import { JsonNumber, parseJson, stringifyJson, type JsonObject } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { refusalOf } from './code-of.ts'

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values)
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('parseJson refuses', () => {
  it.each([
    ['a key twice', '{"a":1,"a":1}', 'each key once, found it twice at /a (offset 7)'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}', 'at /a (offset 7)'],
    ['a key twice, deep down', '[0,{"x":{"a/b":[],"c":0,"a/b":null}}]', 'at /1/x/a~1b (offset 24)'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}', 'at /__proto__'],
    ['an escaped high surrogate alone', '["\\ud800"]', 'lone surrogate in a string at /0 (offset 1)'],
    ['an escaped low surrogate alone', '["\\udc00"]', 'lone surrogate'],
    ['escaped surrogates in the wrong order', '"\\udc00\\ud800"', 'lone surrogate'],
    ['a high surrogate behind an escaped backslash', '"\\\\\\ud800"', 'lone surrogate'],
    ['a low surrogate behind what only looks like a high one', '"\\\\ud83d\\ude00"', 'lone surrogate'],
    ['a lone surrogate in a key', '{"\\ud800":1}', 'lone surrogate'],
    ['a raw lone surrogate in a string', '"\ud800"', 'lone surrogate'],
    ['a raw high surrogate before an escaped low one', '"\ud83d\\ude00"', 'lone surrogate'],
    ['more after the value', '{} {}', 'the end of the text after the value, found more at the root (offset 3)'],
    ['a NUL after the value', '1\0', 'the end of the text'],
    ['a byte order mark', '\ufeff{}', 'byte order mark at the root (offset 0)'],
    ['nothing', '', 'found the end of the text at the root (offset 0)'],
    ['white space alone', ' \n', 'found the end of the text'],
    ['white space that JSON does not know', '\u00a0 1', 'expected a value'],
    ['an unclosed array', '[1,2', "expected ',' or ']', found the end of the text"],
    ['an unclosed object', '{"a":1', "expected ',' or '}', found the end of the text"],
    ['an unclosed string', '{"a', "at the end of a string, found the end of the text"],
    ['a comma at the end', '{"a":1,}', "expected a key in '\"'"],
    ['two commas', '[1,,2]', 'expected a value, found another character at /1 (offset 3)'],
    ['a key without quotes', '{a:1}', "expected a key in '\"'"],
    ['a key without value', '{"a"}', "expected ':'"],
    ['single quotes', "['a']", 'expected a value'],
    ['a comment', '[1 /* one */]', "expected ',' or ']'"],
    ['a control character in a string', '["a\u0001"]', 'no control character in a string'],
    ['a tab in a key', '{"\t":1}', 'no control character in a string'],
    ['an unknown escape', '"\\x41"', 'an escape of JSON'],
    ['an escape of an Object method', '"\\toString"'.replace('\\t', '\\v'), 'an escape of JSON'],
    ['half an escape', '"\\u12"', 'four hexadecimal digits'],
    ['a leading zero', '[01]', "expected ',' or ']'"],
    ['a leading plus', '+1', 'expected a value'],
    ['a number without digits', '-', 'expected a number'],
    ['a number without fraction', '[1.]', "expected ',' or ']'"],
    ['a number without exponent', '1e', 'the end of the text after the value'],
    ['NaN', '[NaN]', 'expected a value'],
    ['an unknown word', '[nulL]', 'expected a value'],
  ])('%s', (_, text, message) => {
    expect(refusalOf(() => parseJson(text))).toEqual({ code: 'ERR_MALFORMED', message: expect.stringContaining(message) as string })
    if (!/\p{Surrogate}/u.test(text)) expect(refusalOf(() => parseJson(utf8(text))).message).toContain(message)
  })

  it.each([
    ['a byte that starts nothing', bytes(0x22, 0xff, 0x22), 1],
    ['a sequence cut short', bytes(0x22, 0xe2, 0x82, 0x22), 1],
    ['an overlong slash', bytes(0x22, 0xc0, 0xaf, 0x22), 1],
    ['an overlong NUL of three bytes', bytes(0x22, 0x61, 0xe0, 0x80, 0x80, 0x22), 2],
    ['an encoded surrogate', bytes(0x22, 0xed, 0xa0, 0x80, 0x22), 1],
    ['a character beyond Unicode', bytes(0x22, 0xf4, 0x90, 0x80, 0x80, 0x22), 1],
    ['a continuation alone', bytes(0x80), 0],
    ['a sequence at the very end', bytes(0x31, 0xf0, 0x9f, 0x98), 1],
  ])('bytes that are not UTF-8: %s', (_, input, offset) => {
    expect(refusalOf(() => parseJson(input))).toEqual({ code: 'ERR_MALFORMED', message: `expected UTF-8, found an invalid byte at offset ${offset}` })
  })

  it('nesting over the limit, and takes what is at it', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(refusalOf(() => parseJson(nested(1001)))).toEqual({ code: 'ERR_LIMIT_EXCEEDED', message: expect.stringMatching(/at most 1000 levels.*\(offset 1000\)/) as string })
    expect(stringifyJson(parseJson(nested(1000)))).toBe(nested(1000))
    expect(refusalOf(() => parseJson('{"a":{"b":1}}', { maxDepth: 1 })).code).toBe('ERR_LIMIT_EXCEEDED')
    expect(parseJson('{"a":1}', { maxDepth: 1 })).toEqual({ a: 1 })
    expect(parseJson('1', { maxDepth: 0 })).toBe(1)
  })

  it('nesting of any depth without running out of stack', () => {
    expect(refusalOf(() => parseJson('['.repeat(1_000_000))).code).toBe('ERR_LIMIT_EXCEEDED')
    expect(refusalOf(() => parseJson('{"a":'.repeat(200_000), { maxDepth: 10_000 })).code).toBe('ERR_LIMIT_EXCEEDED')
    expect(refusalOf(() => parseJson(`${'['.repeat(100_000)}1.0${']'.repeat(100_000)}`)).code).toBe('ERR_LIMIT_EXCEEDED')
  })

  it('more bytes than allowed, counted as UTF-8', () => {
    expect(refusalOf(() => parseJson('"€€"', { maxBytes: 7 })).code).toBe('ERR_LIMIT_EXCEEDED')
    expect(parseJson('"€€"', { maxBytes: 8 })).toBe('€€')
    expect(parseJson('"😀é"', { maxBytes: 8 })).toBe('😀é')
    expect(refusalOf(() => parseJson('"😀é"', { maxBytes: 7 })).code).toBe('ERR_LIMIT_EXCEEDED')
    expect(refusalOf(() => parseJson(utf8('[1,2]'), { maxBytes: 4 })).message).toContain('at most 4 bytes of JSON (maxBytes), found 5')
  })

  it('without quoting the text, which may hold a secret', () => {
    const secret = 'hunter2hunter2'
    for (const text of [`{"token":"${secret}"`, `{"token":"${secret}","token":"${secret}"}`, `{"token":"${secret}\\ud800"}`, `["${secret}", oops]`, `[${secret}]`]) {
      expect(refusalOf(() => parseJson(text)).message).not.toContain(secret)
    }
  })

  it('with a message of bounded length and without control characters, whatever the keys are', () => {
    const key = 'k'.repeat(100_000)
    expect(refusalOf(() => parseJson(`{"${key}":1,"${key}":2}`)).message.length).toBeLessThan(400)
    expect(refusalOf(() => parseJson('{"\\u001b[2J":1,"\\u001b[2J":2}')).message).not.toContain('\u001b')
  })

  it('wrong arguments as TypeError', () => {
    // @ts-expect-error neither bytes nor text
    for (const input of [undefined, null, {}, 1, new ArrayBuffer(2)]) expect(() => parseJson(input)).toThrow(TypeError)
    for (const maxDepth of [-1, 1.5, 10_001, Number.NaN]) expect(() => parseJson('1', { maxDepth })).toThrow(TypeError)
    for (const maxBytes of [-1, Number.NaN]) expect(() => parseJson('1', { maxBytes })).toThrow(TypeError)
  })
})

describe('parseJson reads', () => {
  it.each(['0', '1', '-1', '0.1', '1e+21', '1e-7', '0.000001', '9007199254740991', '123456789012345680000', '5e-324'])('%s as a number', (text) => {
    expect(parseJson(text)).toBe(Number(text))
  })

  it.each(['-0', '1.0', '1e3', '1E3', '0.0', '9007199254740993', '123456789012345678901', '1e400', '1e-400', '0.10', '1e21'])('%s as JsonNumber with this text', (text) => {
    expect(parseJson(text)).toEqual(new JsonNumber(text))
    expect(parseJson(`{"a":[0,${text} , {"b":${text}}],"${text}":${text}}`)).toEqual({
      a: [0, new JsonNumber(text), { b: new JsonNumber(text) }],
      [text]: new JsonNumber(text),
    })
  })

  it('exact numbers behind strings that look like structure', () => {
    expect(parseJson('{"a:[1.0,\\"":"}]\\\\","b":[[],{},[{"c":"1.0","d":1.0}],2.0]}')).toEqual({ 'a:[1.0,"': '}]\\', b: [[], {}, [{ c: '1.0', d: new JsonNumber('1.0') }], new JsonNumber('2.0')] })
  })

  it('__proto__ as a key like any other', () => {
    const value = parseJson('{"__proto__":{"isAdmin":true,"size":1.0},"a":1}') as JsonObject
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(value['isAdmin']).toBeUndefined()
    expect(Object.keys(value)).toEqual(['__proto__', 'a'])
    expect(stringifyJson(value)).toBe('{"__proto__":{"isAdmin":true,"size":1.0},"a":1}')
    const exact = parseJson('{"__proto__":1.0}') as JsonObject
    expect(Object.getPrototypeOf(exact)).toBe(Object.prototype)
    expect(stringifyJson(exact)).toBe('{"__proto__":1.0}')
  })

  it('keys that differ only by case, which are two in a map', () => {
    expect(parseJson('{"http_proxy":"a","HTTP_PROXY":"b"}')).toEqual({ http_proxy: 'a', HTTP_PROXY: 'b' })
  })

  it('surrogate pairs, escaped and raw, beside escaped backslashes', () => {
    expect(parseJson('["\\ud83d\\ude00","😀","\\\\ud83d","\\\\\\ud83d\\ude00"]')).toEqual(['😀', '😀', '\\ud83d', '\\😀'])
  })

  it('U+FFFD, noncharacters and an inner byte order mark as they are', () => {
    expect(parseJson('"\ufffd\uffff\ufeff"')).toBe('\ufffd\uffff\ufeff')
    expect(parseJson(utf8('"\ufffd\uffff\ufeff"'))).toBe('\ufffd\uffff\ufeff')
  })

  it('a view into a larger buffer', () => {
    expect(parseJson(utf8('xx[1]yy').subarray(2, 5))).toEqual([1])
  })

  it('duplicate keys are still found when the prototype of all objects was tampered with', () => {
    const prototype = Object.prototype as Record<string, unknown>
    prototype['polluted'] = 1
    try {
      expect(refusalOf(() => parseJson('{"a":1,"a":2}')).code).toBe('ERR_MALFORMED')
      expect(Object.hasOwn(parseJson('{"a":1}') as object, 'polluted')).toBe(false)
    } finally {
      delete prototype['polluted']
    }
  })
})

describe('JsonNumber', () => {
  it('takes the text of a JSON number and nothing else', () => {
    expect(new JsonNumber('-1.50E+3').text).toBe('-1.50E+3')
    for (const text of ['', '1,2', '01', '+1', 'NaN', '1"', ' 1', '1\n']) expect(() => new JsonNumber(text)).toThrow(TypeError)
  })

  it('is told from what looks like one', () => {
    expect(JsonNumber.is(new JsonNumber('1'))).toBe(true)
    for (const value of [{ text: '1' }, null, '1', 1, Object.assign(Object.create(JsonNumber.prototype) as object, { text: '1]' })]) expect(JsonNumber.is(value)).toBe(false)
  })
})
