import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RegoError } from '@cilock/rego'
import { afterAll, describe, expect, it } from 'vitest'
import { casesIn } from '../../src/rego/cases.ts'
import { regoSuite } from '../../src/rego/suite.ts'

const dir = mkdtempSync(join(tmpdir(), 'cilock-rego-cases-'))
afterAll(() => rmSync(dir, { recursive: true }))

function problemOf(line: object | string, path = 'v1/x.jsonl', input = ''): string | undefined {
  const [made] = casesIn(path, typeof line === 'string' ? line : JSON.stringify(line), () => input)
  return made?.problem()
}

const v1 = { note: 'n', query: 'data.p.x = x', modules: ['package p\n\nx := 1 if true'], want_result: [{ x: 1 }] }

describe("a line of OPA's suite", () => {
  it('passes where the bindings are those wanted, in every mode', () => {
    expect(problemOf(v1)).toBeUndefined()
    expect(problemOf({ ...v1, modules: ['package p\n\nx = 1 { true }'] }, 'v0/x.jsonl')).toBeUndefined()
  })

  it.each([
    ['another result', { want_result: [{ x: 2 }] }, 'v1: expected [{"x":2}], found [{"x":1}]'],
    ['one result too many', { want_result: [] }, 'v1: expected [], found [{"x":1}]'],
    ['one result too few', { want_result: [{ x: 1 }, { x: 2 }] }, 'v1: expected [{"x":2}], found []'],
    ['no error where one is wanted', { want_result: undefined, want_error_code: 'eval_conflict_error' }, 'v1: expected eval_conflict_error, found [{"x":1}]'],
    ['an error where none is wanted', { modules: ['package p\n\nx := 1 if true\nx := 2 if true'] }, 'v1: unexpected error: test-0.rego:4: eval_conflict_error: complete rules must not produce multiple outputs'],
    ['a larger number that is not the same', { modules: ['package p\n\nx := 12345678901234567890'], want_result: [{ x: 12345678901234567000 }] }, 'v1: expected [{"x":12345678901234567000}], found [{"x":12345678901234567890}]'],
  ])('fails with %s', (_name, change, problem) => {
    expect(problemOf({ ...v1, ...change })).toBe(problem)
  })

  it('wants the code and the text of an error', () => {
    const failing = { note: 'n', query: 'data.p.x = x', modules: ['package p\n\nx := to_number("a")'], strict_error: true }
    expect(problemOf({ ...failing, want_error_code: 'eval_builtin_error', want_error: 'invalid syntax' })).toBeUndefined()
    expect(problemOf({ ...failing, want_error_code: 'eval_type_error' })).toMatch(/^v1: expected eval_type_error, found test-0\.rego:3: eval_builtin_error/)
    expect(problemOf({ ...failing, want_error_code: 'eval_builtin_error', want_error: 'other words' })).toMatch(/^v1: expected "other words", found/)
  })

  it('sorts arrays where it says so, and takes input as a term', () => {
    const line = { note: 'n', query: 'data.p.x = x', modules: ['package p\n\nx := [y | some y in input]'], input_term: '{2, 1}', want_result: [{ x: [2, 1] }] }
    expect(problemOf({ ...line, sort_bindings: true, want_result: [{ x: [1, 2] }] })).toBeUndefined()
    expect(problemOf(line)).toBe('v1: expected [{"x":[2,1]}], found [{"x":[1,2]}]')
  })

  it('finds its dialect where its path does not say it', () => {
    expect(problemOf(v1, 'cases.jsonl')).toBeUndefined()
    expect(problemOf({ ...v1, modules: ['package p\n\nx = 1 { true }'] }, 'cases.jsonl')).toBeUndefined()
  })
})

