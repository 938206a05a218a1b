import { compile, RegoError, type CompileOptions, type EvaluateOptions, type Program } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { describe, expect, it } from 'vitest'

function program(body: string, options: CompileOptions = {}): Program {
  return compile([{ name: 'a.rego', source: `package a\n${body}` }], options)
}

function codeOf(run: () => unknown): string {
  try {
    run()
    return 'no error'
  } catch (error) {
    return RegoError.is(error) ? error.code : `not coded: ${String(error)}`
  }
}

function evaluate(body: string, options: EvaluateOptions = {}): string {
  return codeOf(() => program(body).evaluate('data.a.p', { strictBuiltinErrors: true, ...options }))
}

function nestedComprehensions(depth: number): string {
  let term = '1'
  for (let i = 0; i < depth; i++) term = `[x${i} | x${i} := ${term}]`
  return term
}

describe('hostile policies', () => {
  it.each(['(', '[', '{', 'f(', '[x |', '{"a":', 'x['])('nesting of %s ends in a coded error', (open) => {
    expect(codeOf(() => program(`p := ${open.repeat(100_000)}`))).toMatch(/^(rego_parse_error|ERR_LIMIT_DEPTH)$/)
  })

  it('compiles nested comprehensions without doubling the time at each level', () => {
    expect(program(`p := ${nestedComprehensions(60)}`).evaluate('data.a.p')).toBeDefined()
  })

  it('compiles a sum of a thousand terms, and refuses one of twenty thousand', () => {
    expect(program(`p := ${Array.from({ length: 1000 }, () => '1').join(' + ')}`).evaluate('data.a.p')).toBe(1000)
    expect(codeOf(() => program(`p := ${Array.from({ length: 20_000 }, () => '1').join(' + ')}`))).toBe('ERR_LIMIT_DEPTH')
  })

  it('bounds the work of putting literals in order', () => {
    const literals = Array.from({ length: 400 }, (_, index) => `x${index} = x${index + 1}`)
    const body = `p { ${literals.join('; ')}; x400 = 1 }`
    expect(program(body).evaluate('data.a.p')).toBe(true)
    expect(codeOf(() => program(body, { limits: { steps: 10_000 } }))).toBe('ERR_LIMIT_STEPS')
  })

  it('bounds the size of sources', () => {
    expect(codeOf(() => program('p := 1', { limits: { sourceSize: 10 } }))).toBe('ERR_LIMIT_SOURCE_SIZE')
  })

  it('refuses recursion', () => {
    expect(codeOf(() => program('p { q }\nq { p }'))).toBe('rego_recursion_error')
  })

  it('bounds a chain of rules by depth', () => {
    const rules = Array.from({ length: 20_000 }, (_, index) => `r${index} = r${index + 1}`).join('\n')
    expect(codeOf(() => program(`${rules}\nr20000 = 1\np := r0`).evaluate('data.a.p'))).toBe('ERR_LIMIT_DEPTH')
  })

  it('counts the steps of a cross product', () => {
    const body = 'p { xs := [x | x := input[_]]; a := xs[_]; b := xs[_]; a + b == -1 }'
    const input = Array.from({ length: 100_000 }, (_, index) => index)
    expect(evaluate(body, { input, limits: { steps: 1_000_000 } })).toBe('ERR_LIMIT_STEPS')
  })

  it('takes the same number of steps every time', () => {
    const policy = program('p := count([1 | input[_] > 3])')
    const enough = (steps: number): boolean => codeOf(() => policy.evaluate('data.a.p', { input: [1, 2, 3, 4, 5], limits: { steps } })) === 'no error'
    const least = Array.from({ length: 200 }, (_, steps) => steps).find(enough)
    expect(least).toBeGreaterThan(3)
    expect(Array.from({ length: 200 }, (_, steps) => steps).find(enough)).toBe(least)
  })

  it('bounds functions that call each other twice', () => {
    const functions = Array.from({ length: 60 }, (_, index) => `f${index}(x) = y { a := f${index + 1}([x]); b := f${index + 1}([x]); y := a + b }`)
    expect(evaluate(`${functions.join('\n')}\nf60(x) = 1\np := f0(1)`, { limits: { steps: 100_000 } })).toBe('ERR_LIMIT_STEPS')
  })

  it('bounds what built-ins make', () => {
    expect(evaluate('p := numbers.range(1, 1000000000000)')).toBe('ERR_LIMIT_RESULT_SIZE')
    expect(evaluate('p := concat("", [x | y := sprintf("%999999s", ["x"]); numbers.range(1, 99)[_]; x := y])')).toBe('ERR_LIMIT_STRING_LENGTH')
    expect(evaluate('p { regex.match("(a{1000}){1000}", "a") }')).toBe('eval_builtin_error')
    expect(evaluate('p { regex.match("((a{100}){10}){10}", "a") }', { limits: { regexSize: 1000 } })).toBe('ERR_LIMIT_REGEX_SIZE')
    expect(evaluate('p[x] { x := input[_] }', { input: [1, 2, 3], limits: { resultSize: 2 } })).toBe('ERR_LIMIT_RESULT_SIZE')
  })

  it('matches patterns that backtracking engines never finish', () => {
    const text = `${'a'.repeat(50_000)}!`
    expect(program('p := regex.match("(a+)+$", input)').evaluate('data.a.p', { input: text })).toBe(false)
    expect(program('p := glob.match("*a*a*a*a*a*a*a*b", null, input)').evaluate('data.a.p', { input: text })).toBe(false)
  })

  it('ends where OPA does not', () => {
    expect(program('p := semver.compare("1.0.0-01", "1.0.0-1")', { builtins: allBuiltins }).evaluate('data.a.p')).toBe(0)
  })

  it('keeps huge numbers from filling the memory', () => {
    expect(codeOf(() => program('p := 1e100000000'))).toBe('rego_parse_error')
    expect(evaluate('p := input.x * input.x + 1', { inputText: '{"x": 1e999999999}' })).toBe('no error')
    expect(evaluate('p := input.x > 3', { inputText: '{"x": 1e999999999}' })).toBe('no error')
  })
})

