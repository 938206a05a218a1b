import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as core from '@cilock/rego'
import type * as further from '@cilock/rego/further'
import { bundleRego } from '../../../packages/rego/scripts/bundle.ts'
import type { BenchCase } from './cases.ts'

export type Engine = typeof core & typeof further

/** The engine as programs bundle it: what runs TypeScript here makes functions slower. */
export async function loadEngine(): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'rego-bench-'))
  try {
    const file = join(folder, 'rego.mjs')
    writeFileSync(file, await bundleRego(['index', 'further']))
    return (await import(pathToFileURL(file).href)) as Engine
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A case on this engine, ready to be timed. Times are nanoseconds a call. */
export interface Here {
  /** The first compilation and evaluation of this case in this process. */
  readonly first: number
  readonly result: string | undefined
  /** One warm evaluation with policy compiled and input parsed beforehand. */
  readonly evaluate: () => number
  /** Compiling, warm. */
  readonly compile: () => number
}

/** How long each timing runs, in milliseconds: long enough to hold its share of garbage collection. */
const span = 500

/** Compiles and evaluates once. */
export function prepareHere({ compile, furtherBuiltins, parseJson, toJson }: Engine, { query, policy, inputText }: BenchCase): Here {
  const input = parseJson(inputText)
  const make = (): core.Program => compile([{ name: 'policy.rego', source: policy }], { version: 'v0', builtins: furtherBuiltins })
  const began = performance.now()
  const program = make()
  const evaluate = (): ReturnType<core.Program['evaluate']> => program.evaluate(query, { input, strictBuiltinErrors: true })
  const value = evaluate()
  const first = (performance.now() - began) * 1e6
  return { first, result: value === undefined ? undefined : toJson(value), evaluate: warm(evaluate), compile: warm(make) }
}

/** Times a call over a whole span, as OPA's bench command does; the first use warms up for as long. */
function warm(work: () => unknown): () => number {
  let isWarm = false
  const run = (): number => {
    const start = performance.now()
    let calls = 0
    let batch = 1
    for (;;) {
      for (let i = 0; i < batch; i++) work()
      calls += batch
      const taken = performance.now() - start
      if (taken >= span) return (taken * 1e6) / calls
      // A batch takes about a millisecond, so that reading the clock weighs nothing.
      batch = Math.max(1, Math.floor(calls / taken))
    }
  }
  return () => {
    if (!isWarm) run()
    isWarm = true
    return run()
  }
}
