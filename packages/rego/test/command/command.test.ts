import { compile } from '@cilock/rego'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../src/command/run.ts'
import { runTests, testRules } from '../../src/command/test-run.ts'
import { CommandError, type Host } from '../../src/command/host.ts'
import { nodeHost } from '../../src/node/host.ts'

/** What `opa` 1.13.1 printed for the same arguments in the folder `files`. */
interface Recorded {
  readonly argv: readonly string[]
  readonly exit: number
  readonly stdout: string
}

const recorded = JSON.parse(readFileSync(new URL('recorded.json', import.meta.url), 'utf8')) as readonly Recorded[]
const folder = (path: string): string => fileURLToPath(new URL(`files/${path}`, import.meta.url))
const real = (path: string): string => readFileSync(new URL(`files/${path}`, import.meta.url), 'utf8')

interface Ran {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command over files held in memory, or those of the folder. */
async function run(argv: readonly string[], files: Readonly<Record<string, string>> = {}, standardInput = ''): Promise<Ran> {
  const written = { stdout: '', stderr: '' }
  const host: Host = {
    readFile: (path) => {
      try {
        return files[path] ?? real(path)
      } catch (error) {
        throw new CommandError(`cannot read ${path}`, { cause: error })
      }
    },
    readGzip: (path) => gunzipSync(Buffer.from(files[path] ?? '', 'base64')),
    readStandardInput: () => standardInput,
    listFiles: (path) => {
      const below = Object.keys(files).filter((file) => file.startsWith(`${path}/`))
      if (below.length > 0) return below.sort()
      if (existsSync(folder(path)) && statSync(folder(path)).isDirectory()) return nodeHost.listFiles(folder(path)).map((file) => `${path}${file.slice(folder(path).length)}`)
      host.readFile(path)
      return [path]
    },
    write: (text) => void (written.stdout += text),
    writeError: (text) => void (written.stderr += text),
    now: () => new Date(0),
    seed: () => 'seed',
  }
  const exit = await runCommand(argv, host)
  return { exit, ...written }
}

/** Errors without what `opa` adds: the variable that it gives to an expression, and what its parser has at hand. */
function told(stdout: string): unknown {
  if (!stdout.startsWith('{\n  "errors"')) return stdout
  const { errors } = JSON.parse(stdout) as { readonly errors: readonly { readonly message: string; readonly details?: unknown }[] }
  return errors.filter(({ message }) => message !== 'var _ is unsafe').map(({ details: _details, ...rest }) => rest)
}

describe('as opa prints it', () => {
  test.each(recorded.map((item) => [item.argv.join(' '), item] as const))('%s', async (_, { argv, exit, stdout }) => {
    const ran = await run(argv)
    expect(told(ran.stdout)).toEqual(told(stdout))
    expect(ran.exit).toBe(exit)
  })
})

describe('rego eval', () => {
  test('reads the input from standard input', async () => {
    expect((await run(['eval', '-I', '--format', 'raw', 'input.n'], {}, '{"n": 1.50}')).stdout).toBe('1.50\n')
  })

  // Each as `opa eval` of 1.13.1 prints it.
  test.each([
    ['false', 'pretty', 'false\n'],
    ['input.b', 'json', '"value": false'],
    ['1 == 2', 'values', '[\n  false\n]\n'],
    ['true; false', 'pretty', 'undefined\n'],
    ['[false][_]', 'values', ''],
    ['x := false', 'pretty', '┌───────┐\n│   x   │\n├───────┤\n│ false │\n└───────┘\n'],
    ['walk([1], [p, v])', 'pretty', '┌─────┬─────┐\n│  p  │  v  │\n├─────┼─────┤\n│ []  │ [1] │\n│ [0] │ 1   │\n└─────┴─────┘\n'],
    ['[1, {"a": set()}]; "x"', 'pretty', '│ [1, {"a": set()}] │ "x" │\n├───────────────────┼─────┤\n│ [1,{"a":[]}]      │ "x" │\n'],
    ['1==1; 2==2', 'pretty', 'true\n'],
    ['x := [1, 2][_]', 'bindings', '{\n  "x": 1\n}\n{\n  "x": 2\n}\n'],
    ['data.nope.x', 'pretty', 'undefined\n'],
  ])('%s as %s', async (query, format, expected) => {
    expect((await run(['eval', '-I', '--format', format, query], {}, '{"b": false}')).stdout).toContain(expected)
    if (expected === '') expect((await run(['eval', '-I', '--format', format, query], {}, '{"b": false}')).stdout).toBe('')
  })

  test('--fail and --fail-defined choose the exit code', async () => {
    const exits = async (query: string): Promise<readonly number[]> => [(await run(['eval', '--fail', query])).exit, (await run(['eval', '--fail-defined', query])).exit]
    expect(await exits('data.no')).toEqual([1, 0])
    expect(await exits('false')).toEqual([0, 1])
  })

  test('formats for readers tell errors as text', async () => {
    expect(await run(['eval', '--format', 'pretty', '--strict-builtin-errors', '1/0'])).toEqual({ exit: 2, stdout: '', stderr: '1 error occurred: 1:1: eval_builtin_error: div: divide by zero\n' })
  })

  test('merges data of folders below their names, also from YAML', async () => {
    const files = { 'd/a/data.yaml': 'x: yes\n', 'd/a/b/data.json': '{"y": 2}', 'd/data.json': '{"a": {"z": 3}}' }
    expect((await run(['eval', '-d', 'd', '--format', 'raw', 'data.a'], files)).stdout).toBe('{"b":{"y":2},"x":true,"z":3}\n')
  })

  test('refuses the same part of data twice', async () => {
    const ran = await run(['eval', '-d', 'one.json', '-d', 'two.json', 'data'], { 'one.json': '{"a": 1}', 'two.json': '{"a": 1}' })
    expect(ran).toMatchObject({ exit: 2, stdout: expect.stringContaining('expected each part of data once, found a again in two.json') as string })
  })

  test.each([
    ['a file that is not there', ['eval', '-d', 'nope.rego', 'data'], 'cannot read nope.rego'],
    ['malformed data', ['eval', '-d', 'bad.json', 'data'], 'bad.json: malformed JSON'],
    ['malformed input', ['eval', '-i', 'bad.json', 'input'], 'bad.json: malformed JSON'],
    ['a query that does not parse', ['eval', 'x :='], 'rego_parse_error'],
    ['a file of another kind', ['eval', '-d', 'a.txt', 'data'], 'expected a .rego, .json or .yaml file, found a.txt'],
  ])('%s is an error in JSON', async (_, argv, message) => {
    const ran = await run(argv, { 'bad.json': '{', 'a.txt': '' })
    expect(ran.exit).toBe(2)
    expect(ran.stdout).toContain(message)
  })
})

describe('rego test', () => {
  test('tells what failed and counts', async () => {
    const ran = await run(['test', 'policy.rego'])
    expect(ran.exit).toBe(2)
    expect(ran.stdout.replace(/\(.*?ms\)/g, '(time)')).toBe(`policy.rego:\ndata.p.test_bad: FAIL (time)\ndata.p.todo_test_x: SKIPPED\n${'-'.repeat(80)}\nPASS: 1/3\nFAIL: 1/3\nSKIPPED: 1/3\n`)
  })

  test('an error in a test is told and counts as no pass', async () => {
    const ran = await run(['test', 'e.rego'], { 'e.rego': 'package e\n\ntest_conflict := 1\n\ntest_conflict := 2 if 1 == 1\n' })
    expect(ran.exit).toBe(2)
    expect(ran.stdout).toContain('eval_conflict_error')
    expect(ran.stdout).toContain('ERROR: 1/1')
  })

  test('JSON has places and outcomes', async () => {
    const outcomes = JSON.parse((await run(['test', '--format', 'json', 'policy.rego'])).stdout) as readonly Record<string, unknown>[]
    expect(outcomes.map(({ duration: _duration, ...rest }) => rest)).toEqual([
      { location: { file: 'policy.rego', row: 9, col: 1 }, package: 'data.p', name: 'test_ok' },
      { location: { file: 'policy.rego', row: 11, col: 1 }, package: 'data.p', name: 'test_bad', fail: true },
      { location: { file: 'policy.rego', row: 13, col: 1 }, package: 'data.p', name: 'todo_test_x', skip: true },
    ])
  })

  test('what a test prints stands below it', async () => {
    const files = { 't.rego': 'package t\n\ntest_a if {\n  print("saw", {1, "x"})\n  input.x\n}\n' }
    expect((await run(['test', 't.rego'], files)).stdout).toContain('FAIL')
    expect((await run(['test', 't.rego'], files)).stdout).toContain('\n\n  saw {1, "x"}\n\n')
    const [outcome] = JSON.parse((await run(['test', '--format', 'json', 't.rego'], files)).stdout) as readonly { readonly output: string }[]
    expect(atob(outcome?.output ?? '')).toBe('saw {1, "x"}\n')
  })

  test('-v tells at which literal a test failed, and what it met there', async () => {
    const files = { 't.rego': 'package t\n\nn := 3\n\ntest_a if {\n  true\n  n == 4\n}\n' }
    expect((await run(['test', '-v', 't.rego'], files)).stdout).toContain('\n  t.rego:7: n == 4\n    n is 3\n')
    expect((await run(['test', 't.rego'], files)).stdout).not.toContain('t.rego:7')
  })

  test('what is behind that stands below it: rules under with, members of every, rules of functions, what a built-in refused', async () => {
    const source = `package p

allow if {
  every step in input.steps { pinned(step) }
}

pinned(step) if step.digest != ""

test_allow if allow with input as {"steps": [{"digest": "a"}, {}]}

test_not if not allow with input as {"steps": []}

test_number if to_number(input.n) > 1 with input.n as "x"
`
    const { stdout, exit } = await run(['test', '-v', 't.rego'], { 't.rego': source })
    expect(exit).toBe(2)
    expect(stdout.replace(/ \(.*ms\)/g, '')).toBe(`t.rego:
data.p.test_allow: FAIL
  t.rego:9: allow with input as {"steps": [{"digest": "a"}, {}]}
    allow is undefined
    t.rego:4: every step in input.steps { pinned(step) }
      input.steps is [{"digest": "a"}, {}]
      step is {}
      t.rego:4: pinned(step)
        step is {}
        t.rego:7: step.digest != ""
          step.digest is undefined
data.p.test_not: FAIL
  t.rego:11: not allow with input as {"steps": []}
    allow is true
    t.rego:3: allow is true
data.p.test_number: FAIL
  t.rego:13: to_number(input.n) > 1 with input.n as "x"
    input.n is "x"
    to_number: strconv.ParseFloat: parsing "x": invalid syntax
--------------------------------------------------------------------------------
FAIL: 3/3
`)
  })

  test('a test whose failure takes too long to tell has failed all the same', () => {
    const modules = [{ name: 't.rego', source: 'package t\n\ntest_a if {\n  some i in numbers.range(1, 1000)\n  some j in numbers.range(1, 60)\n  i + j == 0\n}\n' }]
    const outcome = (steps: number): string => {
      const [one] = runTests(compile(modules, { version: 'v1' }), testRules(modules, 'v1'), { limits: { steps } })
      return `${one?.state ?? ''} ${one?.failures?.length ?? 'unknown'}`
    }
    expect([1_000_000, 200_000, 150_000].map(outcome)).toEqual(['fail 4', 'fail 0', 'error unknown'])
  })

  test('-r takes the tests whose full name a pattern is found in', async () => {
    expect((await run(['test', '-v', '-r', 'p.test_(o|x)', 'policy.rego'])).stdout).toMatch(/^policy.rego:\ndata.p.test_ok: PASS.*\n-+\nPASS: 1\/1\n$/)
    expect(await run(['test', '-r', '(', 'policy.rego'])).toMatchObject({ exit: 2, stderr: expect.stringContaining('expected a regular expression after --run, found (') as string })
  })

  test('coverage does not change what tests see', async () => {
    const source = 'package c\n\nx := {1: 2}\n\nf(a) := a if { a > 1 } else := 0\n\ntest_all if {\n  x[1] == 2; f(3) == 3; f(0) == 0\n  [y | some y in [1, 2]; y > 1] == [2]\n}\n'
    expect((await run(['test', 'c.rego'], { 'c.rego': source })).exit).toBe(0)
    const ran = await run(['test', '--coverage', 'c.rego'], { 'c.rego': source })
    expect(ran.exit).toBe(0)
    expect(JSON.parse(ran.stdout)).toMatchObject({ coverage: 100 })
  })

  test('no path is an error', async () => {
    expect(await run(['test'])).toMatchObject({ exit: 2, stderr: 'expected a file or folder, found nothing\n' })
  })
})

describe('rego check', () => {
  test('is silent when all is well', async () => {
    expect(await run(['check', 'policy.rego'])).toEqual({ exit: 0, stdout: '', stderr: '' })
  })

  test('tells errors with their places', async () => {
    expect(await run(['check', 'unsafe.rego'])).toEqual({ exit: 1, stdout: '', stderr: '1 error occurred: unsafe.rego:2: rego_unsafe_var_error: var y is unsafe\n' })
  })

  test('--strict refuses what is unused', async () => {
    const files = { 's.rego': 'package s\n\np if {\n  x := 1\n}\n' }
    expect((await run(['check', 's.rego'], files)).exit).toBe(0)
    expect(await run(['check', '--strict', 's.rego'], files)).toMatchObject({ exit: 1, stderr: expect.stringContaining('assigned var x unused') as string })
  })

  test('--v0-compatible takes bodies without if', async () => {
    expect((await run(['check', 'old.rego'])).exit).toBe(1)
    expect((await run(['check', '--v0-compatible', 'old.rego'])).exit).toBe(0)
  })
})

describe('the command line', () => {
  test.each([
    [[], 2, 'usage:'],
    [['nope'], 2, 'usage:'],
    [['eval', '--nope', 'x'], 2, 'expected a known flag, found --nope'],
    [['eval', '-d'], 2, 'expected a value after -d, found nothing'],
    [['eval'], 2, 'expected one query, found 0'],
    [['eval', '--format', 'xml', 'x'], 2, 'expected a format of json, raw, pretty, values, bindings, found xml'],
  ])('%j', async (argv, exit, message) => {
    const ran = await run(argv)
    expect(ran.exit).toBe(exit)
    expect(ran.stderr).toContain(message)
  })

  test('help goes to standard output', async () => {
    expect(await run(['--help'])).toMatchObject({ exit: 0, stderr: '', stdout: expect.stringContaining('rego eval') as string })
  })
})
