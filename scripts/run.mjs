import { spawn, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { root } from './packages.mjs'

const windows = process.platform === 'win32'

/** Runs a program of node_modules/.bin (or any on PATH) from the root; ends this process on failure. */
export function must(command, args, options = {}) {
  const result = attempt(command, args, options)
  if (result.status !== 0) fail(command, args, result)
  return result
}

export function attempt(command, args, { cwd = root, quiet = false, env = {} } = {}) {
  return spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: environment(env),
    shell: windows,
    maxBuffer: 64 * 1024 * 1024,
  })
}

/** Runs quiet programs, as many at once as there are processors; ends this process with the output of all that failed. */
export async function mustAll(commands) {
  const left = [...commands]
  const failed = []
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { command, args, cwd = root } = next
      const result = await quietly(command, args, cwd)
      if (result.status !== 0) failed.push({ command, args, result })
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  for (const { command, args, result } of failed) report(command, args, result)
  if (failed.length > 0) process.exit(1)
}

function quietly(command, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: environment(), shell: windows })
    const result = { status: null, stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text) => (result.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (result.stderr += text))
    child.on('error', (error) => resolve({ ...result, stderr: String(error) }))
    child.on('close', (status) => resolve({ ...result, status }))
  })
}

function environment(env = {}) {
  return { ...process.env, ...env, PATH: `${join(root, 'node_modules', '.bin')}${windows ? ';' : ':'}${process.env.PATH}` }
}

function fail(command, args, result) {
  report(command, args, result)
  process.exit(result.status ?? 1)
}

function report(command, args, { stdout, stderr, error }) {
  console.error(`\nFAILED: ${command} ${args.join(' ')}`)
  console.error(`${stdout ?? ''}${stderr ?? ''}${error === undefined ? '' : error.message}`)
}
