import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { toJson } from '../../src/value/format.ts'
import { parseJson } from '../../src/value/json.ts'
import { call, outcome, testContext } from './families.ts'

const read = (name: string): string => readFileSync(fileURLToPath(new URL(`parse-module/${name}`, import.meta.url)), 'utf8')

describe('rego.parse_module', () => {
  it('gives the tree that OPA 1.13.1 gives', () => {
    const module = call('rego.parse_module', ['x.rego', read('policy.rego')])
    expect(parseJson(toJson(module ?? null))).toEqual(parseJson(read('policy.json')))
  })

  it.each([
    ['nope', '1 error occurred: x.rego:1: rego_parse_error: package expected'],
    ['package foo.', '1 error occurred: x.rego:1: rego_parse_error: unexpected eof token: expected identifier'],
    [
      'package foo\np { true }\nq { true }',
      '2 errors occurred:\nx.rego:2: rego_parse_error: `if` keyword is required before rule body\nx.rego:3: rego_parse_error: `if` keyword is required before rule body',
    ],
  ])('%j: %s', (source, message) => {
    expect(outcome('rego.parse_module', ['x.rego', source])).toBe(JSON.stringify({ code: 'eval_builtin_error', error: `rego.parse_module: ${message}` }))
  })

  it('takes constants half as deep as a policy may, since its tree is twice as deep', () => {
    const source = (levels: number): string => `package foo\np := ${'['.repeat(levels)}1${']'.repeat(levels)}`
    const { context } = testContext()
    const asPolicies = { ...context, limits: { ...context.limits, depth: 2000 } }
    const tree = call('rego.parse_module', ['x.rego', source(1024)], asPolicies)
    expect(toJson(tree ?? null).split('"array"')).toHaveLength(1025)
    expect(() => call('rego.parse_module', ['x.rego', source(1025)], asPolicies)).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_DEPTH', message: 'expected at most 1024 levels of terms in each other, found more' }) as Error)
  })

  it('spends steps for what it reads', () => {
    const { context, spent } = testContext()
    call('rego.parse_module', ['x.rego', `package a\n${'# comment\n'.repeat(1000)}`], context)
    expect(spent()).toBeGreaterThan(10_000)
  })
})
