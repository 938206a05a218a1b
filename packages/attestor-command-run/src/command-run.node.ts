import { redactor, secretsOf, CilockError } from '@cilock/core'
import type { Attestor } from '@cilock/core'
import { runProcess } from '@cilock/core/node'
import type { CapturedOutput, OutputSink } from '@cilock/core/node'
import { nameMatcher } from '@cilock/glob'
import { decodeOutput } from './decode-output.ts'
import { CommandFailedError } from './error.ts'
import type { CommandRunErrorCode } from './error.ts'
import { keyGuard } from './key-guard.node.ts'
import type { CommandRunPredicate } from './predicate-v02.ts'
import { withSections } from './sections.ts'
import { commandRunType, witnessV01 } from './type.ts'
import { witnessCommandRunSchema } from './predicate-v01.ts'
import type { CommandRunV01 } from './predicate-v01.ts'

/** What is run, who sees its output, and what of it is kept. */
export interface CommandRunOptions {
  /** The program and its arguments, as they are: no shell reads them. */
  readonly command: readonly string[]
  /** Record a command that fails instead of failing with it. Default: false. */
  readonly ignoreExitCode?: boolean
  /** Receives standard output as it comes, raw. Default: nobody does. */
  readonly stdout?: OutputSink
  /** Receives standard error as it comes, raw. Default: nobody does. */
  readonly stderr?: OutputSink
  /** `inherit` gives the command this process's standard input. Default: `ignore`, which is the null device. */
  readonly stdin?: 'ignore' | 'inherit'
  /** How much of each stream is recorded; a command that writes more runs to its end and is then refused. Default: 64 MiB. */
  readonly maxOutputBytes?: number
  /** How long descendants may hold the pipes open after the command has ended, in milliseconds. Default: 30,000. */
  readonly pipeGraceMs?: number
  /** Values to redact besides those of the run's variables. */
  readonly secrets?: readonly string[]
  /**
   * Variables whose values are redacted besides those whose names look like secrets, from four bytes on: names, or
   * globs where a `*` is in them, without regard to case. Default: none.
   */
  readonly addSensitiveKeys?: readonly string[]
  /** Variables whose values are not redacted although their names look like secrets: exact, and case counts. */
  readonly allowSensitiveKeys?: readonly string[]
}

/**
 * Runs a command and records what it was, what it wrote and how it ended. Working directory and environment are the
 * context's; an abort kills the command and its descendants. Values of secret variables, plain or encoded, are replaced
 * by `[REDACTED]` in output and arguments.
 *
 * Its `attest` throws CilockError `ERR_COMMAND_NOT_FOUND`, `ERR_COMMAND_NOT_EXECUTABLE`, `ERR_COMMAND_FAILED` (a
 * {@link CommandFailedError}), `ERR_LIMIT_EXCEEDED`, `ERR_OUTPUT_SINK_FAILED`, `ERR_FILE_UNREADABLE` when the working
 * directory is missing, `ERR_ABORTED`.
 *
 * @throws TypeError when `command` is no list of texts, there is no program to run or an argument holds a NUL; GlobError `ERR_GLOB_INVALID` at once for a
 * pattern that is no glob.
 *
 * @example
 * ```ts
 * import { attest } from '@cilock/core'
 * import { processContext } from '@cilock/core/node'
 * import { commandRun } from '@cilock/attestor-command-run'
 *
 * const build = commandRun({ command: ['make', 'all'], stdout: (chunk) => process.stdout.write(chunk) })
 * await attest({ ...processContext(), step: 'build', attestors: [build], signer })
 * ```
 */
export function commandRun(options: CommandRunOptions): Attestor<CommandRunPredicate | CommandRunV01> {
  const parts: unknown = (options as Partial<CommandRunOptions> | undefined)?.command
  if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string')) throw new TypeError('expected `command` to be a list of a program and its arguments; no shell splits a line')
  const { stdin = 'ignore', stdout, stderr, maxOutputBytes = 64 * 2 ** 20, pipeGraceMs = 30_000 } = options
  const [program, ...args] = options.command
  if (program === undefined || program === '') throw new TypeError('expected a program to run, found none')
  if (options.command.some((part) => part.includes('\0'))) throw new TypeError('expected arguments without NUL, found one')
  const isNamed = nameMatcher(options.addSensitiveKeys ?? [], { wildcards: '*' })

  return {
    ...commandRunType,
    runType: 'execute',
    async attest({ workingDir, env, signal, dialect }) {
      const result = await runProcess({ command: [program, ...args], workingDir, env, signal, stdin, stdout, stderr, maxOutputBytes, pipeGraceMs })
      const { exitCode } = result
      if (exitCode !== 0 && options.ignoreExitCode !== true) throw new CommandFailedError(program, exitCode, result.signal)

      const redact = redactor([...secretsOf(env, options.allowSensitiveKeys ?? [], { isNamed }), ...(options.secrets ?? [])])
      const ran = {
        cmd: options.command.map(redact),
        exitcode: exitCode,
        stdout: redact(textOf('stdout', result.stdout, maxOutputBytes)),
        stderr: redact(textOf('stderr', result.stderr, maxOutputBytes)),
      }
      if (dialect === 'witness') return { predicateType: witnessV01, predicate: witnessCommandRunSchema.read(ran) }
      const meta = { version: 'v0.2', keyGuard: keyGuard(), counts: { processes: 0, uniquePaths: 0, uniqueDigests: 0, uniqueComms: 0 } }
      return { predicate: withSections({ _meta: meta, digests: null, paths: null, comms: null, processes: [], ...ran }) }
    },
  }
}

function textOf(name: string, output: CapturedOutput, limit: number): string {
  if (output.overflowed()) {
    throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${limit} bytes on ${name} (maxOutputBytes), the command wrote more`)
  }
  const failed = output.sinkError()
  if (failed !== undefined) {
    throw new CilockError<CommandRunErrorCode>('ERR_OUTPUT_SINK_FAILED', `what received ${name} threw`, { cause: failed.error })
  }
  return decodeOutput(output.bytes())
}
