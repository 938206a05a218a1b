import { processContext } from '@cilock/core/node'
import type { CliIo, Output } from '../io.ts'

/** Runs this process's command line, and ends it with the exit code. */
export async function start(run: (argv: readonly string[], io: CliIo) => Promise<number>): Promise<void> {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort(signal))

  const output = (stream: NodeJS.WriteStream): Output => ({
    write: (chunk) => {
      stream.write(chunk)
    },
    isTTY: stream.isTTY && process.env['NO_COLOR'] === undefined,
  })

  // A reader that goes away (`| head`) or a full disk ends no command under way: its evidence is still to be written.
  // But what stdout should have got is missing then, so the end is no success.
  let isCut = false
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!isCut && error.code !== 'EPIPE') process.stderr.write(`error: ERR_FILE cannot write to stdout: ${error.message}\n`)
    isCut = true
    process.exitCode ||= 1
  })
  process.stderr.on('error', () => {})

  // A command that never comes to its end has passed nothing: only its own answer is a success.
  process.exitCode = 1
  const io: CliIo = { ...processContext(), stdout: output(process.stdout), stderr: output(process.stderr), signal: controller.signal }
  const code = await run(process.argv.slice(2), io)
  process.exitCode = isCut && code === 0 ? 1 : code
}
