import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { compile, RegoError, toJson, type CompileOptions, type EvaluateOptions, type Value } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { afterAll, describe, expect, test } from 'vitest'
import { findOpa } from '../../fuzz/oracle.ts'
import type { Host } from '../../src/command/host.ts'
import { runCommand } from '../../src/command/run.ts'
import { nodeHost } from '../../src/node/host.ts'
import { differences, endless } from './differences.ts'

const evaluate = (source: string, options: EvaluateOptions = {}, compileOptions: CompileOptions = {}): Value | undefined =>
  compile([{ name: 'p.rego', source: `package p\n\n${source}` }], { version: 'v1', builtins: allBuiltins, ...compileOptions }).evaluate('data.p.x', { strictBuiltinErrors: true, ...options })

function answer(expression: string): string {
  try {
    return toJson(evaluate(`x := ${expression}`) ?? null)
  } catch (error) {
    if (RegoError.is(error)) return error.message
    throw error
  }
}

const opa = findOpa()
const home = mkdtempSync(join(tmpdir(), 'rego-differences-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** The value of an expression as OPA's compact JSON, or its error; undefined where it takes longer than `patience`. */
const askOpa = (expression: string, patience?: number): string | undefined => askOpaOf(`x := ${expression}`, 'null', patience)

/** The value of `x`, defined by rules, for an input. */
function askOpaOf(rules: string, input: string, patience = 10_000): string | undefined {
  writeFileSync(join(home, 'p.rego'), `package p\n\n${rules}\n`)
  writeFileSync(join(home, 'input.json'), input)
  const argv = ['eval', '--strict-builtin-errors', '--format', 'json', '-d', 'p.rego', '-i', 'input.json', 'data.p.x']
  const { stdout, error } = spawnSync(opa ?? '', argv, { cwd: home, encoding: 'utf8', timeout: patience, env: { HOME: home, TZ: 'America/New_York' } })
  if (error !== undefined) return undefined
  const found = /"value": ([^]*?),\s*"text": "data.p.x"/.exec(stdout)?.[1]
  if (found === undefined) return (JSON.parse(stdout) as { readonly errors: readonly { readonly message: string }[] }).errors.map(({ message }) => message).join('\n')
  return found.replace(/\n\s*/g, '')
}

describe('answers that differ', () => {
  test.each(differences)('here: $expression', ({ expression, here }) => {
    expect(answer(expression)).toContain(here)
  })

  test.skipIf(opa === undefined).each(differences)(opa === undefined ? 'SKIPPED: needs tools/go-oracles with opa 1.13.1' : 'OPA: $expression', ({ expression, opa: theirs }) => {
    expect(askOpa(expression)).toContain(theirs)
  })

  test.each(endless)('here, at once: $expression', ({ expression, here }) => {
    expect(answer(expression)).toContain(here)
  })

  test.skipIf(opa === undefined).each(endless)(opa === undefined ? 'SKIPPED: needs tools/go-oracles with opa 1.13.1' : 'OPA is not done in a second: $expression', ({ expression }) => {
    expect(askOpa(expression, 1000)).toBeUndefined()
  })
})

const code = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return RegoError.is(error) ? error.code : (error as Error).name
  }
  return 'nothing'
}

