import { compile, parseJson, toJson, type Program } from '@cilock/rego'
import { furtherBuiltins } from '@cilock/rego/further'
import type { BenchCase } from './cases.ts'
import { median } from './opa.ts'

/** What this engine takes, in nanoseconds, and what it answers. */
export interface Figures {
  /** One evaluation with policy compiled and input parsed beforehand, warm. */
  readonly evaluate: number
  /** The first compilation and evaluation of this case in this process. */
  readonly first: number
  /** Compiling, warm. */
  readonly compile: number
  readonly result: string | undefined
}

const budget = 250_000_000

/** Evaluates and compiles for about half a second each. */
export function measureHere({ query, policy, inputText }: BenchCase): Figures {
  const input = parseJson(inputText)
  const make = (): Program => compile([{ name: 'policy.rego', source: policy }], { version: 'v0', builtins: furtherBuiltins })
  const began = now()
  const program = make()
  const evaluate = (): unknown => program.evaluate(query, { input, strictBuiltinErrors: true })
  const value = program.evaluate(query, { input, strictBuiltinErrors: true })
  const first = now() - began
  return { evaluate: warm(evaluate), first, compile: warm(make), result: value === undefined ? undefined : toJson(value) }
}

/** Median time of a call over batches of a millisecond or more, after as much time for warming up. */
function warm(work: () => unknown): number {
  const calibrated = calibrate(work)
  const times: number[] = []
  const end = now() + budget
  do {
    const start = now()
    for (let i = 0; i < calibrated; i++) work()
    times.push((now() - start) / calibrated)
  } while (now() < end || times.length < 3)
  return median(times)
}

function calibrate(work: () => unknown): number {
  const end = now() + budget
  let calls = 0
  const start = now()
  do {
    work()
    calls += 1
  } while (now() < end)
  return Math.max(1, Math.round((calls * 1_000_000) / (now() - start)))
}

function now(): number {
  return performance.now() * 1e6
}
