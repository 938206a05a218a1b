import { spawn } from 'node:child_process'

/** A program that ended otherwise than it had to; the message has all that it said. */
export class CommandError extends Error {
  name = 'CommandError'
  constructor(message, output = '') {
    super(`${message}\n${output}`.trimEnd())
    this.output = output
  }
}

/** Runs a program to its end and gives what it said; throws unless it ends with 0. Never waits for input. */
export async function run(command, args, { cwd, env = process.env, seconds = 180 }) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: seconds * 1000, shell: process.platform === 'win32' })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const ended = await new Promise((resolve) => {
    child.on('error', (error) => resolve(String(error)))
    child.on('close', (code, signal) => resolve(code ?? signal))
  })
  if (ended !== 0) throw new CommandError(`${command} ${args.join(' ')}: ended with ${ended}`, `${stdout}${stderr}`)
  return stdout
}
