#!/usr/bin/env node
import { processContext } from '@cilock/core/node'
import { runCli } from './cli.ts'
import type { Output } from './io.ts'

const controller = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort(signal))

const output = (stream: NodeJS.WriteStream): Output => ({
  write: (chunk) => {
    stream.write(chunk)
  },
  isTTY: stream.isTTY && process.env['NO_COLOR'] === undefined,
})

// A reader that goes away (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

process.exitCode = await runCli(process.argv.slice(2), {
  ...processContext(),
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  signal: controller.signal,
})
