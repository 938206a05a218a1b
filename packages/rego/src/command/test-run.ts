import type { Program } from '../program.ts'
import { RegoError } from '../errors.ts'
import { defaultCompileLimits } from '../limits.ts'
import { parseModule } from '../syntax/module.ts'
import type { EvaluateOptions, ModuleSource } from '../program.ts'
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

export type TestOutcome = TestRule & { readonly state: 'pass' | 'fail' | 'skipped' | 'error'; readonly message?: string; readonly milliseconds: number }

/** The rules whose names begin with `test_` (or `todo_test_`, which are skipped), in the order they stand in. */
export function testRules(modules: readonly (ModuleSource & { readonly source: string })[], version: 'v0' | 'v1'): readonly TestRule[] {
  return modules.flatMap(({ name: file, source }) => {
    const { module } = parseModule(source, { file, version, templateStrings: version === 'v1', maxDepth: defaultCompileLimits.depth })
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
    if (rule.name.startsWith('todo_')) return { ...rule, state: 'skipped', milliseconds: 0 }
    const start = performance.now()
    try {
      const value = program.evaluate(rule.ref, options)
      return { ...rule, state: value === undefined || value === false ? 'fail' : 'pass', milliseconds: performance.now() - start }
    } catch (error) {
      if (!RegoError.is(error)) throw error
      return { ...rule, state: 'error', message: `${error.code}: ${error.message}`, milliseconds: performance.now() - start }
    }
  })
}

/** The lines `opa test` prints: what failed (or everything, with `verbose`), then the counts. */
export function testLines(outcomes: readonly TestOutcome[], verbose: boolean): readonly string[] {
  const words = { pass: 'PASS', fail: 'FAIL', error: 'ERROR', skipped: 'SKIPPED' } as const
  const lines = outcomes
    .filter(({ state }) => verbose || state !== 'pass')
    .flatMap((outcome) => {
      const time = outcome.state === 'skipped' ? '' : ` (${outcome.milliseconds.toFixed(3)}ms)`
      return [`${outcome.package}.${outcome.name}: ${words[outcome.state]}${time}`, ...(outcome.message === undefined ? [] : [`  ${outcome.message}`])]
    })
  const counts = (['pass', 'fail', 'error', 'skipped'] as const).flatMap((state) => {
    const count = outcomes.filter((outcome) => outcome.state === state).length
    return count === 0 ? [] : [`${words[state]}: ${count}/${outcomes.length}`]
  })
  return [...lines, ...(lines.length > 0 ? ['-'.repeat(80)] : []), ...counts]
}

/** What `opa test --format json` prints. */
export function testJson(outcomes: readonly TestOutcome[]): readonly Ordered[] {
  return outcomes.map(({ file, row, col, state, message, milliseconds, ...rule }) => {
    const flags = state === 'fail' ? [['fail', true] as const] : state === 'skipped' ? [['skip', true] as const] : state === 'error' ? [['error', new Ordered(['message', message ?? ''])] as const] : []
    return new Ordered(
      ['location', new Ordered(['file', file], ['row', row], ['col', col])],
      ['package', rule.package],
      ['name', rule.name],
      ...flags,
      ['duration', Math.round(milliseconds * 1e6)],
    )
  })
}
