import { JsonNumber, parseJson, stringifyJson } from '@cilock/core'
import { any, array, bool, bytes, digestSet, integer, map, nullable, nullableArray, nullableMap, number, oneOf, optional, raw, required, string, struct, time, type Infer, type Schema } from '@cilock/core/schema'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { refusalOf } from './code-of.ts'

const file = struct({ path: string(), size: optional(integer()), digest: digestSet() })

const refusal = (schema: Schema<unknown>, value: unknown): string => {
  const { code, message } = refusalOf(() => schema.read(value))
  expect(code).toBe('ERR_MALFORMED')
  return message
}

describe('a struct', () => {
  it('gives its fields in their order and unknown keys behind them', () => {
    expect(stringifyJson(file.read({ z: 1, digest: { sha256: 'b', sha1: 'a' }, path: 'x', a: [2] }))).toBe('{"path":"x","digest":{"sha1":"a","sha256":"b"},"z":1,"a":[2]}')
  })

  it('drops or refuses unknown keys where told so', () => {
    expect(struct({ a: string() }, { unknown: 'drop' }).read({ a: '', b: 1 })).toEqual({ a: '' })
    expect(refusal(struct({ a: string() }, { unknown: 'refuse' }), { a: '', 'b/c': 1 })).toBe('expected no other keys than a, found one at /b~1c')
  })

  it('gives missing fields the zero of Go, and null too', () => {
    const schema = struct({ s: string(), i: integer(), b: bool(), n: number(), l: array(string()), nl: nullableArray(string()), m: map(string()), nm: nullableMap(string()), t: time(), y: bytes(), a: any(), p: nullable(integer()), o: optional(string()), f: file })
    const zero = '{"s":"","i":0,"b":false,"n":0,"l":[],"nl":null,"m":{},"nm":null,"t":"0001-01-01T00:00:00Z","y":null,"a":null,"p":null,"f":{"path":"","digest":{}}}'
    expect(stringifyJson(schema.read({}))).toBe(zero)
    expect(stringifyJson(schema.read({ s: null, i: null, b: null, n: null, l: null, nl: null, m: null, nm: null, t: null, y: null, a: null, p: null, o: null, f: null }))).toBe(zero)
    expect(stringifyJson(schema.read(null))).toBe(zero)
  })

  it('refuses a key that Go would fold into a field', () => {
    expect(refusal(file, { PATH: 'x' })).toBe('expected the key "path", found it in other letter case at /PATH')
    expect(refusal(file, { path: 'x', Path: 'y' })).toContain('at /Path')
    // the long s and the Kelvin sign, which Unicode folds to ASCII
    expect(refusal(file, { '\u017fize': 1 })).toContain('"size"')
    expect(refusal(struct({ kind: string() }), { '\u212aind': '' })).toContain('"kind"')
    expect(file.read({ path: '', 'path ': 1, pathé: 2 })).toMatchObject({ 'path ': 1, pathé: 2 })
  })

  it('leaves keys alone that differ by case in a map', () => {
    expect(map(string()).read({ no_proxy: 'a', NO_PROXY: 'b' })).toEqual({ NO_PROXY: 'b', no_proxy: 'a' })
  })

  it('keeps __proto__ inert, as a field, a map key and an unknown key', () => {
    const value = parseJson('{"__proto__":{"a":"b"},"x":"y"}')
    for (const schema of [struct({ x: string() }), map(any()), any(), struct({ ['__proto__']: any(), x: string() })]) {
      const read = schema.read(value) as object
      expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
      expect(stringifyJson(read)).toMatch(/"__proto__":\{"a":"b"\}/)
    }
    expect(struct({ toString: optional(string()) }).read({})).toEqual({})
  })

  it('says where a value has another type', () => {
    const schema = struct({ files: map(array(file)) })
    expect(refusal(schema, { files: { 'a/b~c': [{}, { path: 7 }] } })).toBe('expected a string, found a number at /files/a~1b~0c/1/path')
    expect(refusal(schema, { files: [] })).toBe('expected an object, found an array at /files')
    expect(refusal(schema, 'secret text')).toBe('expected an object, found a string at the root')
    expect(refusal(schema, undefined)).toBe('expected an object, found nothing at the root')
    expect(refusal(schema, new JsonNumber('1.0'))).toContain('expected an object')
  })
})

