import { readFileSync } from 'node:fs'
import { skipped, vectors } from '@cilock/vectors'
import { compile, coreBuiltins, policyCapabilities, RegoCompileError, RegoError, type CompileOptions, type RegoDiagnostic } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { describe, expect, it } from 'vitest'

interface Wanted {
  readonly code: string
  readonly row?: number
  readonly col?: number
  readonly message: string
}

interface Recorded {
  readonly case: string
  readonly rego_version: 'v0' | 'v1'
  readonly modules?: readonly string[]
  readonly modules_base64?: readonly string[]
  readonly want_errors: readonly Wanted[]
  readonly order?: 'any' | 'unstable'
  readonly strict?: boolean
  readonly denied_builtins?: readonly string[]
  readonly cilock?: 'same' | { readonly verdict: string; readonly errors?: readonly Wanted[]; readonly text?: string }
}

/** Where this engine differs on purpose, by the beginning of a case's name. */
const differences: readonly (readonly [prefix: string, reason: string])[] = [
  ['deep/', 'nesting has a lower limit here: OPA goes to 50,000 brackets, which is no depth for a JavaScript stack'],
  ['meta/', 'annotations are comments here, as CI/lock reads them; only `opa check` looks into them'],
  ['template/as-key', 'OPA itself crashes'],
]

const part = 'golden/rego/diagnostics.jsonl'
const file = vectors(part)

function shown({ code, message }: { readonly code: string; readonly message: string }, row: number | undefined, col: number | undefined): string {
  return `${row ?? 0}:${col ?? 0} ${code}: ${message}`
}

function sourcesOf(recorded: Recorded): readonly (string | Uint8Array)[] {
  return recorded.modules ?? (recorded.modules_base64 ?? []).map((text) => new Uint8Array(Buffer.from(text, 'base64')))
}

function diagnose(recorded: Recorded, options: CompileOptions): readonly RegoDiagnostic[] {
  try {
    compile(
      sourcesOf(recorded).map((source, index) => ({ name: `test-${index}.rego`, source })),
      options,
    )
    return []
  } catch (error) {
    if (error instanceof RegoCompileError) return error.diagnostics
    throw error
  }
}

/** Undefined where ours says what theirs says. Where `opa check` and CI/lock differ, CI/lock counts. */
function problemOf(recorded: Recorded): string | undefined {
  const { cilock, denied_builtins: denied = [], rego_version: version } = recorded
  const asCilock = cilock !== undefined && cilock !== 'same'
  const builtins = [...coreBuiltins, ...allBuiltins].filter(({ name }) => !denied.includes(name))
  const found = diagnose(recorded, {
    version,
    strict: recorded.strict === true,
    print: !asCilock && version === 'v1',
    capabilities: asCilock ? policyCapabilities(allBuiltins) : { builtins, templateStrings: version === 'v1' },
  })
  const wanted = asCilock ? (cilock.errors ?? []) : recorded.want_errors
  if (recorded.order === 'unstable') return found.length > 0 && found.every(({ code }) => wanted.some((item) => item.code === code)) ? undefined : `expected a failure, found ${found.length} errors`
  const ours = found.map((item) => shown(item, item.location?.row, item.location?.col)).sort()
  const theirs = wanted.map((item) => shown(item, item.row, item.col)).sort()
  return JSON.stringify(ours) === JSON.stringify(theirs) ? undefined : `expected ${JSON.stringify(theirs)}, found ${JSON.stringify(ours)}`
}

describe.skipIf(file === undefined)(file === undefined ? skipped(part) : 'recorded diagnostics', { timeout: 300_000 }, () => {
  const cases = file === undefined ? [] : readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Recorded)

  it('are those of OPA and CI/lock, by code, place and text', () => {
    const failed: string[] = []
    let compared = 0
    for (const recorded of cases) {
      if (differences.some(([prefix]) => recorded.case.startsWith(prefix))) continue
      compared += 1
      const problem = problemOf(recorded)
      if (problem !== undefined) failed.push(`${recorded.case}: ${problem}`)
    }
    expect(failed).toEqual([])
    expect(compared).toBeGreaterThan(3000)
  })

  it('never crash, nor let through what is too deep', () => {
    for (const recorded of cases.filter((item) => item.case.startsWith('deep/'))) {
      const outcome = ((): readonly string[] => {
        try {
          return diagnose(recorded, { version: recorded.rego_version }).map(({ code }) => code)
        } catch (error) {
          return [RegoError.is(error) ? error.code : `crashed: ${String(error)}`]
        }
      })()
      expect(outcome.filter((code) => !/^(rego_|ERR_LIMIT_)/.test(code)), recorded.case).toEqual([])
      if (recorded.want_errors.length > 0) expect(outcome, recorded.case).not.toEqual([])
    }
  })
})

const compilePart = 'opa/compile/compile.jsonl'
const compileFile = vectors(compilePart)

describe.skipIf(compileFile === undefined)(compileFile === undefined ? skipped(compilePart) : "OPA's own compile cases", () => {
  it('are met, but for the name of the rule that newer versions add', () => {
    for (const line of compileFile === undefined ? [] : readFileSync(compileFile, 'utf8').trim().split('\n')) {
      const item = JSON.parse(line) as { note: string; modules: string[]; rego_version: 'v0' | 'v1'; print_statements?: boolean; want_errors: Wanted[] }
      const found = diagnose({ ...item, case: item.note }, { version: item.rego_version, print: item.print_statements === true })
      for (const wanted of item.want_errors) {
        const message = wanted.message.replace(/ in rule \S+$/, '')
        const known = found.some((error) => error.code === wanted.code && error.message === message && (error.location?.row === wanted.row || wanted.row === undefined))
        expect(known, `${item.note}: ${JSON.stringify(found.map((error) => error.message))}`).toBe(true)
      }
    }
  })
})

const seedsPart = 'opa/compile/fuzz-statements.jsonl'
const seedsFile = vectors(seedsPart)

describe.skipIf(seedsFile === undefined)(seedsFile === undefined ? skipped(seedsPart) : 'parser seeds', { timeout: 120_000 }, () => {
  it('end in a program or a coded error, as modules, bodies and queries', () => {
    const empty = compile([])
    for (const line of seedsFile === undefined ? [] : readFileSync(seedsFile, 'utf8').trim().split('\n')) {
      const { statement } = JSON.parse(line) as { statement: string }
      for (const run of [
        () => compile([{ name: 'a.rego', source: statement }]),
        () => compile([{ name: 'a.rego', source: `package a\n${statement}` }], { version: 'v1' }),
        () => compile([{ name: 'a.rego', source: `package a\np { ${statement} }` }]),
        () => empty.query(statement, { limits: { steps: 100_000 } }),
      ]) {
        try {
          run()
        } catch (error) {
          if (!RegoError.is(error) && !(error instanceof TypeError && error.message.startsWith('expected a query'))) throw error
        }
      }
    }
  })
})