/** What needs more than an expression; the tests say what OPA does in the table. */
const others: Readonly<Record<string, () => void | Promise<void>>> = {
  'numbers that JSON spells otherwise': () => {
    expect(answer('[.5, -.5, to_number("+1"), to_number("1."), to_number("010"), to_number("1_000"), to_number("0x1p4")]')).toBe('[0.5,-0.5,1,1,10,1000,16]')
    expect(answer('to_number("1_000") + to_number(".5")')).toBe('1000.5')
  },
  'nesting of a source': () => {
    expect(answer(`${'['.repeat(100)}${']'.repeat(100)}`)).toMatch(/^\[+\]+$/)
    const row = (levels: number): string => code(() => evaluate(`x := ${'['.repeat(levels)}${']'.repeat(levels)}`))
    expect(row(2000)).toBe('nothing')
    expect(row(2001)).toBe('ERR_LIMIT_DEPTH')
    expect(row(50_000)).toBe('rego_parse_error')
    expect(code(() => evaluate(`x := ${'(0 + '.repeat(100)}1${')'.repeat(100)}`))).toBe('nothing')
    expect(code(() => evaluate(`x := ${'(0 + '.repeat(300)}1${')'.repeat(300)}`))).toBe('rego_parse_error')
    expect(code(() => evaluate(`x := 1${' + 1'.repeat(1100)}`))).toBe('ERR_LIMIT_DEPTH')
  },
  'nested comprehensions, long sums, literals in reverse order': () => {
    let nested = '1'
    for (let i = 0; i < 25; i++) nested = `[x${i} | x${i} := ${nested}]`
    expect(answer(`count(${nested})`)).toBe('1')
  },
  'large results': () => {
    expect(code(() => evaluate('x := count(numbers.range(0, 100))', { limits: { resultSize: 50 } }))).toBe('ERR_LIMIT_RESULT_SIZE')
    expect(code(() => evaluate('x := concat("", ["aaaa", "bbbb"])', { limits: { stringLength: 5 } }))).toBe('ERR_LIMIT_STRING_LENGTH')
    expect(code(() => evaluate('x := [i | some i in numbers.range(1, 1000)]', { limits: { steps: 100 } }))).toBe('ERR_LIMIT_STEPS')
  },
  'a statement that only calls a built-in which was not given (`yaml.is_valid("x")`), in v0': () => {
    const rules = (call: string, builtins: CompileOptions['builtins']): string => code(() => evaluate(`x = 1\n\n${call}`, {}, { version: 'v0', builtins: builtins ?? [] }))
    expect(rules('yaml.is_valid("x")', [])).toBe('nothing')
    expect(rules('yaml.is_valid("x")', allBuiltins)).toBe('rego_parse_error')
    for (const call of ['count("x")', 'http.send({})', 'opa.runtime()', 'graphql.parse_query("{a}")']) expect(rules(call, [])).toBe('rego_parse_error')
  },
  'two modules with one name': () => expect(code(() => compile([{ name: 'a', source: 'package a' }, { name: 'a', source: 'package b' }]))).toBe('TypeError'),
  'annotations': () => {
    expect(toJson(evaluate('# METADATA\n# title: [x\nx := 1') ?? null)).toBe('1')
    expect(toJson(evaluate('# METADATA\n# title: t\nx := rego.metadata.rule().title') ?? null)).toBe('"t"')
    expect(code(() => evaluate('# METADATA\n# title: [x\nx := rego.metadata.rule()'))).toBe('rego_parse_error')
  },
  'schemas for `input`': () => expect(toJson(evaluate('# METADATA\n# schemas:\n# - input: {type: object, properties: {a: {type: string}}}\nx if input.b == 1', { input: { b: 1 } }) ?? null)).toBe('true'),
  '`http.send`, `net.lookup_ip_addr`, `opa.runtime`, `graphql.*`, `providers.aws.sign_req`': () => {
    for (const call of ['http.send({})', 'net.lookup_ip_addr("a")', 'opa.runtime()', 'graphql.parse_query("{a}")', 'providers.aws.sign_req({}, {}, 0)']) expect(code(() => evaluate(`x := ${call}`))).toBe('rego_type_error')
  },
  'order of the failures of `json.match_schema`': () => {
    const ask = 'x := json.match_schema({"b": 1, "a": 1}, {"properties": {"b": {"type": "string"}, "a": {"type": "string"}}})[1][_].field'
    expect(toJson(evaluate(`x := [f | f := json.match_schema({"b": 1, "a": 1}, {"properties": {"b": {"type": "string"}, "a": {"type": "string"}}})[1][_].field]`) ?? null), ask).toBe('["a","b"]')
  },
  'which of several errors': () => {
    const source = 'x := 1 if input.a\nelse := 2 if { input.b; input.b }\nx := 3 if { input.c; input.c; input.d }'
    const places = Array.from({ length: 20 }, () => {
      try {
        evaluate(source, { input: { a: 1, b: 1, c: 1, d: 1 } })
        return 'nothing'
      } catch (error) {
        return RegoError.is(error) ? `${error.code} ${error.location?.row ?? 0}` : ''
      }
    })
    expect(new Set(places).size).toBe(1)
    expect(places[0]).toMatch(/^eval_conflict_error/)
  },
  'complete rules and functions whose values `walk` finds': () => {
    const conflict = 'complete rules must not produce multiple outputs'
    for (const [rules, here] of [
      ['y := v if walk(input, [_, v])\nx if y', conflict],
      ['f(a) := v if walk(a, [_, v])\nx if f(input)', 'functions must not produce multiple outputs for same inputs'],
      ['y := v if {\n  walk(input, [p, _])\n  v := to_number(p[0])\n}\nx if y', 'to_number: strconv.ParseFloat: parsing "a": invalid syntax'],
    ] as const) {
      expect(() => evaluate(rules, { input: { 1: 1, a: 1 } })).toThrow(here)
      if (opa !== undefined) expect(askOpaOf(rules, '{"1": 1, "a": 1}')).toBe('true')
    }
    expect(() => evaluate('x := v if walk(input, [_, v])', { input: [1] })).toThrow(conflict)
    if (opa !== undefined) expect(askOpaOf('x := v if walk(input, [_, v])', '[1]')).toBe(conflict)
  },
  'Unicode': () => {
    // A capital letter since Unicode 16.
    expect(answer('regex.match(`^\\p{Lu}$`, "\\u1c89")')).toBe(String(/^\p{Lu}$/u.test('\u1c89')))
    expect(answer('lower("\\u1c89")')).toBe(JSON.stringify('\u1c89'.toLowerCase()))
  },
  'a template string as a key of an object': () => expect(toJson(evaluate('x := {$"a{input.n}": 1}', { input: { n: 1 } }) ?? null)).toBe('{"a1":1}'),
  '`print`': () => {
    const notes: string[] = []
    evaluate('x if print("hi", 1)', { note: (text) => void notes.push(text) }, { print: true })
    expect(notes).toEqual(['hi 1'])
    expect(toJson(evaluate('x if print("hi", 1)') ?? null)).toBe('true')
  },
  'input and data': () => {
    expect(code(() => evaluate('x := input', { inputText: `${'['.repeat(3000)}${']'.repeat(3000)}` }))).toBe('ERR_LIMIT_DEPTH')
    expect(code(() => evaluate('x := input', { inputText: '{' }))).toBe('ERR_MALFORMED_JSON')
    expect(() => evaluate('x := input', { input: { a: Number.NaN } })).toThrow(TypeError)
  },
}

