import { compile, RegoError, toJson, type Value } from '@cilock/rego'
import { describe, expect, test } from 'vitest'

const input: Value = { n: 'k', b: true, s: 'x', obj: { a: 1, b: 2, c: 3 } }

function evaluate(rules: string, steps?: number): string {
  const program = compile([{ name: 'p.rego', source: `package p\n${rules}` }], { version: 'v1' })
  try {
    const value = program.evaluate('data.p.q', { input, strictBuiltinErrors: true, ...(steps === undefined ? {} : { limits: { steps } }) })
    return value === undefined ? 'undefined' : toJson(value)
  } catch (error) {
    if (!RegoError.is(error)) throw error
    return error.code
  }
}

const numbers = 'p[x] := y if { some x, s in {"a": "1", "b": "2", "c": "3", "d": "4", "e": "z"}; y := to_number(s) }'
const twice = 'p[x] := y if { some y, x in ["a", "b", "c", "d", "e", "e"] }'
const two = 'p[x][y] := z if { some x in ["1", "2"]; some y in ["3", "u"]; z := to_number(x) + to_number(y) }'

/** What opa 1.13.1 gives for `data.p.q` with strict built-in errors. */
const recorded: readonly (readonly [what: string, rules: string, outcome: string])[] = [
  ['a built-in that fails under another key is not met', `${numbers}\nq := p.a`, '1'],
  ['nor in a loop over many keys', `${numbers}\nq := [p[k] | some k in ["a", "b", "c", "d", "a"]]`, '[1,2,3,4,1]'],
  ['the whole document meets it', `${numbers}\nq := p`, 'eval_builtin_error'],
  ['its own key meets it', `${numbers}\nq := [p[k] | some k in ["a", "b", "c", "d", "e"]]`, 'eval_builtin_error'],
  ['a conflict under another key is not met', `${twice}\nq := [p[k] | some k in ["a", "b", "c", "d", "x"]]`, '[0,1,2,3]'],
  ['a conflict under the key is', `${twice}\nq := [p[k] | some k in ["a", "b", "c", "d", "e"]]`, 'eval_conflict_error'],
  ['members of sets', 's contains x if { some x, v in {"a": "1", "b": "z"}; to_number(v) }\nq := s.a', '"a"'],
  ['a computed member is known last', 's contains x if { some v in ["1", "z"]; x := to_number(v) }\nq := s[1]', 'eval_builtin_error'],
  ['a missing member', 's contains x if { some x, v in {"a": "1", "b": "z"}; to_number(v) }\nq if not s.c', 'true'],
  ['two keys', `${two}\nq := p["1"]["3"]`, '4'],
  ['the first of two keys', `${two}\nq := p["1"]`, 'eval_builtin_error'],
  ['a member of a set below a key', 'p[x] contains y if { some x in ["1", "2"]; some y in ["3", "u"]; to_number(y) }\nq := p["1"]["3"]', '"3"'],
  ['a set below a key', 'p[x] contains y if { some x in ["1", "u"]; some y in ["3", "4"]; to_number(x) }\nq := p["1"]', '["3","4"]'],
  ['a set is no pattern for members', 'p contains {x} if { x := 1 }\nq := p[{1}]', 'undefined'],
  ['an array is one', 'p contains [x, y] if { some x, y in {"a": "1", "b": "z"}; to_number(y) }\nq := p[["a", "1"]]', '["a","1"]'],
  ['an object is one', 'p contains {"k": x} if { some x, y in {"a": "1", "b": "z"}; to_number(y) }\nq := p[{"k": "a"}].k', '"a"'],
  ['rules at constant keys count too', 'p[x] := y if { some x, y in {"a": 1} }\np.c := to_number("z")\nq := p.a', '1'],
  ['and are asked for', 'p[x] := y if { some x, y in {"a": 1} }\np.c := to_number("z")\nq := p.c', 'eval_builtin_error'],
  ['sets at constant places', 'p[x].r := y if { some x, y in {"a": 1, "b": 2} }\np.c.r contains 5\nq := [p.c.r, p.a.r]', '[[5],1]'],
  ['a key of its own for each input', 'p[x] := y if { some x, y in input.obj }\nq := [[p[k], z] | some k in ["a", "b", "c"]; z := p[k] with input.obj.a as k]', '[[1,"a"],[2,2],[3,3]]'],
]

describe('a key of a partial document', () => {
  test.each(recorded)('%s', (_what, rules, outcome) => {
    expect(evaluate(rules)).toBe(outcome)
  })

  test('costs what the key costs, and not what the document does', () => {
    const rules = 'list := numbers.range(1, 5000)\np[x] := y if { y := list[x] }\n'
    expect(evaluate(`${rules}q := p[9]`, 6000)).toBe('10')
    expect(evaluate(`${rules}q := p`, 6000)).toBe('ERR_LIMIT_STEPS')
  })

  test('asked for one after the other, costs no more than a few times the whole', () => {
    const rules = 'p[x] := y if { some x in numbers.range(1, 1000); y := x * x }\nq := sum([p[k] | some k in numbers.range(1, 1000)])'
    expect(evaluate(rules, 100_000)).toBe('333833500')
  })

  test('takes the same steps each time', () => {
    const program = compile([{ name: 'p.rego', source: `package p\n${numbers}\nq := [p[k] | some k in ["a", "b", "c", "d", "a"]]` }], { version: 'v1' })
    const enough = Array.from({ length: 300 }, (_, steps) => steps).find((steps) => {
      try {
        return program.evaluate('data.p.q', { limits: { steps } }) !== undefined
      } catch {
        return false
      }
    })
    expect(enough).toBeGreaterThan(10)
    for (let i = 0; i < 3; i++) {
      expect(() => program.evaluate('data.p.q', { limits: { steps: (enough ?? 0) - 1 } })).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_STEPS' }))
      expect(program.evaluate('data.p.q', { limits: { steps: enough ?? 0 } })).toBeDefined()
    }
  })
})
