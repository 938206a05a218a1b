import { compile, coreBuiltins, formatTerm, policyCapabilities, RegoCompileError, RegoError, type Builtin } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { newerBuiltins } from '@cilock/rego/newer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const evaluate = (expression: string): string => {
  const program = compile([{ name: 'p.rego', source: `package p\nx := ${expression}` }], { builtins: [...allBuiltins, ...newerBuiltins] })
  const value = program.evaluate('data.p.x', { strictBuiltinErrors: true })
  return value === undefined ? 'undefined' : formatTerm(value)
}

const failure = (expression: string): string => {
  try {
    return evaluate(expression)
  } catch (error) {
    if (!RegoError.is(error)) throw error
    return `${error.code}: ${error.message}`
  }
}

describe('what later versions of OPA brought', () => {
  it.each([
    ['uri.parse("HTTPS://u:p@Example.com:8443/a%2Fb?q=1#f%20g")', '{"fragment": "f g", "hostname": "Example.com", "path": "/a/b", "port": "8443", "raw_path": "/a%2Fb", "raw_query": "q=1", "scheme": "https"}'],
    ['uri.parse("http://[fe80::1%25en0]:80")', '{"hostname": "fe80::1%en0", "port": "80", "scheme": "http"}'],
    ['uri.parse("http://h:/")', '{"hostname": "h", "path": "/", "raw_path": "/", "scheme": "http"}'],
    ['uri.parse("")', '{}'],
    ['uri.is_valid("")', 'false'],
    ['uri.is_valid("../a")', 'true'],
    ['uri.is_valid("http://[")', 'false'],
    ['strings.split_n("a.b.c", ".", 9007199254740993)', '["a", "b", "c"]'],
    ['strings.split_n("a.b.c", ".", -9007199254740993)', '["a", "b", "c"]'],
    ['strings.split_n("", "", 1)', '[]'],
    ['strings.split_n("", ".", -1)', '[""]'],
    ['strings.split_n("😀é", "", -1)', '["é"]'],
    ['time.parse_duration_ns("1y2w3d4h")', '33019200000000000'],
    ['time.parse_duration_ns("-1.5d")', '-129600000000000'],
  ])('%s', (expression, value) => {
    expect(evaluate(expression)).toBe(value)
  })

  it.each([
    ['uri.parse("http://a b/")', 'eval_builtin_error: uri.parse: parse "http://a b/": invalid character " " in host name'],
    ['strings.split_n("a", ".", 1.5)', 'eval_type_error: strings.split_n: operand 3 must be integer number but got floating-point number'],
    ['time.parse_duration_ns("1mo")', 'eval_builtin_error: time.parse_duration_ns: time: unknown unit "mo" in duration "1mo"'],
    ['time.parse_duration_ns("300y")', 'eval_builtin_error: time.parse_duration_ns: time: invalid duration "300y"'],
  ])('%s fails', (expression, text) => {
    expect(failure(expression)).toBe(text)
  })

  it.each(['uri.parse("a")', 'uri.is_valid("a")', 'strings.split_n("a", ".", 1)'])('%s is unknown unless it is asked for', (expression) => {
    const lists: readonly (readonly Builtin[])[] = [coreBuiltins, allBuiltins, policyCapabilities(allBuiltins).builtins]
    for (const builtins of lists) {
      expect(() => compile([{ name: 'p.rego', source: `package p\nx := ${expression}` }], { capabilities: { builtins } })).toThrow(RegoCompileError)
    }
  })

  it('keeps days out of durations unless they are asked for', () => {
    const program = compile([{ name: 'p.rego', source: 'package p\nx := time.parse_duration_ns("1d")' }], { builtins: allBuiltins })
    expect(() => program.evaluate('data.p.x', { strictBuiltinErrors: true })).toThrow('unknown unit "d"')
  })

  it('splits into the same parts as split', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', 'é') }), fc.constantFrom('', '.', '..', 'é'), fc.integer({ min: -6, max: 6 }), (text, between, count) => {
        const whole = between === '' ? Array.from(text) : text.split(between)
        const wanted = count < 0 ? whole.slice(count) : whole.slice(0, count)
        expect(JSON.parse(evaluate(`strings.split_n(${JSON.stringify(text)}, ${JSON.stringify(between)}, ${count})`))).toEqual(wanted)
      }),
    )
  })
})