interface Ran {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The command over files of a folder of its own; and `opa` with the same arguments, where it can run. */
async function runBoth(files: Readonly<Record<string, string>>, argv: readonly string[]): Promise<{ readonly here: Ran; readonly opa: Ran | undefined }> {
  const folder = mkdtempSync(join(home, 'command-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const said = { stdout: '', stderr: '' }
  const host: Host = {
    ...nodeHost,
    readFile: (path) => nodeHost.readFile(join(folder, path)),
    listFiles: (path) => nodeHost.listFiles(join(folder, path)).map((file) => relative(folder, file)),
    write: (text) => void (said.stdout += text),
    writeError: (text) => void (said.stderr += text),
  }
  const here = { exit: await runCommand(argv, host), ...said }
  if (opa === undefined) return { here, opa }
  const { status, stdout, stderr } = spawnSync(opa, [...argv], { cwd: folder, encoding: 'utf8', env: { HOME: home } })
  return { here, opa: { exit: status, stdout, stderr } }
}

interface Covered {
  readonly files: Readonly<Record<string, { readonly covered?: readonly { readonly start: { readonly row: number }; readonly end: { readonly row: number } }[] }>>
}

const coveredRows = ({ stdout }: Ran): readonly number[] =>
  ((JSON.parse(stdout) as Covered).files['p.rego']?.covered ?? []).flatMap(({ start, end }) => Array.from({ length: end.row - start.row + 1 }, (_, i) => start.row + i))

/** Rows about the command. */
const ofCommand: typeof others = {
  '`rego test -v`': async () => {
    const { here, opa: theirs } = await runBoth({ 'p.rego': 'package p\n\nn := 3\n\ntest_a if {\n  n == 4\n}\n' }, ['test', '-v', 'p.rego'])
    expect(here.stdout).toContain('\n  p.rego:6: n == 4\n    n is 3\n')
    if (theirs !== undefined) expect(theirs.stdout).toContain('| Fail data.p.test_a')
    expect(here.stdout).not.toContain('| Fail')
  },
  'lines of coverage': async () => {
    const files = { 'p.rego': 'package p\n\ndefault x := 1\n\ny := {\n  "a": x,\n  "b": count([x]),\n}\n\ntest_a if y.b == 1\n' }
    const { here, opa: theirs } = await runBoth(files, ['test', '--coverage', 'p.rego'])
    expect(coveredRows(here)).toEqual([5, 10])
    if (theirs !== undefined) expect(coveredRows(theirs)).toEqual(expect.arrayContaining([3, 7]))
  },
  'errors of `rego check`': async () => {
    const { here, opa: theirs } = await runBoth({ 'p.rego': 'package p\n\nx := y\n' }, ['check', '--format', 'json', 'p.rego'])
    expect([here.exit, here.stderr]).toEqual([1, ''])
    expect(here.stdout).toContain('"message": "var y is unsafe"')
    if (theirs !== undefined) expect([theirs.exit, theirs.stdout, theirs.stderr.includes('"message": "var y is unsafe"')]).toEqual([1, '', true])
  },
  'errors of `rego eval`': async () => {
    const unsafe = await runBoth({}, ['eval', '1; y'])
    expect(unsafe.here.stdout).not.toContain('var _ is unsafe')
    if (unsafe.opa !== undefined) expect(unsafe.opa.stdout).toContain('var _ is unsafe')
    const broken = await runBoth({}, ['eval', 'x :='])
    expect(broken.here.stdout).not.toContain('details')
    if (broken.opa !== undefined) expect(broken.opa.stdout).toContain('"details"')
  },
  'bundles': async () => {
    const files = { 'b/.manifest': '{"rego_version": 1, "file_rego_versions": {"/old.rego": 0}}', 'b/old.rego': 'package old\n\nx { true }\n', 'b/p.rego': 'package p\n\nx if true\n' }
    const mixed = await runBoth(files, ['eval', '-b', 'b', 'data'])
    expect([mixed.here.exit, mixed.here.stdout]).toEqual([2, expect.stringContaining('expected modules of the dialect v1, found v0 for b/old.rego') as string])
    if (mixed.opa !== undefined) expect([mixed.opa.exit, mixed.opa.stdout.includes('"old"')]).toEqual([0, true])
    const signed = await runBoth({ 'b/data.json': '{"a": 1}', 'b/.signatures.json': '{"signatures": ["no token"]}' }, ['eval', '-b', 'b', '--format', 'raw', 'data.a'])
    expect(signed.here).toEqual({ exit: 0, stdout: '1\n', stderr: '' })
  },
  'flags': async () => {
    const help = (await runBoth({}, ['--help'])).here.stdout
    for (const flag of ['--package', '--import', '-b', '--strict-builtin-errors', '--fail-defined', '--coverage', '--v0-compatible', '-r']) expect(help).toContain(flag)
    const { here, opa: theirs } = await runBoth({}, ['eval', '--count', '2', '1'])
    expect(here).toEqual({ exit: 2, stdout: '', stderr: 'expected a known flag, found --count\n' })
    if (theirs !== undefined) expect(theirs.exit).toBe(0)
  },
}

describe('what differs in the command', () => {
  test.each(Object.entries(ofCommand))('%s', (_, check) => check())
})

describe('what else differs', () => {
  test.each(Object.entries(others))('%s', (_, check) => check())
})

test('the table of the README has these rows and no others', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const section = readme.slice(readme.indexOf('## What differs from OPA'))
  const table = section.slice(0, section.indexOf('\n## ', 4))
  const rows = table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| |')).map((line) => (/^\| (.*?) \|/.exec(line)?.[1] ?? '').replaceAll('\\|', '|'))
  const tested = new Set([...differences, ...endless].map(({ row }) => row))
  for (const row of [...Object.keys(others), ...Object.keys(ofCommand)]) tested.add(row)
  expect(rows.sort()).toEqual([...tested].sort())
})
