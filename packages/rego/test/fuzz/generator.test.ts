import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { difference } from '../../fuzz/compare.ts'
import { judgeHere } from '../../fuzz/engine.ts'
import type { Verdict } from '../../fuzz/oracle.ts'
import { makeCase } from '../../fuzz/program.ts'
import { unreached } from '../../fuzz/run.ts'

describe('generated cases', () => {
  test('the same seed makes the same case', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [first, second] = [makeCase(seed), makeCase(seed)]
        expect([first.source, first.input, first.dialect]).toEqual([second.source, second.input, second.dialect])
      }),
      { seed: 1, numRuns: 100 },
    )
  })

  test('three hundred reach every construct and built-in, and meet the quotas', () => {
    const used = new Map<string, number>()
    let [nonEmpty, errors] = [0, 0]
    for (let seed = 1; seed <= 300; seed++) {
      const made = makeCase(seed)
      for (const name of made.used) used.set(name, (used.get(name) ?? 0) + 1)
      // Anything but a verdict would be thrown.
      const verdict = judgeHere(made)
      if (verdict.kind === 'errors') errors += 1
      if (verdict.kind === 'value' && /[^\s{}[\]]/.test(verdict.json)) nonEmpty += 1
    }
    expect(unreached({ used })).toEqual([])
    expect(nonEmpty).toBeGreaterThanOrEqual(100)
    expect(errors).toBeGreaterThanOrEqual(30)
  })
})

describe('comparing', () => {
  const value = (json: string): Verdict => ({ kind: 'value', json })
  const error = (code: string, message: string, row = 1, col = 1): Verdict => ({ kind: 'errors', stage: 'evaluate', errors: [{ code, message, row, col }] })

  test('equal verdicts agree', () => {
    expect(difference(value('{"a": 1.50, "b": [true]}'), value('{"b":[true],"a":1.50}'))).toBeUndefined()
    expect(difference({ kind: 'undefined' }, { kind: 'undefined' })).toBeUndefined()
    expect(difference(error('eval_type_error', 'x'), error('eval_type_error', 'x'))).toBeUndefined()
  })

  test('the words of Go libraries do not count', () => {
    expect(difference(error('eval_builtin_error', 'yaml.unmarshal: yaml: line 1: a'), error('eval_builtin_error', 'yaml.unmarshal: yaml: b'))).toBeUndefined()
  })

  test.each([
    ['a value', value('1'), value('2')],
    ['the spelling of a number', value('1.0'), value('1')],
    ['the names that the compiler makes up', error('rego_type_error', 'undefined ref: __local3__.a'), error('rego_type_error', 'undefined ref: __local17__.a')],
    ['a value and nothing', value('{}'), { kind: 'undefined' } as const],
    ['a value and an error', value('{}'), error('eval_type_error', 'x')],
    ['a code', error('eval_type_error', 'x'), error('eval_builtin_error', 'x')],
    ['a place', error('eval_type_error', 'x', 1, 2), error('eval_type_error', 'x', 1, 3)],
    ['a text', error('eval_type_error', 'x'), error('eval_type_error', 'y')],
  ])('%s differs', (_, opa, here) => {
    expect(difference(opa, here)).toBeTypeOf('string')
  })

  test('where OPA panicked there is nothing to compare', () => {
    expect(difference({ kind: 'crash' }, value('1'))).toBeUndefined()
  })
})
