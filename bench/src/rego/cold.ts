import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleProgram } from '../../../packages/rego/scripts/bundle.ts'
import { median } from './opa.ts'

/** Whole processes, in milliseconds. */
export interface Cold {
  /** `node` that only reads the policy and the input. */
  readonly node: ColdTimes
  /** `node` running a program bundled with the engine, which reads a three-line policy and an input, and decides. */
  readonly rego: ColdTimes
  /** `opa eval` doing the same. */
  readonly opa: ColdTimes
  /** What the fastest start of the engine takes above the fastest bare one; the aim is at most 20. */
  readonly above: number
}

/** Of interleaved rounds. Other work on the machine only ever adds, so the fastest round says most. */
export interface ColdTimes {
  readonly fastest: number
  readonly median: number
}

const policy = 'package p\ndeny[msg] { input.exitcode != 0; msg := "failed" }\n'
const bare = `import { readFileSync } from 'node:fs'
if (readFileSync('p.rego', 'utf8') === readFileSync('input.json', 'utf8')) process.exit(1)
`
const program = `import { readFileSync } from 'node:fs'
import { compile } from './index.ts'
const value = compile([{ name: 'p.rego', source: readFileSync('p.rego', 'utf8') }]).evaluate('data.p.deny', { inputText: readFileSync('input.json', 'utf8') })
if (value.size !== 1) process.exit(1)
`

/** Starts each of the three `rounds` times. */
export async function measureCold(opa: string, rounds: number): Promise<Cold> {
  const folder = mkdtempSync(join(tmpdir(), 'rego-cold-'))
  try {
    writeFileSync(join(folder, 'run.mjs'), await bundleProgram(program))
    writeFileSync(join(folder, 'bare.mjs'), bare)
    writeFileSync(join(folder, 'p.rego'), policy)
    writeFileSync(join(folder, 'input.json'), '{"exitcode": 1}')
    const time = (file: string, argv: readonly string[]): number => {
      const start = performance.now()
      execFileSync(file, argv, { cwd: folder, env: { PATH: '/usr/bin:/bin', HOME: folder }, stdio: ['ignore', 'pipe', 'inherit'] })
      return performance.now() - start
    }
    const times: { readonly node: number; readonly rego: number; readonly opa: number }[] = []
    for (let round = 0; round <= rounds; round++) {
      const taken = {
        node: time(process.execPath, ['bare.mjs']),
        rego: time(process.execPath, ['run.mjs']),
        opa: time(opa, ['eval', '--v0-compatible', '-d', 'p.rego', '-i', 'input.json', 'data.p.deny']),
      }
      // The first round only fills the page cache.
      if (round > 0) times.push(taken)
    }
    const of = (key: 'node' | 'rego' | 'opa'): ColdTimes => {
      const all = times.map((taken) => taken[key])
      return { fastest: Math.min(...all), median: median(all) }
    }
    const [node, rego] = [of('node'), of('rego')]
    return { node, rego, opa: of('opa'), above: rego.fastest - node.fastest }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
