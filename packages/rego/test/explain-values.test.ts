import { compile, formatTerm, type EvaluateOptions, type Failure } from '@cilock/rego'
import { describe, expect, test } from 'vitest'

function explained(source: string, options: EvaluateOptions = {}, ref = 'data.p.x'): readonly (Failure | undefined)[] {
  return compile([{ name: 'p.rego', source: `package p\nimport rego.v1\n${source}` }])
    .explain(ref, options)
    .rules.map(({ failure }) => failure)
}

/** The literal that failed and what it met. */
const told = (source: string, options: EvaluateOptions = {}): readonly string[] => {
  const [failure] = explained(source, options)
  return [failure?.text ?? '', ...(failure?.values ?? []).map(({ text, value }) => `${text} = ${value === undefined ? 'undefined' : formatTerm(value)}`)]
}

describe('what a literal met', () => {
  test('how far a reference goes that has no value', () => {
    expect(told('x if input.a.b.c.d == 1', { input: { a: { b: {} } } })).toEqual(['input.a.b.c.d == 1', 'input.a.b.c.d = undefined', 'input.a.b = {}'])
    expect(told('x if data.cfg.a.b', { data: { cfg: {} } })).toEqual(['data.cfg.a.b', 'data.cfg.a.b = undefined', 'data.cfg = {}'])
    expect(told('x if y.a.b\ny := input.y', { input: { y: { c: 1 } } })).toEqual(['y.a.b', 'y.a.b = undefined', 'y = {"c": 1}'])
    expect(told('x if { some c in input; c.a.b == 1 }', { input: [{ a: 2 }] })).toEqual(['c.a.b == 1', 'c.a.b = undefined', 'c.a = 2'])
  })

  test('a package is not evaluated to tell how far a reference goes', () => {
    expect(told('x if data.p.nope\ny := 1 if true\ny := 2 if true')).toEqual(['data.p.nope', 'data.p.nope = undefined'])
  })

  test('what is iterated over, up to where it divides', () => {
    expect(told('x if input.a.b[_].c == input.z[_]', { input: { a: { b: [{ c: 1 }] }, z: [3] } })).toEqual(['input.a.b[_].c == input.z[_]', 'input.a.b = [{"c": 1}]', 'input.z = [3]'])
    expect(told('x if some y in input.ys', { input: { ys: [] } })).toEqual(['some y in input.ys', 'input.ys = []'])
    expect(told('x if some y in input.ys', { input: {} })).toEqual(['some y in input.ys', 'input.ys = undefined'])
    expect(told('x if input[y] == 3', { input: { a: 1 } })).toEqual(['input[y] == 3', 'input = {"a": 1}'])
  })

  test('the whole literal where a part of it has no value', () => {
    expect(told('x if object.get(input.cfg, "on", false) == true', { input: {} })).toEqual(['object.get(input.cfg, "on", false) == true', 'input.cfg = undefined'])
    expect(told('x if { y := input.n + 1; y > 3 }', { input: {} })).toEqual(['y := input.n + 1', 'input.n = undefined'])
    expect(told('x if not input.n > 3', { input: {} })).toEqual(['not input.n > 3', 'input.n = undefined'])
  })

  test('comprehensions, and what they go over', () => {
    expect(told('x if count({v | some v in input.vs; v > 1}) == 0', { input: { vs: [1, 2] } })).toEqual([
      'count({v | some v in input.vs; v > 1}) == 0',
      'input.vs = [1, 2]',
      '{v | some v in input.vs; v > 1} = {2}',
      'count({v | some v in input.vs; v > 1}) = 1',
    ])
  })

  test('neither constants nor what a shown reference begins with', () => {
    expect(told('x if { t := input.t; t - input.s < 24 * 60 * 60 }', { input: { t: 99999, s: 1 } })).toEqual(['t - input.s < 24 * 60 * 60', 'input.s = 1', 't = 99999', 't - input.s = 99998'])
    expect(told('x if { e := input.t; e > 3 }', { input: { t: 1 } })).toEqual(['e > 3', 'e = 1'])
    expect(told('x if { some s in input; s.a == 1 }', { input: [{ a: 2 }] })).toEqual(['s.a == 1', 's.a = 2'])
  })

  test('each time, ten times at most', () => {
    const [failure] = explained('x if { some n in input; n > 100 }', { input: Array.from({ length: 30 }, (_, i) => i) })
    expect(failure).toMatchObject({ attempts: 30, bindings: { n: 0 }, values: [{ text: 'n', value: 0 }] })
    expect(failure?.further.map(({ bindings, values }) => [bindings['n'], values[0]?.value])).toEqual(Array.from({ length: 9 }, (_, i) => [i + 1, i + 1]))
  })

  test('what a built-in refused', () => {
    expect(explained('x if to_number(input.n) > 3', { input: { n: 'abc' } })[0]).toMatchObject({ text: 'to_number(input.n) > 3', error: 'to_number: strconv.ParseFloat: parsing "abc": invalid syntax' })
    expect(explained('x if to_number(input.n) > 3', { input: { n: '1' } })[0]?.error).toBeUndefined()
    // strictly, it is an error of the whole, whatever else is told after it
    expect(() => explained('x if to_number(input.n) > 3\nx if input.m', { input: { n: 'abc' }, strictBuiltinErrors: true })).toThrow('to_number: ')
    expect(() => explained('x if to_number(input.n) > 3', { input: { n: 'abc' }, strictBuiltinErrors: true })).toThrow('to_number: ')
  })

  test('what fails only because everything is looked at does not end the explanation', () => {
    const rules = 'a := 1 if input.x\nb := 1 if true\nb := 2 if input.y'
    const options = { input: { y: 1 } }
    expect(told(`x if a == b\n${rules}`, options)).toEqual(['a == b', 'a = undefined', 'b = undefined'])
    const [skipped, failed] = explained(`x if { input.kind == "a"; b == 1 }\nx if { input.kind == "b"; b == 1 }\n${rules}`, { input: { y: 1, kind: 'c' } })
    expect([skipped?.text, failed?.text]).toEqual(['input.kind == "a"', 'input.kind == "b"'])
    expect(explained(`x if w with input.x as false\nw if { not input.x; count([1 | b == 1]) == 0; input.z }\nw if { v; b }\nv if input.z\n${rules}`, options)[0]?.rules.length).toBe(2)
    // the index leaves this rule out
    expect(explained(`x if { b == 1; input.kind == "a" }\n${rules}`, options)[0]).toMatchObject({ text: 'b == 1', error: 'complete rules must not produce multiple outputs' })
    // what the evaluation comes to is an error of the whole
    expect(() => explained(`x if b == 1\n${rules}`, options)).toThrow('complete rules must not produce multiple outputs')
  })

  test('the literal of an else branch without braces', () => {
    const failures = explained('x := 1 if input.a\nelse := 2 if count(input.b) > 3 else := 3 if not input.c\nelse := 4 if { input.d }', { input: { b: [1], c: true } })
    expect(failures.map((failure) => [failure?.text, failure?.values])).toEqual([
      ['input.a', [{ text: 'input.a', value: undefined }]],
      ['count(input.b) > 3', [{ text: 'input.b', value: [1] }]],
      ['not input.c', [{ text: 'input.c', value: true }]],
      ['input.d', [{ text: 'input.d', value: undefined }]],
    ])
  })
})

test('paths have the names and parts of the source', () => {
  const source = 'by[sev] contains v.id if { some v in input.vs; sev := v.sev }\nat[v.id].name := v.sev if some v in input.vs'
  const { rules } = compile([{ name: 'p.rego', source: `package p\nimport rego.v1\n${source}` }]).explain('data.p', { input: { vs: [{ id: 1, sev: 'high' }] } })
  expect(rules.map(({ path, solutions }) => [path, solutions[0]?.key, solutions[0]?.value])).toEqual([
    ['data.p.at[v.id].name', [1, 'name'], 'high'],
    ['data.p.by[sev]', ['high'], 1],
  ])
})
