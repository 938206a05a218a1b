import { compile, parseJson, RegoObject, RegoSet, type EvaluateOptions, type Value } from '@cilock/rego'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const program = compile([{ name: 'p.rego', source: 'package p\np := input\nq := data.x\none := 1' }])

/** What a program in JavaScript may hand in, whatever the types say. */
const given = (options: unknown): Value | undefined => program.evaluate('data.p.one', options as EvaluateOptions)

class Foo {
  readonly a: number = 1
}
const loop: { a: { b: unknown[] } } = { a: { b: [1] } }
loop.a.b.push(loop.a)

describe.each(['input', 'data'])('%s', (name) => {
  test.each([
    ['NaN', { a: Number.NaN }, 'NaN at /a'],
    ['Infinity', { a: [1, Infinity] }, 'Infinity at /a/1'],
    ['undefined', { a: undefined }, 'undefined at /a'],
    ['a hole', { a: Array(3) }, 'undefined at /a/0'],
    ['a function', { a: () => 1 }, 'function at /a'],
    ['a symbol', { a: Symbol('s') }, 'symbol at /a'],
    ['a bigint', { a: 5n }, 'bigint at /a'],
    ['a date', { a: new Date(0) }, 'an instance of Date at /a'],
    ['a map', { a: new Map() }, 'an instance of Map at /a'],
    ['bytes', { a: new Uint8Array(1) }, 'an instance of Uint8Array at /a'],
    ['an instance of a class', { a: new Foo() }, 'an instance of Foo at /a'],
    ['what holds itself', loop, 'what holds itself at /a'],
    ['a name that a pointer escapes', { 'a/b~c': { 1: 5n } }, 'bigint at /a~1b~0c/1'],
    ['a wrong member of a set', { a: RegoSet.of([Number.NaN]) }, 'NaN at /a/0'],
    ['a wrong member of an object', { a: RegoObject.of([[1, Number.NaN]]) }, 'NaN at /a/1'],
    ['the whole', 5n, 'bigint at its root'],
  ])('that holds %s is refused with its place', (_what, value, found) => {
    const refused = (): unknown => given({ [name]: value })
    expect(refused).toThrow(TypeError)
    expect(refused).toThrow(`expected ${name} to hold nothing but JSON, found ${found}`)
    expect(refused, 'a second time, too').toThrow(TypeError)
  })

  test('may be nested as deep as the limit says, the first time and later', () => {
    const nested = (levels: number): unknown => Array.from({ length: levels }).reduce((inner: unknown) => [inner], 1)
    const at = { [name]: nested(100) }
    expect(given({ ...at, limits: { depth: 100 } })).toBe(1)
    expect(() => given({ ...at, limits: { depth: 99 } })).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_DEPTH', message: `expected ${name} nested at most 99 levels deep, found more` }))
    expect(given({ [name]: nested(2000) })).toBe(1)
    expect(() => given({ [name]: nested(2001) })).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_DEPTH' }))
    expect(() => given({ [name]: nested(100_000), limits: { depth: Infinity } })).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_DEPTH' }))
  })

  test('may share parts, which are looked at once', () => {
    let shared: unknown = [1]
    for (let i = 0; i < 60; i++) shared = [shared, shared]
    expect(given({ [name]: shared })).toBe(1)
    expect(() => given({ [name]: shared, limits: { depth: 60 } })).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_DEPTH' }))
    expect(() => given({ [name]: [shared, Number.NaN] })).toThrow('NaN at /1')
  })
})

test('what JSON gives is taken as it is, from any realm and without a prototype', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      const value = JSON.parse(JSON.stringify(json)) as Value
      expect(program.evaluate('data.p.p', { input: value })).toBe(value)
    }),
  )
  const otherRoot = Object.create(null) as object
  expect(given({ input: Object.assign(Object.create(otherRoot) as object, { a: 1 }) })).toBe(1)
  expect(given({ input: Object.assign(Object.create(null) as object, { a: [{}] }) })).toBe(1)
})

test('values of this package are taken', () => {
  const value = RegoObject.of([[RegoSet.of([1, [2]]), parseJson('1.0')]])
  expect(program.evaluate('data.p.p', { input: value })).toBe(value)
})