describe('presence', () => {
  it('optional leaves out what omitempty leaves out', () => {
    const schema = struct({
      s: optional(string()),
      i: optional(integer()),
      b: optional(bool()),
      l: optional(array(string())),
      m: optional(nullableMap(string())),
      y: optional(bytes()),
      d: optional(digestSet()),
      a: optional(any()),
    })
    expect(schema.read({ s: '', i: 0, b: false, l: [], m: {}, y: '', d: {}, a: null })).toEqual({})
    expect(schema.read({ i: new JsonNumber('-0') })).toEqual({})
    expect(schema.read({ s: 'x', a: '' })).toEqual({ s: 'x', a: '' })
  })

  it('optional keeps structs, times and what a pointer holds', () => {
    const schema = struct({ f: optional(struct({ a: optional(string()) })), t: optional(time()), p: optional(nullable(integer())) })
    expect(schema.read({ f: {}, t: '0001-01-01T00:00:00Z', p: 0 })).toEqual({ f: {}, t: '0001-01-01T00:00:00Z', p: 0 })
    expect(schema.read({ f: null, t: null, p: null })).toEqual({})
  })

  it('required refuses what is missing or null', () => {
    const schema = struct({ root: required(string()) })
    expect(schema.read({ root: '' })).toEqual({ root: '' })
    expect(refusal(schema, {})).toBe('expected a value, found nothing at /root')
    expect(refusal(schema, { root: null })).toBe('expected a value, found null at /root')
    expect(refusal(struct({ deep: schema }), {})).toBe('expected a value, found nothing at /deep/root')
  })
})

describe('scalars', () => {
  it.each([
    [string(), 1],
    [bool(), 'true'],
    [integer(), '1'],
    [integer(), 1.5],
    [integer(), new JsonNumber('1.0')],
    [integer(), new JsonNumber('1e3')],
    [integer(), new JsonNumber('9007199254740993')],
    [integer({ min: 0 }), -1],
    [integer({ max: 9 }), 10],
    [number(), new JsonNumber('1e400')],
    [number(), Number.NaN],
    [oneOf('a', 'b'), 'c'],
    [oneOf('a'), null],
    [bytes(), 'a*'],
    [bytes(), 1],
    [time(), 'yesterday'],
    [time(), '2026-02-29T00:00:00Z'],
    [time(), '2026-01-01T00:00:60Z'],
    [time(), '2026-01-01T00:00:00'],
    [time(), '2026-01-01T00:00:00,5Z'],
    [time(), '2026-01-01T00:00:00+14:60'],
    [time(), 0],
    [array(string()), {}],
    [map(string()), []],
    [map(string()), 'x'],
    [any(), undefined],
    [any(), new JsonNumber('1e400')],
    [raw(), undefined],
    [digestSet(), { sha256: 1 }],
  ])('case %#: refuse another value', (schema, value) => {
    expect(refusal(schema as Schema<unknown>, value)).toMatch(/^expected .* at (?:the root|\/sha256)$/)
  })

  it('read and normalise their own', () => {
    expect(integer().read(new JsonNumber('-0'))).toBe(0)
    expect(Object.is(integer().read(-0), 0)).toBe(true)
    expect(number().read(new JsonNumber('1.50'))).toBe(1.5)
    expect(oneOf('a', 'b').read('b')).toBe('b')
    expect(bytes().read('-_8')).toBe('+/8=')
    expect(time().read('2026-01-02T03:04:05.1200+00:00')).toBe('2026-01-02T03:04:05.12Z')
    expect(raw().read({ b: new JsonNumber('1.0'), a: 1 })).toEqual({ b: new JsonNumber('1.0'), a: 1 })
    expect(stringifyJson(any().read({ b: [new JsonNumber('1.0'), new JsonNumber('-0')], a: { d: 1, c: 2 } }))).toBe('{"a":{"c":2,"d":1},"b":[1,-0]}')
  })

  it('any refuses what nests deeper than the reader goes', () => {
    const nested = (depth: number): unknown => parseJson('['.repeat(depth) + ']'.repeat(depth), { maxDepth: 10_000 })
    expect(refusalOf(() => any().read(nested(10_000))).code).toBe('ERR_LIMIT_EXCEEDED')
    expect(any().read(nested(1000))).toEqual(nested(1000))
  })

  it('never repeat the value in a message', () => {
    for (const schema of [integer(), bool(), oneOf('a'), time(), bytes(), map(string())]) expect(refusal(schema as Schema<unknown>, 'hunter2*')).not.toContain('hunter2')
  })
})

describe('the types', () => {
  it('follow the schema', () => {
    expectTypeOf<Infer<typeof file>>().toEqualTypeOf<{ readonly path: string; readonly digest: Readonly<Record<string, string>>; readonly size?: number }>()
    const kind = oneOf('a', 'b')
    expectTypeOf<Infer<typeof kind>>().toEqualTypeOf<'a' | 'b'>()
    const list = nullableArray(file)
    expectTypeOf<Infer<typeof list>>().toEqualTypeOf<readonly Infer<typeof file>[] | null>()
    const sure = required(nullable(integer()))
    expectTypeOf<Infer<typeof sure>>().toEqualTypeOf<number>()
  })
})
