import { compile, RegoError, type EvaluateOptions } from '@cilock/rego'
import { describe, expect, test } from 'vitest'

/** What an evaluation fails with: where, and why. */
function failure(source: string, options: EvaluateOptions = {}, ref = 'data.p'): string {
  const program = compile([{ name: 'p.rego', source: `package p\nimport rego.v1\n${source}` }])
  try {
    program.evaluate(ref, { strictBuiltinErrors: true, ...options })
  } catch (error) {
    if (RegoError.is(error)) return `${error.location?.row ?? 0}: ${error.message}`
    throw error
  }
  return 'nothing'
}

// Each of these is what `opa eval --strict-builtin-errors` of OPA 1.13.1 reports.
describe('of several errors, the one that OPA comes upon first is reported', () => {
  test('what follows the first value of a rule runs before the other rules of its name', () => {
    expect(failure('a := 1 if input.x\na := 2 if input.x\nb if {\n  a\n  indexof("x", "") == 0\n}', { input: { x: 1 } }, 'data.p.b')).toBe('7: indexof: empty search character')
  })

  test('without a failing built-in, the conflict is reported', () => {
    expect(failure('a := 1 if input.x\na := 2 if input.x\nb if {\n  a\n  indexof("x", "x") == 0\n}', { input: { x: 1 } }, 'data.p.b')).toBe('4: complete rules must not produce multiple outputs')
  })

  test('a conflict of the rule that asks comes before a conflict of the rule that is asked', () => {
    expect(failure('q := 0 if true\nq := r if true\nr := 1 if input.x\nr := 2 if input.x', { input: { x: 1 } }, 'data.p.q')).toBe('4: complete rules must not produce multiple outputs')
  })

  test('within a negation, the other rules run before what follows it', () => {
    expect(failure('a := false if input.x\na := 2 if input.x\nb if {\n  not a\n  indexof("x", "") == 0\n}', { input: { x: 1 } }, 'data.p.b')).toBe('4: complete rules must not produce multiple outputs')
  })

  test('functions too', () => {
    expect(failure('f(x) := 1 if x\nf(x) := 2 if x\nb if {\n  f(input.x)\n  indexof("x", "") == 0\n}', { input: { x: 1 } }, 'data.p.b')).toBe('7: indexof: empty search character')
  })

  describe('of rules that an index orders by their references', () => {
    const input = { a: { b: 1, c: 1 }, b: { a: 1 }, n: [[1], 2] }
    const two = (first: string, second: string): string => `r := x if {\n  x := json.marshal([1, ${first}])\n}\nr := x if {\n  x := json.marshal([2, ${second}])\n}`

    test('the reference that most of them ask for is looked at first', () => {
      expect(failure(two('is_null(input.a.c)', 'is_null(input.n), is_null(input.n)'), { input }, 'data.p.r')).toBe('6: complete rules must not produce multiple outputs')
    })

    test('references that OPA hashes alike are in front of each other: a zero counts for nothing', () => {
      expect(failure(two('is_null(input.n[0]), is_null(input.a.b)', 'is_null(input.n), is_null(input.n)'), { input }, 'data.p.r')).toBe('6: complete rules must not produce multiple outputs')
      expect(failure(two('is_null(input.n[1]), is_null(input.a.b)', 'is_null(input.n), is_null(input.n)'), { input }, 'data.p.r')).toBe('3: complete rules must not produce multiple outputs')
    })

    test('equal members of a set ask once', () => {
      expect(failure(two('is_null(input.a.c)', '{input.n, input.n}'), { input }, 'data.p.r')).toBe('3: complete rules must not produce multiple outputs')
      expect(failure(two('is_null(input.a.c)', '[input.n, input.n]'), { input }, 'data.p.r')).toBe('6: complete rules must not produce multiple outputs')
    })

    test('and so do terms in another order', () => {
      expect(failure(two('is_null(input.a.b), is_null(input.n)', 'is_null(input.b.a), is_null(input.b.a)'), { input }, 'data.p.r')).toBe('6: complete rules must not produce multiple outputs')
      expect(failure(two('is_null(input.a.c), is_null(input.n)', 'is_null(input.b.a), is_null(input.b.a)'), { input }, 'data.p.r')).toBe('3: complete rules must not produce multiple outputs')
    })
  })

  test('members of a package are done one by one', () => {
    expect(failure('a := 1 if input.x\na := 2 if input.x\nb := indexof("x", "")', { input: { x: 1 } })).toBe('4: complete rules must not produce multiple outputs')
  })
})

test('finding the first error prints nothing twice, and calls nothing when all is well', () => {
  const notes: string[] = []
  const note = (text: string): void => void notes.push(text)
  expect(failure('a := 1 if trace("one")\na := 2 if trace("two")', { note })).toBe('4: complete rules must not produce multiple outputs')
  expect(notes).toEqual(['one', 'two'])
})

test('a query reports the same', () => {
  const program = compile([{ name: 'p.rego', source: 'package p\nimport rego.v1\na := 1 if input.x\na := 2 if input.x' }])
  expect(() => program.query('data.p.a; indexof("x", "")', { input: { x: 1 }, strictBuiltinErrors: true })).toThrow('indexof: empty search character')
})