describe('hostile input', () => {
  it('may not be nested without end', () => {
    expect(evaluate('p := input', { inputText: '['.repeat(100_000) + ']'.repeat(100_000) })).toBe('ERR_LIMIT_DEPTH')
    let deep: unknown[] = []
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(evaluate('p := json.marshal(input)', { input: deep as never })).toBe('ERR_LIMIT_DEPTH')
    expect(evaluate('p := {input, [input]}', { input: deep as never })).toBe('ERR_LIMIT_DEPTH')
    expect(evaluate('p := json.marshal(input)', { input: deep as never, limits: { depth: Infinity } })).toBe('ERR_LIMIT_DEPTH')
  })

  it.each(['{"a": }', '[1, 2', '{"a": 1} x', '01', '"\\x"', '', 'nul', '{"a" 1}', "{'a': 1}"])('must be JSON: %s', (inputText) => {
    expect(evaluate('p := input', { inputText })).toBe('ERR_MALFORMED_JSON')
  })

  it('cannot reach what objects inherit', () => {
    const policy = program('p[k] { input[k] }\nc = input.constructor { true }\nr = input["__proto__"] { true }\ns { input.toString }\nt { input.a.hasOwnProperty }')
    expect(policy.evaluate('data.a.c', { inputText: '{"a": {}}' })).toBeUndefined()
    expect(policy.evaluate('data.a.r', { inputText: '{"a": {}}' })).toBeUndefined()
    expect(policy.evaluate('data.a.s', { input: { a: {} } })).toBeUndefined()
    expect(policy.evaluate('data.a.t', { input: { a: {} } })).toBeUndefined()
    expect(policy.evaluate('data.a.r', { inputText: '{"__proto__": {"x": 1}}' })).toEqual({ x: 1 })
  })

  it('can crowd no table: members with one hash stay apart and quick', () => {
    const input = Array.from({ length: 20_000 }, (_, index) => [[[[[index]]]]])
    expect(program('p := count({x | x := input[_]})').evaluate('data.a.p', { input })).toBe(20_000)
  })

  it('is given once', () => {
    expect(() => program('p := 1').evaluate('data.a.p', { input: 1, inputText: '1' })).toThrow(TypeError)
  })
})

describe('guards', () => {
  it('end an evaluation with the error they throw', () => {
    const policy = program('p { x := numbers.range(1, 100000)[_]; x < 0 }')
    const guard = (): void => {
      throw new RegoError('ERR_LIMIT_TIME', 'out of time')
    }
    expect(codeOf(() => policy.evaluate('data.a.p', { guard }))).toBe('ERR_LIMIT_TIME')
  })

  it('see a signal that is aborted on the way', () => {
    const policy = program('p { x := numbers.range(1, 100000)[_]; x < 0 }')
    const controller = new AbortController()
    const guard = (): void => controller.abort()
    expect(codeOf(() => policy.evaluate('data.a.p', { guard, signal: controller.signal }))).toBe('eval_cancel_error')
  })

  it('refuse to begin when the signal is aborted already', () => {
    const policy = program('p := 1')
    expect(() => policy.evaluate('data.a.p', { signal: AbortSignal.abort(new TypeError('stopped')) })).toThrow('stopped')
  })
})