describe('a recorded evaluation', () => {
  const line = { note: 'n', rego_version: 'v0', query: 'data.p.deny = x', modules: ['package p\n\ndeny[msg] { input.exitcode != 0; msg := "failed" }'], input_file: 'inputs/a.json', want_result: [{ x: ['failed'] }] }

  it('is held against OPA and CI/lock', () => {
    expect(problemOf({ ...line, cilock: { verdict: 'deny', reasons: ['failed'] } }, 'a', '{"exitcode":1}')).toBeUndefined()
    expect(problemOf(line, 'a', '{"exitcode":0}')).toBe('expected [{"x":["failed"]}], found [{"x":[]}]')
    expect(problemOf({ ...line, cilock: { verdict: 'pass' } }, 'a', '{"exitcode":1}')).toMatch(/^expected pass .* of CI\/lock, found \{"verdict":"deny"/)
    expect(problemOf({ ...line, cilock: { verdict: 'deny', reasons: ['other'] } }, 'a', '{"exitcode":1}')).toMatch(/^expected deny \["other"\] of CI\/lock/)
  })

  it('tells spellings of a number apart', () => {
    const number = { note: 'n', rego_version: 'v0', query: 'data.p.x = x', modules: ['package p\n\nx = 1.0 { true }'] }
    expect(problemOf(`${JSON.stringify(number).slice(0, -1)},"want_result":[{"x":1.0}]}`)).toBeUndefined()
    expect(problemOf({ ...number, want_result: [{ x: 1 }] })).toBe('expected [{"x":1}], found [{"x":1.0}]')
  })

  it('wants errors by code, row and text', () => {
    const failing = { ...line, modules: ['package p\n\ndeny = to_number("a") { true }'], strict_error: true, want_result: undefined }
    const wanted = { want_error_code: 'eval_builtin_error', want_error: 'invalid syntax', want_error_row: 3 }
    expect(problemOf({ ...failing, ...wanted }, 'a', '{}')).toBeUndefined()
    for (const change of [{ want_error_code: 'eval_type_error' }, { want_error: 'other' }, { want_error_row: 4 }]) expect(problemOf({ ...failing, ...wanted, ...change }, 'a', '{}')).toMatch(/^expected eval_/)
  })
})

describe('recorded diagnostics', () => {
  const line = { case: 'a@v0', note: 'a', rego_version: 'v0', modules: ['package p\n\nx { y }'], want_errors: [{ code: 'rego_unsafe_var_error', row: 3, col: 5, message: 'var y is unsafe' }] }

  it('are compared by code, row, column and text', () => {
    expect(problemOf(line)).toBeUndefined()
    for (const change of [{ code: 'rego_type_error' }, { row: 4 }, { col: 6 }, { message: 'var z is unsafe' }]) {
      expect(problemOf({ ...line, want_errors: [{ ...line.want_errors[0], ...change }] })).toMatch(/^expected \["/)
    }
    expect(problemOf({ ...line, want_errors: [] })).toMatch(/^expected \[\], found/)
  })

  it("are CI/lock's where it says something else", () => {
    expect(problemOf({ ...line, want_errors: [], cilock: { verdict: 'error', errors: line.want_errors } })).toBeUndefined()
    expect(problemOf({ ...line, cilock: { verdict: 'pass', errors: [] } })).toMatch(/^expected \[\], found/)
  })

  it('read sources that are no UTF-8', () => {
    const { modules: _, ...rest } = line
    expect(problemOf({ ...rest, modules_base64: [btoa('package p\n\nx { y }')] })).toBeUndefined()
  })

  it('of newer versions are there by code, row and text', () => {
    const { case: _, ...rest } = line
    expect(problemOf({ ...rest, want_errors: [{ ...line.want_errors[0], message: 'var y is unsafe in rule x' }] })).toBeUndefined()
    expect(problemOf({ ...rest, want_errors: [{ ...line.want_errors[0], row: 9 }] })).toMatch(/^expected rego_unsafe_var_error at 9/)
  })
})

it('a seed passes whatever it says, as long as it ends in a program or a coded error', () => {
  for (const statement of ['x = 1', '{', '\u0000', 'p { q(']) expect(problemOf({ statement }), statement).toBeUndefined()
})

describe('files', () => {
  it('are found below a folder or named alone; notes that stand twice are told apart', async () => {
    mkdirSync(join(dir, 'v1'))
    const text = `${JSON.stringify(v1)}\n\n${JSON.stringify(v1)}\n`
    writeFileSync(join(dir, 'v1', 'a.jsonl'), text)
    writeFileSync(join(dir, 'v1', 'a.txt'), 'no case')
    for (const path of [dir, join(dir, 'v1', 'a.jsonl')]) expect((await regoSuite(path, 'both')).map(({ id }) => id)).toEqual(['v1/n', 'v1/n#2'])
  })

  it('must be JSON Lines', () => {
    expect(() => casesIn('a', '{', () => '')).toThrow(RegoError)
    expect(() => casesIn('a', '[]', () => '')).toThrow(TypeError)
  })
})
