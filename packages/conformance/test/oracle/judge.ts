import { runCli } from '@cilock/cli'
import type { CliIo } from '@cilock/cli'
import { goTools, goToolsSkipped, hasGoTools, skipped } from '@cilock/vectors'
import type { GoTool } from '@cilock/vectors'
import { keysFolder } from './keys.ts'

/** Whether this machine has what the suites need. */
export const canRun: boolean = hasGoTools() && keysFolder !== ''

/** The name of a suite, or what it lacks. */
export function suiteName(name: string): string {
  if (!hasGoTools()) return goToolsSkipped
  return keysFolder === '' ? skipped('golden/evidence/keys') : name
}

/** A verdict costs a process, and a busy machine starts them slowly. */
export const patience: { readonly timeout: number } = { timeout: 120_000 }

/** What both tools said to one command line of `verify`: our refusals have a code, Go's have none. */
export interface Verdicts {
  readonly go: 'passed' | 'refused'
  readonly ours: string
  /** What Go wrote about it. */
  readonly reason: string
}

/** Judges files with the real tool and with ours, by the same command line. */
export interface Judge {
  readonly cilock: GoTool
  readonly both: (workingDir: string, argv: readonly string[]) => Promise<Verdicts>
}

/** Unpacks the real cilock for a suite. */
export function createJudge(): Judge {
  const { cilock } = goTools('cilock')
  return {
    cilock,
    both: async (workingDir, argv) => {
      const [go, ours] = await Promise.all([goVerdict(cilock, workingDir, argv), ourVerdict(workingDir, argv)])
      return { go: go.verdict, ours, reason: go.reason }
    },
  }
}

/** A verdict of the real tool. That it does not understand the command line, or finds no files, is none. */
export async function goVerdict(tool: GoTool, workingDir: string, argv: readonly string[]): Promise<{ readonly verdict: Verdicts['go']; readonly reason: string }> {
  const { status, stderr } = await tool(workingDir, ['verify', ...argv])
  if (status === 0 && /Verification succeeded/.test(stderr)) return { verdict: 'passed', reason: reasonIn(stderr) }
  const isVerdict = /failed to verify policy|failed to load attestation|failed to open envelope|could not unmarshal policy|failed to unmarshal|failed to decode/.test(stderr)
  if (status === 1 && isVerdict && !/no such file|unknown (?:shorthand )?flag/.test(stderr)) return { verdict: 'refused', reason: reasonIn(stderr) }
  throw new TypeError(`no verdict from verify ${argv.join(' ')}: exit code ${status}, ${stderr.slice(-2000)}`)
}

/** The lines that say why, without what log lines escape, each short enough to be read when a test fails. */
function reasonIn(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /^level=error|^verified:/.test(line))
  return lines.map((line) => line.replaceAll(/\\+"/g, '"').replaceAll('\\\\n', ' ').slice(0, 600)).join('\n')
}

/** `passed`, or the code of the first cause. */
export async function ourVerdict(workingDir: string, argv: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await ours(workingDir, ['verify', '--format', 'json', ...argv])
  const { passed, code } = JSON.parse(stdout) as { readonly passed: boolean; readonly code?: string }
  if (passed !== (status === 0)) throw new TypeError(`verify says passed: ${String(passed)} and exits with ${status}: ${stderr}`)
  if (passed) return 'passed'
  if (code === undefined || code === 'ERR_USAGE' || code === 'ERR_FILE') throw new TypeError(`no verdict from verify ${argv.join(' ')}: ${stdout}`)
  return code
}

/** What our command line said. */
export interface OurRun {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs our command line in this process, with the real time and an environment as bare as that of the Go tools. */
export async function ours(workingDir: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<OurRun> {
  const said = { stdout: '', stderr: '' }
  const output = (name: keyof typeof said): CliIo['stdout'] => ({
    write: (chunk) => {
      said[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    },
    isTTY: false,
  })
  const status = await runCli(argv, {
    workingDir,
    env: { PATH: process.env['PATH'], ...env },
    clock: () => new Date(),
    host: { os: 'linux', name: 'builder', user: 'dev' },
    stdout: output('stdout'),
    stderr: output('stderr'),
    signal: new AbortController().signal,
  })
  return { status, ...said }
}
