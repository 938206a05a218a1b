import { outlineModule } from '@cilock/rego/analyze'
import { RegoCompileError, RegoError } from '@cilock/rego'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const outline = (source: string) => outlineModule({ name: 'p.rego', source })
const rules = (source: string) => outline(`package p\n${source}`).rules.map(({ name, kind, isDefault, value, isEmpty, neverHolds }) => ({ name, kind, isDefault, ...(value !== undefined && { value }), isEmpty, neverHolds }))
const paths = (source: string) => outline(`package p\n${source}`).inputs.map(({ path, isOpen }) => `${path.join('.')}${isOpen ? '…' : ''}`)

describe('rules', () => {
  test('by name and kind, in both dialects', () => {
    expect(rules('deny[m] { m := "x" }')).toEqual([{ name: 'deny', kind: 'set', isDefault: false, isEmpty: false, neverHolds: false }])
    expect(rules('import rego.v1\ndeny contains m if { m := "x" }')[0]).toMatchObject({ name: 'deny', kind: 'set' })
    expect(rules('deny[k] = v { k := "a"; v := 1 }')[0]).toMatchObject({ kind: 'object' })
    expect(rules('f(x) = y { y := x }')[0]).toMatchObject({ name: 'f', kind: 'function' })
    expect(rules('default deny = false')[0]).toMatchObject({ name: 'deny', kind: 'complete', isDefault: true, value: 'boolean' })
  })

  test.each([
    ['deny = "no"', 'string', false],
    ['deny = 1.5', 'number', false],
    ['deny = null', 'null', false],
    ['deny = []', 'array', true],
    ['deny = {}', 'object', true],
    ['deny = ["a"]', 'array', false],
    ['deny = set()', 'set', true],
    ['deny = x { x := input.y }', undefined, false],
  ])('%s has a value of type %s as written', (source, value, isEmpty) => {
    const [rule] = rules(source)
    expect([rule?.value, rule?.isEmpty]).toEqual([value, isEmpty])
  })

  test.each([
    ['deny[m] { false; m := "x" }', true],
    ['deny[m] { not true; m := "x" }', true],
    ['deny[m] { true; m := "x" }', false],
    ['deny[m] { not false; m := "x" }', false],
    ['deny = "a" { false } else = "b" { true }', false],
    ['deny = "a" { false } else = "b" { false }', true],
  ])('%s never holds: %s', (source, neverHolds) => {
    expect(rules(source)[0]?.neverHolds).toBe(neverHolds)
  })

  test('says where a rule stands', () => {
    expect(outline('package p\n\nallow { true }').rules[0]?.location).toMatchObject({ file: 'p.rego', row: 3, col: 1 })
  })
})

describe('input', () => {
  test.each([
    ['deny[m] { input.a.b == 1; m := "x" }', ['a.b']],
    ['deny[m] { input.a[i].c == 1; m := "x" }', ['a…']],
    ['deny[m] { input["a"]["b c"]; m := "x" }', ['a.b c']],
    ['deny[m] { x := input; x.a; m := "x" }', ['']],
    ['deny[m] { m := input.a[input.b] }', ['a…', 'b']],
    ['deny[input.a] { true }', ['a']],
    ['deny[m] { not input.gone; m := "x" }', ['gone']],
    ['deny[m] { m := [y | y := input.xs[_]][_] }', ['xs…']],
    ['deny[m] { f(input.a); m := "x" }\nf(x) { x }', ['a']],
    ['import input.a as b\ndeny[m] { b.c; m := "x" }', ['a', 'a.c']],
    ['import input.a\ndeny[m] { a.c; m := "x" }', ['a', 'a.c']],
    ['deny[m] { data.q.r with input as {"a": input.z}; m := "x" }', ['z']],
    ['x = 1 { false } else = 2 { input.late }', ['late']],
    ['deny[m] { data.input.x; m := "x" }', []],
    // v0 lets anything be called input
    ['f(input) { input.a }\nx { input.b }', ['b']],
    ['x { input := data.x; input.a }\ny { input.b }', ['b']],
    ['x { some input; input.a }', []],
    ['x { y := [input.a | input := data.x[_]]; input.b }', ['b']],
    ['x { input := 1; data.r.x with input.b as input }', []],
    ['input = 3\nx = input.a', []],
    ['import input.a as b\nf(b) { b.c }\ng { b.d }', ['a', 'a.d']],
    ['import input.a as b\ng { b := 1; b.d }', ['a']],
  ])('%s reads %j', (source, expected) => {
    expect(paths(source)).toEqual(expected)
  })
})

test('what cannot be parsed is told as the compiler tells it', () => {
  expect(() => outline('package p\ndeny[')).toThrow(RegoCompileError)
  expect(() => outline('package p\nx = "aaaaaaaa"')).not.toThrow()
  expect(() => outlineModule({ name: 'p', source: 'package p\nx = "aaaaaaaa"' }, { limits: { sourceSize: 10 } })).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_SOURCE_SIZE' }))
})

test('any text is an outline or a coded error', () => {
  const words = fc.constantFrom('package p', 'deny', '[', ']', '{', '}', 'input', '.', 'a', 'import', 'with', 'as', ':=', '"x"', 'not', 'false', 'else', '\n', 'default', '=', '(', ')', 'some', 'in', 'every')
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
      try {
        outline(parts.join(' '))
      } catch (error) {
        if (!RegoError.is(error)) throw error
      }
    }),
    { numRuns: 500 },
  )
})
