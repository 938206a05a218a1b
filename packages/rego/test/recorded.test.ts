import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { skipped, vectors } from '@cilock/vectors'
import { compile, coreBuiltins, equal, parseJson, RegoCompileError, RegoError, toJson, toPlain, type EvaluateOptions, type Value } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { describe, expect, it } from 'vitest'

interface Recorded {
  readonly note: string
  readonly query: string
  readonly modules: readonly string[]
  readonly rego_version: 'v0' | 'v1'
  readonly strict_error?: boolean
  readonly input_file?: string
  readonly output_error?: unknown
  readonly want_error_code?: string
  readonly want_error?: string
  readonly want_error_row?: number
}

const part = 'golden/rego'
const folder = vectors(part)

/** What CI/lock takes out of OPA's capabilities. */
const removed: ReadonlySet<string> = new Set(['http.send', 'opa.runtime', 'net.lookup_ip_addr'])

function field(line: string, name: string): Value | undefined {
  const value = parseJson(line) as Readonly<Record<string, Value>>
  return value[name]
}

function problemOf(line: string): string | undefined {
  const recorded = JSON.parse(line) as Recorded
  const { want_error_code: code } = recorded
  let rows: Value
  try {
    const program = compile(
      recorded.modules.map((source, index) => ({ name: `test-${index}.rego`, source })),
      { version: recorded.rego_version ?? 'v0', capabilities: { builtins: [...coreBuiltins, ...allBuiltins].filter(({ name }) => !removed.has(name)) } },
    )
    const input = field(line, 'input')
    const options: EvaluateOptions = {
      strictBuiltinErrors: recorded.strict_error === true,
      now: new Date('2026-01-02T03:04:05Z'),
      seed: 'recorded',
      ...(recorded.input_file === undefined ? {} : { inputText: readFileSync(join(folder ?? '', 'inputs', recorded.input_file.replace(/^inputs\//, '')), 'utf8') }),
      ...(input === undefined ? {} : { input }),
    }
    rows = program.query(recorded.query, options).map((row) => toPlain(row))
  } catch (error) {
    if (!RegoError.is(error)) throw error
    const sameCode = error.code === code
    const sameText = recorded.want_error === undefined || error.message.includes(recorded.want_error) || error instanceof RegoCompileError
    const sameRow = recorded.want_error_row === undefined || recorded.want_error_row === error.location?.row
    return sameCode && sameText && sameRow ? undefined : `expected ${code ?? 'a result'} ${recorded.want_error ?? ''}, found ${error.code} at ${error.location?.row}: ${error.message}`
  }
  if (code !== undefined) return `expected ${code}, found ${toJson(rows)}`
  const wanted = field(line, 'want_result') ?? []
  return equal(rows, wanted) && toJson(rows) === toJson(wanted) ? undefined : `expected ${toJson(wanted)}, found ${toJson(rows)}`
}

function failuresIn(name: string, differences: Readonly<Record<string, string>>): { readonly failed: readonly string[]; readonly count: number } {
  const failed: string[] = []
  let count = 0
  for (const line of readFileSync(join(folder ?? '', name), 'utf8').trim().split('\n')) {
    const { note, output_error: unprintable } = JSON.parse(line) as Recorded
    if (unprintable !== undefined || differences[note] !== undefined) continue
    count += 1
    const problem = problemOf(line)
    if (problem !== undefined) failed.push(`${note}: ${problem}`)
  }
  return { failed, count }
}

/** Printed expressions that come out differently on purpose. */
const exact = 'integers are exact here; OPA 1.13.1 rounds them to 64 bits'
const equalTexts = 'numbers are compared by value here; OPA 1.13.1 takes 10.0 for 1'
const differences: Readonly<Record<string, string>> = {
  'numbers/038': exact,
  'numbers/039': exact,
  'numbers/040': exact,
  'numbers/059': exact,
  'numbers/072': exact,
  'compare/023': equalTexts,
  'compare/025': equalTexts,
  'json/042': "the text of the YAML library's error",
  'glob/024': "the text of the glob library's error",
}

describe.skipIf(folder === undefined)(folder === undefined ? skipped(part) : 'recorded evaluations', { timeout: 120_000 }, () => {
  it('of real policies over real predicates come out as in OPA', () => {
    const { failed, count } = failuresIn('policies.jsonl', {})
    expect(failed).toEqual([])
    expect(count).toBe(505)
  })

  it('of single expressions print as in OPA', () => {
    const { failed, count } = failuresIn('formatting.jsonl', differences)
    expect(failed).toEqual([])
    expect(count).toBeGreaterThan(600)
  })
})
