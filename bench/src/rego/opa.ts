import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchCase } from './cases.ts'

/** What OPA takes, in nanoseconds, and what it answers. */
export interface OpaFigures {
  /** One evaluation with policy compiled and input converted beforehand: `opa bench`, median of its runs. */
  readonly evaluate: number
  /** Parsing and compiling the modules, in a fresh process. */
  readonly compile: number
  /** JSON; undefined where the query has no value. */
  readonly result: string | undefined
}

/** Runs the bench command of an `opa` binary on a case, `rounds` times for about a second each. */
export function measureOpa(opa: string, item: BenchCase, rounds: number): OpaFigures {
  const folder = mkdtempSync(join(tmpdir(), 'rego-bench-'))
  const run = (argv: readonly string[]): string =>
    execFileSync(opa, [...argv, '-d', 'policy.rego', '-i', 'input.json', item.query], { cwd: folder, env: { PATH: '/usr/bin:/bin', HOME: folder }, maxBuffer: 2 ** 28, encoding: 'utf8' })
  try {
    writeFileSync(join(folder, 'policy.rego'), item.policy)
    writeFileSync(join(folder, 'input.json'), item.inputText)
    const first = JSON.parse(run(['eval', '--v0-compatible', '--strict-builtin-errors', '--format', 'json', '--metrics'])) as {
      readonly result?: readonly { readonly expressions: readonly { readonly value: unknown }[] }[]
      readonly metrics: Readonly<Record<string, number>>
    }
    const value = first.result?.[0]?.expressions[0]?.value
    const runs = run(['bench', '--v0-compatible', '--format', 'json', '--metrics=false', '--count', String(rounds)])
    const times = (JSON.parse(`[${runs.replace(/\}\s*\{/g, '},{')}]`) as readonly { readonly N: number; readonly T: number }[]).map(({ N, T }) => T / N)
    return {
      evaluate: median(times),
      compile: (first.metrics['timer_rego_module_parse_ns'] ?? 0) + (first.metrics['timer_rego_module_compile_ns'] ?? 0),
      result: value === undefined ? undefined : JSON.stringify(value),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}
