import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Whole processes in milliseconds, each the fastest of interleaved rounds. */
export interface Cold {
  /** An empty module. */
  readonly node: number
  /** An empty CommonJS script, for which Node does not load what reads modules. */
  readonly script: number
  readonly cilock: number
  /** Undefined where the Go tool is absent. */
  readonly go: number | undefined
}

/** Starts `node` with empty programs, our command in one file, and the Go tool, on one generated case. */
export function measureCold(folder: string, command: string, go: string | undefined, rounds: number): Cold {
  const argv = (JSON.parse(readFileSync(join(folder, 'argv.json'), 'utf8')) as readonly string[]).filter((word) => word !== '-o' && word !== 'json')
  for (const name of ['bare.mjs', 'bare.cjs']) writeFileSync(join(folder, name), '')
  const time = (file: string, words: readonly string[]): number => {
    const start = performance.now()
    const { status, stderr } = spawnSync(file, words, { cwd: folder, env: { PATH: '/usr/bin:/bin', HOME: folder }, encoding: 'utf8' })
    if (status !== 0) throw new TypeError(`${file} ${words.join(' ')}: ${stderr.slice(0, 2000)}`)
    return performance.now() - start
  }
  let best: Cold = { node: Number.POSITIVE_INFINITY, script: Number.POSITIVE_INFINITY, cilock: Number.POSITIVE_INFINITY, go: go === undefined ? undefined : Number.POSITIVE_INFINITY }
  for (let round = 0; round <= 2 * rounds; round++) {
    const node = time(process.execPath, ['bare.mjs'])
    const script = time(process.execPath, ['bare.cjs'])
    const cilock = time(process.execPath, [command, ...argv])
    const theirs = go === undefined ? undefined : time(go, argv)
    // the first round only fills the page cache
    if (round > 0) best = { node: Math.min(best.node, node), script: Math.min(best.script, script), cilock: Math.min(best.cilock, cilock), go: theirs === undefined ? undefined : Math.min(best.go ?? Number.POSITIVE_INFINITY, theirs) }
  }
  return best
}
