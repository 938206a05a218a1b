import { spawn } from 'node:child_process'
import { RunError } from './error.ts'

/** The longest that a runtime may take, in milliseconds. */
export const deadline = 240_000

/** Runs a program to its end, with nothing of this process's environment but where programs and homes are. Gives its output. */
export async function start(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { PATH, HOME, SystemRoot } = process.env
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { PATH, HOME, SystemRoot, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'], timeout: deadline, killSignal: 'SIGKILL' })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.on('error', reject)
    child.on('close', (status, signal) => {
      if (status === 0) resolve(said)
      else reject(new RunError(`${command} ended with ${String(status ?? signal)}: ${said.slice(-3000)}`))
    })
  })
}
