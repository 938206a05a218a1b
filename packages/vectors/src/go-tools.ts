import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { oracles, repository } from './locate.ts'

/** What a Go tool said. */
export interface GoRun {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a Go tool in a directory, with an empty HOME, nothing in its environment but a PATH, and no platform to contact. */
export type GoTool = (workingDir: string, argv: readonly string[], env?: Readonly<Record<string, string>>) => Promise<GoRun>

/** The name a suite gives itself where the Go tools are absent, so that the skip can be seen. */
export const goToolsSkipped = 'SKIPPED: needs tools/go-oracles beside the vectors, on linux/x64 (set CILOCK_VECTORS)'

/** Whether the real Go tools can be run: they are built for one platform. */
export function hasGoTools(): boolean {
  return process.platform === 'linux' && process.arch === 'x64' && oracles() !== undefined
}

/**
 * Unpacks real Go tools once for this checkout.
 *
 * @throws TypeError where {@link hasGoTools} is false, or a tool is damaged
 */
export function goTools<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, GoTool>> {
  const folder = oracles()
  if (folder === undefined) throw new TypeError(goToolsSkipped)
  const unpacked = execFileSync(join(folder, 'unpack'), [join(repository, 'node_modules/.cache/go-tools'), ...names], { encoding: 'utf8' })
  const paths = JSON.parse(unpacked) as Readonly<Record<string, string>>
  const tools = names.map((name): [Name, GoTool] => {
    const path = paths[name] ?? ''
    return [name, async (workingDir, argv, env = {}) => inTurn(async () => run(path, workingDir, name === 'cilock' ? offline(argv) : argv, env))]
  })
  return Object.fromEntries(tools) as Record<Name, GoTool>
}

const contacting: ReadonlySet<string> = new Set(['attest', 'run', 'sign', 'verify'])

function offline(argv: readonly string[]): readonly string[] {
  const [command = '', ...rest] = argv
  return contacting.has(command) ? [command, '--platform-url', '', ...rest] : argv
}

const atOnce = 2
let running = 0
const waiting: (() => void)[] = []

/** At most two at once: a verdict costs a process, and whatever tests concurrently shall not start them all. */
async function inTurn<T>(task: () => Promise<T>): Promise<T> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
  try {
    return await task()
  } finally {
    // the place goes to whoever waits, so that nobody can take it in between
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }
}

async function run(path: string, cwd: string, argv: readonly string[], env: Readonly<Record<string, string>>): Promise<GoRun> {
  const own = mkdtempSync(join(tmpdir(), 'cilock-go-'))
  const [home, temporary] = [join(own, 'home'), join(own, 'tmp')]
  mkdirSync(home)
  mkdirSync(temporary)
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(path, argv, {
        cwd,
        env: { PATH: process.env['PATH'], HOME: home, TMPDIR: temporary, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
      })
      const said = { stdout: '', stderr: '' }
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8')
        child[name].on('data', (text: string) => (said[name] += text))
      }
      child.on('error', reject)
      child.on('close', (status, signal) => {
        if (status === null) reject(new TypeError(`${path} was ended by ${String(signal)}: ${argv.join(' ')}`))
        else resolve({ status, ...said })
      })
    })
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}
