import { processContext } from '@cilock/core/node'
import { nodeFetch } from '@cilock/http/node'
import type { CliIo } from '../io.ts'
import { outputTo } from './output-to.ts'

/** How long a command may take to end of its own accord once it is told to; then the signal does what it does to any program. */
const graceMs = 3000

/** Runs this process's command line, and ends it with the exit code. */
export async function start(run: (argv: readonly string[], io: CliIo) => Promise<number>): Promise<void> {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      controller.abort(signal)
      // what waits for a pipe that nobody opens, or for a disk that is gone, hears of nothing
      setTimeout(() => process.kill(process.pid, signal), graceMs).unref()
    })
  }

  const stderr = outputTo(2, () => {})
  // What stdout should have got is missing then, so the end is no success.
  let isCut = false
  const stdout = outputTo(1, (error) => {
    isCut = true
    if (!('code' in error) || error.code !== 'EPIPE') stderr.write(`error: ERR_FILE cannot write to stdout: ${error.message}\n`)
  })

  // A command that never comes to its end has passed nothing: only its own answer is a success.
  process.exitCode = 1
  // not spread, which would ask for the host
  const io: CliIo = Object.assign(processContext({ fetch: nodeFetch() }), { stdout, stderr, signal: controller.signal })
  const code = await run(process.argv.slice(2), io)
  // all is written: to wait for idle connections, or to take the process apart piece by piece, would serve nobody
  process.exit(isCut && code === 0 ? 1 : code)
}
