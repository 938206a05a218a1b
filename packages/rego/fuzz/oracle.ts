import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { oracles } from '@cilock/vectors'

/** What OPA says of a case: a value, nothing, or errors. */
export type Verdict =
  | { readonly kind: 'value'; readonly json: string }
  | { readonly kind: 'undefined' }
  /** OPA itself panicked: there is nothing to compare with. */
  | { readonly kind: 'crash' }
  | { readonly kind: 'errors'; readonly stage: 'compile' | 'evaluate'; readonly errors: readonly ReportedError[] }

export interface ReportedError {
  readonly code: string
  readonly message: string
  readonly row: number
  readonly col: number
}

/** One `opa` process that takes case after case over a socket. */
export interface Oracle {
  readonly judge: (source: string, input: string) => Promise<Verdict>
  readonly stop: () => void
}

/** The unpacked `opa`, or undefined where the oracle is absent or not made for this machine. */
export function findOpa(): string | undefined {
  const folder = oracles()
  if (folder === undefined) return undefined
  try {
    const paths = JSON.parse(execFileSync(join(folder, 'unpack'), [join(tmpdir(), 'cilock-oracles'), 'opa'], { encoding: 'utf8' })) as { readonly opa?: string }
    return paths.opa
  } catch {
    return undefined
  }
}

/** How long one request may take; OPA has been seen to run for ever. */
const patience = 10_000

/**
 * Starts `opa run --server`, reading modules as v0 or as v1. After a panic OPA holds its lock for ever, so the process
 * is replaced then.
 */
export async function startOracle(opa: string, version: 'v0' | 'v1'): Promise<Oracle> {
  let server = await startServer(opa, version)
  return {
    judge: async (source, input) => {
      try {
        return await judge(server, source, input)
      } catch {
        server.stop()
        server = await startServer(opa, version)
        return { kind: 'crash' }
      }
    },
    stop: () => server.stop(),
  }
}

interface Server {
  readonly call: (method: string, path: string, body?: string) => Promise<string>
  readonly stop: () => void
}

async function startServer(opa: string, version: 'v0' | 'v1'): Promise<Server> {
  const home = mkdtempSync(join(tmpdir(), 'rego-oracle-'))
  const socket = join(home, 'opa.sock')
  const argv = ['run', '--server', ...(version === 'v0' ? ['--v0-compatible'] : []), '--addr', `unix://${socket}`, '--log-level', 'error', '--disable-telemetry']
  const child: ChildProcess = spawn(opa, argv, { cwd: home, env: { HOME: home, PATH: '/usr/bin:/bin', TZ: 'UTC' }, stdio: 'ignore' })
  const stop = (): void => {
    child.kill('SIGKILL')
    rmSync(home, { recursive: true, force: true })
  }
  const call: Server['call'] = (method, path, body = '') =>
    new Promise((resolve, reject) => {
      const outgoing = request({ socketPath: socket, path, method, timeout: patience }, (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')))
      })
      outgoing.on('timeout', () => outgoing.destroy(new TypeError('opa does not answer')))
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  for (let tries = 0; ; tries++) {
    try {
      await call('GET', '/health')
      return { call, stop }
    } catch (error) {
      if (tries === 100) {
        stop()
        throw error
      }
      await sleep(50)
    }
  }
}

async function judge({ call }: Server, source: string, input: string): Promise<Verdict> {
  const refused = errorsOf(await call('PUT', '/v1/policies/fuzz.rego', source))
  if (refused !== undefined) return { kind: 'errors', stage: 'compile', errors: refused }
  const text = await call('POST', '/v1/data/fuzz?strict-builtin-errors', `{"input":${input}}`)
  await call('DELETE', '/v1/policies/fuzz.rego')
  const errors = errorsOf(text)
  if (errors !== undefined) return { kind: 'errors', stage: 'evaluate', errors }
  const start = text.indexOf('{"result":')
  return start === -1 ? { kind: 'undefined' } : { kind: 'value', json: text.slice(start + '{"result":'.length, text.lastIndexOf('}')) }
}

function errorsOf(text: string): readonly ReportedError[] | undefined {
  const answer = JSON.parse(text) as {
    readonly code?: string
    readonly message?: string
    readonly errors?: readonly { readonly code: string; readonly message: string; readonly location?: { readonly row: number; readonly col: number } }[]
  }
  if (answer.code === undefined) return undefined
  const errors = answer.errors ?? [{ code: answer.code, message: answer.message ?? '' }]
  return errors.map(({ code, message, location }) => ({ code, message, row: location?.row ?? 0, col: location?.col ?? 0 }))
}
