import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Whole processes in milliseconds, each the fastest of interleaved rounds. */
export interface Cold {
  readonly node: number
  readonly cilock: number
  /** Undefined where the Go tool is absent. */
  readonly go: number | undefined
}

/** Starts `node` with an empty program, our command in one file, and the Go tool, on one generated case. */
export function measureCold(folder: string, command: string, go: string | undefined, rounds: number): Cold {
  const argv = (JSON.parse(readFileSync(join(folder, 'argv.json'), 'utf8')) as readonly string[]).filter((word) => word !== '-o' && word !== 'json')
  writeFileSync(join(folder, 'bare.mjs'), '')
  const time = (file: string, words: readonly string[]): number => {
    const start = performance.now()
    const { status, stderr } = spawnSync(file, words, { cwd: folder, env: { PATH: '/usr/bin:/bin', HOME: folder }, encoding: 'utf8' })
    if (status !== 0) throw new TypeError(`${file} ${words.join(' ')}: ${stderr.slice(0, 2000)}`)
    return performance.now() - start
  }
  let best: Cold = { node: Number.POSITIVE_INFINITY, cilock: Number.POSITIVE_INFINITY, go: go === undefined ? undefined : Number.POSITIVE_INFINITY }
  for (let round = 0; round <= 2 * rounds; round++) {
    const node = time(process.execPath, ['bare.mjs'])
    const cilock = time(process.execPath, [command, ...argv])
    const theirs = go === undefined ? undefined : time(go, argv)
    // the first round only fills the page cache
    if (round > 0) best = { node: Math.min(best.node, node), cilock: Math.min(best.cilock, cilock), go: theirs === undefined ? undefined : Math.min(best.go ?? Number.POSITIVE_INFINITY, theirs) }
  }
  return best
}
