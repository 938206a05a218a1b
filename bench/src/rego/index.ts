import { parseJson, toJson } from '@cilock/rego'
import { findOpa } from '../../../packages/rego/fuzz/oracle.ts'
import { readBenchCases, type BenchCase } from './cases.ts'
import { measureCold, type Cold } from './cold.ts'
import { loadEngine, prepareHere, type Engine } from './here.ts'
import { prepareOpa } from './opa.ts'

/** Nanoseconds, each the fastest of the rounds. */
export interface Times {
  readonly evaluate: number
  readonly compile: number
}

export interface RegoRow {
  readonly id: string
  readonly input: string
  readonly opa: Times
  readonly here: Times & { readonly first: number }
  /** Warm evaluation here, as a part of OPA's. */
  readonly ratio: number
  /** Whether both give the recorded result. */
  readonly agrees: boolean
}

export interface RegoBench {
  readonly rows: readonly RegoRow[]
  /** Of each policy, over its inputs, then of all policies; the aim is at most 0.5. */
  readonly geometricMean: number
  /** The highest ratio of a policy; the aim is at most 1. */
  readonly worst: { readonly id: string; readonly ratio: number }
  readonly ratios: ReadonlyMap<string, number>
}

export interface RegoBenchOptions {
  /** Only these cases. */
  readonly only?: readonly string[]
  /** Each round times OPA and then this engine, a second or two for a case. Default: 3. */
  readonly rounds?: number
  readonly progress?: (row: RegoRow) => void
}

/** The pinned pack on this engine and on the real OPA in the same run; a sentence where one of them is absent. */
export async function benchRego(options: RegoBenchOptions = {}): Promise<RegoBench | string> {
  const opa = findOpa()
  if (opa === undefined) return 'SKIPPED: the bench of Rego needs tools/go-oracles with opa (linux/amd64)'
  const cases = await readBenchCases(options.only)
  if (cases === undefined) return 'SKIPPED: the bench of Rego needs vectors/golden/bench/rego (set CILOCK_VECTORS)'
  const engine = await loadEngine()
  const rows: RegoRow[] = []
  for (const item of cases) {
    const row = measure(opa, engine, item, options.rounds ?? 3)
    rows.push(row)
    options.progress?.(row)
  }
  const ratios = new Map([...new Set(rows.map(({ id }) => id))].map((id) => [id, geometricMean(rows.filter((row) => row.id === id).map(({ ratio }) => ratio))]))
  const worst = [...ratios].reduce((a, b) => (b[1] > a[1] ? b : a))
  return { rows, ratios, geometricMean: geometricMean([...ratios.values()]), worst: { id: worst[0], ratio: worst[1] } }
}

/** Whole processes: bare node, node with the engine, and the real OPA; a sentence where that is absent. */
export async function benchRegoCold(rounds = 25): Promise<Cold | string> {
  const opa = findOpa()
  return opa === undefined ? 'SKIPPED: the bench of Rego needs tools/go-oracles with opa (linux/amd64)' : measureCold(opa, rounds)
}

/** In rounds of one after the other: what else the machine does, it does to both, and the fastest round has least of it. */
function measure(opa: string, engine: Engine, item: BenchCase, rounds: number): RegoRow {
  const theirs = prepareOpa(opa, item)
  try {
    const here = prepareHere(engine, item)
    const times = Array.from({ length: rounds }, () => [theirs.evaluate(), here.evaluate(), theirs.compile(), here.compile()] as const)
    const fastest = (of: 0 | 1 | 2 | 3): number => Math.min(...times.map((round) => round[of]))
    const [opaTimes, hereTimes] = [
      { evaluate: fastest(0), compile: fastest(2) },
      { evaluate: fastest(1), compile: fastest(3), first: here.first },
    ]
    const same = (json: string | undefined): boolean => (json === undefined ? item.expected === undefined : item.expected !== undefined && canonical(json) === canonical(item.expected))
    return { id: item.id, input: item.input, opa: opaTimes, here: hereTimes, ratio: hereTimes.evaluate / opaTimes.evaluate, agrees: same(here.result) && same(theirs.result) }
  } finally {
    theirs.close()
  }
}

function canonical(json: string): string {
  return toJson(parseJson(json))
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}

/** The outcome as a Markdown table. */
export function formatRegoBench({ rows, ratios, geometricMean: mean, worst }: RegoBench): string {
  const time = (nanoseconds: number): string =>
    nanoseconds < 1e6 ? `${(nanoseconds / 1e3).toFixed(1)} µs` : nanoseconds < 1e9 ? `${(nanoseconds / 1e6).toFixed(2)} ms` : `${(nanoseconds / 1e9).toFixed(2)} s`
  return [
    '| policy | input | OPA | here | ratio | OPA compile | here compile | here first | same result |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map(
      ({ id, input, opa, here, ratio, agrees }) =>
        `| ${id} | ${input} | ${time(opa.evaluate)} | ${time(here.evaluate)} | ${ratio.toFixed(3)} | ${time(opa.compile)} | ${time(here.compile)} | ${time(here.first)} | ${agrees ? 'yes' : 'NO'} |`,
    ),
    '',
    `Policies: ${[...ratios].map(([id, ratio]) => `${id} ${ratio.toFixed(3)}`).join(', ')}.`,
    '',
    `Geometric mean of the policies: ${mean.toFixed(3)} of OPA's time; worst: ${worst.id} with ${worst.ratio.toFixed(3)}.`,
  ].join('\n')
}
