import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { RuntimeReport } from '../entry/report.ts'
import { versions } from '../runtimes.ts'
import type { Consumer } from './consumer.ts'
import { RunError } from './error.ts'
import { platformBinary } from './platform-binary.ts'
import { deadline } from './start.ts'

/** One worker without Node's modules, files or a network, on a port that the system chooses. */
const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "suite", worker = (modules = [(name = "worker", esModule = embed "worker.bundle.js")], compatibilityDate = "2026-01-01", globalOutbound = "nowhere")),
              (name = "nowhere", network = (allow = []))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "suite")]
);
`

/** Runs the suite in a worker, to which the material is posted. */
export async function runWorkerd({ folder, bundle, material }: Consumer): Promise<RuntimeReport> {
  const path = platformBinary('workerd', versions.workerd, '@cloudflare')
  writeFileSync(join(folder, 'worker.bundle.js'), await bundle('worker'))
  writeFileSync(join(folder, 'config.capnp'), config)
  const child = spawn(path, ['serve', 'config.capnp', '--control-fd=3'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], timeout: deadline, killSignal: 'SIGKILL' })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = new Promise<never>((_, reject) => {
    child.on('error', reject)
    child.on('exit', (status, signal) => reject(new RunError(`workerd ended with ${String(status ?? signal)}: ${said.slice(-3000)}`)))
  })
  // who is done does not wait for its end
  ended.catch(() => undefined)
  try {
    return await Promise.race([ended, ask(child.stdio[3] as Readable, material, () => said)])
  } finally {
    child.kill('SIGKILL')
  }
}

async function ask(control: Readable, material: string, said: () => string): Promise<RuntimeReport> {
  const response = await fetch(`http://127.0.0.1:${await portOf(control)}/`, { method: 'POST', body: readFileSync(material), signal: AbortSignal.timeout(deadline) })
  if (!response.ok) throw new RunError(`the worker answered ${response.status}: ${(await response.text()).slice(0, 3000)} ${said().slice(-3000)}`)
  const report = (await response.json()) as RuntimeReport
  if (report.agent !== 'Cloudflare-Workers') throw new RunError(`expected Cloudflare-Workers, found ${report.agent}`)
  return { ...report, agent: `workerd/${versions.workerd}` }
}

async function portOf(control: Readable): Promise<number> {
  for await (const line of createInterface({ input: control })) {
    const { event, port } = JSON.parse(line) as { readonly event?: string; readonly port?: number }
    if (event === 'listen' && port !== undefined) return port
  }
  throw new RunError('workerd does not listen')
}
