import { CilockError } from '../../error.ts'
import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { statSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { Readable } from 'node:stream'
import { notExecutable, notFound, programFile } from './program-file.ts'
import { captureOutput } from './output.ts'
import type { CapturedOutput, OutputSink } from './output.ts'

/** What is run, where, and with what. */
export interface ProcessOptions {
  /** The program and its arguments, as they are: no shell reads them. */
  readonly command: readonly [program: string, ...args: string[]]
  /** Absolute path of the directory that it runs in. */
  readonly workingDir: string
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Kills it, with all that it started. */
  readonly signal: AbortSignal
  /** `inherit` gives it this process's standard input; `ignore` the null device. */
  readonly stdin: 'ignore' | 'inherit'
  /** Receives standard output as it comes. */
  readonly stdout: OutputSink | undefined
  /** Receives standard error as it comes. */
  readonly stderr: OutputSink | undefined
  /** How much of each stream is kept. */
  readonly maxOutputBytes: number
  /** How long descendants may hold the pipes open after the program has ended, in milliseconds. */
  readonly pipeGraceMs: number
}

/** How a process ended, and what it wrote. */
export interface ProcessResult {
  /** -1 when a signal ended it. */
  readonly exitCode: number
  /** The signal that ended it, if one did. */
  readonly signal: string | undefined
  /** What it wrote to standard output. */
  readonly stdout: CapturedOutput
  /** What it wrote to standard error. */
  readonly stderr: CapturedOutput
}

/**
 * Systems stamp files with a clock that lags by up to a tick: 4 or 10 ms on Linux, 15.6 ms on Windows. Only after that
 * long are the files that the command writes sure to be younger than its start, by which products are told.
 */
const clockTick = 16

type Child = ChildProcessByStdio<null, Readable, Readable>

/**
 * Runs a program without a shell, in a process group of its own so that an abort reaches its descendants too.
 *
 * @throws CilockError `ERR_COMMAND_NOT_FOUND`, `ERR_COMMAND_NOT_EXECUTABLE`, `ERR_FILE_UNREADABLE` when the working
 * directory is none, `ERR_ABORTED` once everything was killed.
 */
export async function runProcess(options: ProcessOptions): Promise<ProcessResult> {
  const { signal, maxOutputBytes } = options
  await setTimeout(clockTick)
  if (signal.aborted) throw aborted(signal)
  const child = start(options)
  const stdout = captureOutput(child.stdout, maxOutputBytes, options.stdout)
  const stderr = captureOutput(child.stderr, maxOutputBytes, options.stderr)
  const kill = (): void => killGroup(child)
  signal.addEventListener('abort', kill, { once: true })
  try {
    const ended = await outcome(child, options)
    return { ...ended, stdout, stderr }
  } finally {
    signal.removeEventListener('abort', kill)
  }
}

function start({ command: [name, ...args], workingDir, env, stdin }: ProcessOptions): Child {
  requireDirectory(workingDir)
  const program = programFile(name, workingDir, env['PATH'])
  try {
    return spawn(program, args, {
      argv0: name,
      cwd: workingDir,
      // As Go sets it, so that a working directory that is a link keeps its name.
      env: { ...env, ...(process.platform === 'win32' ? {} : { PWD: workingDir }) },
      stdio: [stdin, 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
      shell: false,
    })
  } catch (error) {
    throw notExecutable(name, error)
  }
}

/** How the process ended, once its output has ended too or been given up. */
function outcome(child: Child, options: ProcessOptions): Promise<Pick<ProcessResult, 'exitCode' | 'signal'>> {
  const { signal, command, pipeGraceMs } = options
  const { promise, resolve, reject } = deferred<Pick<ProcessResult, 'exitCode' | 'signal'>>()
  let grace: NodeJS.Timeout | undefined
  const giveUp = (): void => {
    child.stdout.destroy()
    child.stderr.destroy()
  }
  const settled = (): void => {
    clearTimeout(grace)
    signal.removeEventListener('abort', giveUp)
  }
  child.once('error', (error: NodeJS.ErrnoException) => {
    settled()
    reject(error.code === 'ENOENT' ? notFound(`${command[0]} or the interpreter that it names is not there`, error) : notExecutable(command[0], error))
  })
  child.once('exit', () => {
    // Descendants may hold the pipes open for ever.
    grace = globalThis.setTimeout(giveUp, signal.aborted ? 0 : pipeGraceMs)
    signal.addEventListener('abort', giveUp, { once: true })
  })
  child.once('close', (code, killedBy) => {
    settled()
    if (signal.aborted) reject(aborted(signal))
    else resolve({ exitCode: code ?? -1, signal: killedBy ?? undefined })
  })
  return promise
}

function killGroup(child: Child): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nobody of the group is left.
  }
}

/** Without this a missing directory looks like a missing program. */
function requireDirectory(path: string): void {
  let isDirectory = false
  let cause: unknown
  try {
    isDirectory = statSync(path).isDirectory()
  } catch (error) {
    cause = error
  }
  if (!isDirectory) throw new CilockError('ERR_FILE_UNREADABLE', `the working directory ${path} is not there`, { cause })
}

function aborted(signal: AbortSignal): CilockError {
  return new CilockError('ERR_ABORTED', 'the command was killed, since the run was stopped', { cause: signal.reason })
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void; readonly reject: (error: Error) => void } {
  let resolve: (value: T) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
