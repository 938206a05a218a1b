import { spawn } from 'node:child_process'
import { findProgram } from '@cilock/core/node'
import { RegistryError } from '../error.ts'

/** One question to a credential helper. */
export interface HelperCall {
  readonly suffix: string
  readonly server: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeout: number
  readonly signal: AbortSignal | undefined
}

const maxOutput = 64 * 1024

/** Runs `docker-credential-<suffix> get` without a shell. What it writes is never shown: it may hold a secret. */
export async function runHelper({ suffix, server, env, timeout, signal }: HelperCall): Promise<Uint8Array | undefined> {
  const program = `docker-credential-${suffix}`
  const lookup = findProgram(program, '/', env['PATH'])
  if (lookup.found !== 'executable') throw new RegistryError('ERR_CREDENTIALS', `expected the credential helper ${program} on PATH, found none that can be run`)
  refuseStopped(program, signal)
  const child = spawn(lookup.file, ['get'], { env: { ...env }, stdio: ['pipe', 'pipe', 'ignore'], timeout, killSignal: 'SIGKILL', ...(signal !== undefined && { signal }) })
  const pieces: Buffer[] = []
  let length = 0
  child.stdout.on('data', (piece: Buffer) => {
    length += piece.length
    if (length > maxOutput) child.kill('SIGKILL')
    else pieces.push(piece)
  })
  // it need not read what it is asked
  child.stdin.on('error', () => undefined)
  child.stdin.end(`${server}\n`)
  const { code, error } = await new Promise<{ readonly code: number | null; readonly error?: unknown }>((resolve) => {
    child.once('error', (failure) => resolve({ code: null, error: failure }))
    child.once('close', (exit) => resolve({ code: exit }))
  })
  refuseStopped(program, signal)
  if (length > maxOutput) throw new RegistryError('ERR_CREDENTIALS', `expected at most ${maxOutput} bytes of ${program}, found more`)
  const output = Buffer.concat(pieces)
  if (code === 0) return new Uint8Array(output)
  // the protocol's own words for "none"
  if (code !== null && /credentials not found in native keychain/i.test(output.toString('latin1'))) return undefined
  throw new RegistryError('ERR_CREDENTIALS', code === null ? `${program} did not end within ${timeout} ms, or could not be run` : `${program} failed with exit code ${code}`, error === undefined ? {} : { cause: error })
}

function refuseStopped(program: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new RegistryError('ERR_ABORTED', `${program} was stopped`, { cause: signal.reason })
}
