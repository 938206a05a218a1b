import type { Program } from '../program.ts'
import { encodeBase64 } from '../encoding/base64-bytes.ts'
import { RegoError } from '../errors.ts'
import { guarded } from '../guarded.ts'
import { defaultCompileLimits } from '../limits.ts'
import { parseModule } from '../syntax/module.ts'
import type { EvaluateOptions, ModuleSource } from '../program.ts'
import { failureLines } from './failure-lines.ts'
import { Ordered } from './output.ts'

export interface TestRule {
  /** `data.example`. */
  readonly package: string
  readonly name: string
  readonly ref: string
  readonly file: string
  readonly row: number
  readonly col: number
}

export type TestOutcome = TestRule & { readonly state: 'pass' | 'fail' | 'skipped' | 'error'; readonly message?: string; readonly failures?: readonly string[]; readonly milliseconds: number; readonly printed: readonly string[] }

/** The rules whose names begin with `test_` (or `todo_test_`, which are skipped), in the order they stand in. */
export function testRules(modules: readonly (ModuleSource & { readonly source: string })[], version: 'v0' | 'v1'): readonly TestRule[] {
  return modules.flatMap(({ name: file, source }) => {
    const { module } = guarded(() => parseModule(source, { file, version, templateStrings: version === 'v1', maxDepth: defaultCompileLimits.depth }))
    if (module === undefined) return []
    const path = module.package.path.map(({ value }) => (value.kind === 'var' ? value.name : value.kind === 'scalar' ? String(value.value) : ''))
    const [root = 'data', ...names] = path
    const found = new Map<string, TestRule>()
    for (const { head, loc } of module.rules) {
      const [first] = head.ref
      const name = head.name === '' && first?.value.kind === 'var' ? first.value.name : head.name
      if (!/^(?:todo_)?test_/.test(name) || found.has(name)) continue
      const ref = `${root}${names.map((part) => `[${JSON.stringify(part)}]`).join('')}[${JSON.stringify(name)}]`
      found.set(name, { package: [root, ...names].join('.'), name, ref, file, row: loc.row, col: loc.col })
    }
    return [...found.values()]
  })
}

/** Evaluates each test; one passes when its value is neither undefined nor false. */
export function runTests(program: Program, rules: readonly TestRule[], options: EvaluateOptions): readonly TestOutcome[] {
  return rules.map((rule) => {
    if (rule.name.startsWith('todo_')) return { ...rule, state: 'skipped', milliseconds: 0, printed: [] }
    const printed: string[] = []
    const start = performance.now()
    try {
      const value = program.evaluate(rule.ref, { ...options, note: (text) => void printed.push(text) })
      const milliseconds = performance.now() - start
      if (value !== undefined && value !== false) return { ...rule, state: 'pass', milliseconds, printed }
      return { ...rule, state: 'fail', failures: failures(program, rule.ref, options), milliseconds, printed }
    } catch (error) {
      if (!RegoError.is(error)) throw error
      return { ...rule, state: 'error', message: `${error.code}: ${error.message}`, milliseconds: performance.now() - start, printed }
    }
  })
}

/** For each body of a test, the literal at which it failed, and what it met there; nothing where telling takes more than the limits allow. */
function failures(program: Program, ref: string, options: EvaluateOptions): readonly string[] {
  try {
    return program.explain(ref, options).rules.flatMap(({ failure }) => (failure === undefined ? [] : failureLines(failure)))
  } catch (error) {
    if (RegoError.is(error)) return []
    throw error
  }
}

/** The lines `opa test` prints: what failed (or everything, with `verbose`) by file, with what it printed, then the counts. */
export function testLines(outcomes: readonly TestOutcome[], verbose: boolean): readonly string[] {
  const words = { pass: 'PASS', fail: 'FAIL', error: 'ERROR', skipped: 'SKIPPED' } as const
  const lines = outcomes
    .filter(({ state }) => verbose || state !== 'pass')
    .flatMap((outcome, i, shown) => {
      const { file, state, message, failures, milliseconds, printed } = outcome
      const time = state === 'skipped' ? '' : ` (${milliseconds.toFixed(3)}ms)`
      return [
        ...(shown[i - 1]?.file === file ? [] : [...(i === 0 ? [] : ['']), `${file}:`]),
        `${outcome.package}.${outcome.name}: ${words[state]}${time}`,
        ...(message === undefined ? [] : [`  ${message}`]),
        ...(verbose ? (failures ?? []) : []).map((text) => `  ${text}`),
        ...(printed.length === 0 ? [] : ['', ...printed.map((text) => `  ${text}`), '']),
      ]
    })
  const counts = (['pass', 'fail', 'error', 'skipped'] as const).flatMap((state) => {
    const count = outcomes.filter((outcome) => outcome.state === state).length
    return count === 0 ? [] : [`${words[state]}: ${count}/${outcomes.length}`]
  })
  return [...lines, ...(lines.length > 0 ? ['-'.repeat(80)] : []), ...counts]
}

/** What `opa test --format json` prints. */
export function testJson(outcomes: readonly TestOutcome[]): readonly Ordered[] {
  return outcomes.map(({ file, row, col, state, message, failures: _failures, milliseconds, printed, ...rule }) => {
    const flags = state === 'fail' ? [['fail', true] as const] : state === 'skipped' ? [['skip', true] as const] : state === 'error' ? [['error', new Ordered(['message', message ?? ''])] as const] : []
    return new Ordered(
      ['location', new Ordered(['file', file], ['row', row], ['col', col])],
      ['package', rule.package],
      ['name', rule.name],
      ...flags,
      ['duration', Math.round(milliseconds * 1e6)],
      ...(printed.length === 0 ? [] : [['output', encodeBase64(new TextEncoder().encode(printed.map((text) => `${text}\n`).join('')))] as const]),
    )
  })
}
