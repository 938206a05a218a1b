import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './packages.mjs'

const windows = process.platform === 'win32'

/** Runs a program of node_modules/.bin (or any on PATH) from the root; ends this process on failure. */
export function must(command, args, options = {}) {
  const result = attempt(command, args, options)
  if (result.status !== 0) {
    console.error(`\nFAILED: ${command} ${args.join(' ')}`)
    if (options.quiet) console.error(`${result.stdout ?? ''}${result.stderr ?? ''}`)
    process.exit(result.status ?? 1)
  }
  return result
}

export function attempt(command, args, { cwd = root, quiet = false, env = {} } = {}) {
  return spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env, PATH: `${join(root, 'node_modules', '.bin')}${windows ? ';' : ':'}${process.env.PATH}` },
    shell: windows,
    maxBuffer: 64 * 1024 * 1024,
  })
}
