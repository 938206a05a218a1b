import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchCase } from './cases.ts'

/** A case on the real OPA, ready to be timed. Times are nanoseconds. */
export interface Opa {
  /** JSON; undefined where the query has no value. */
  readonly result: string | undefined
  /** One evaluation with policy compiled and input converted beforehand: a run of `opa bench`, about a second. */
  readonly evaluate: () => number
  /** Parsing and compiling the modules, in a fresh process. */
  readonly compile: () => number
  /** Removes its files. */
  readonly close: () => void
}

/** Evaluates once with an `opa` binary. */
export function prepareOpa(opa: string, item: BenchCase): Opa {
  const folder = mkdtempSync(join(tmpdir(), 'rego-bench-'))
  writeFileSync(join(folder, 'policy.rego'), item.policy)
  writeFileSync(join(folder, 'input.json'), item.inputText)
  const run = (argv: readonly string[]): string =>
    execFileSync(opa, [...argv, '-d', 'policy.rego', '-i', 'input.json', item.query], { cwd: folder, env: { PATH: '/usr/bin:/bin', HOME: folder }, maxBuffer: 2 ** 28, encoding: 'utf8' })
  const evaluateOnce = (): Evaluated => JSON.parse(run(['eval', '--v0-compatible', '--strict-builtin-errors', '--format', 'json', '--metrics'])) as Evaluated
  const value = evaluateOnce().result?.[0]?.expressions[0]?.value
  return {
    result: value === undefined ? undefined : JSON.stringify(value),
    evaluate: () => {
      const { N, T } = JSON.parse(run(['bench', '--v0-compatible', '--format', 'json', '--metrics=false', '--count', '1'])) as { readonly N: number; readonly T: number }
      return T / N
    },
    compile: () => {
      const { metrics } = evaluateOnce()
      return (metrics['timer_rego_module_parse_ns'] ?? 0) + (metrics['timer_rego_module_compile_ns'] ?? 0)
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

interface Evaluated {
  readonly result?: readonly { readonly expressions: readonly { readonly value: unknown }[] }[]
  readonly metrics: Readonly<Record<string, number>>
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}
