import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { otherNode } from '../../../../scripts/other-node.mjs'
import type { RuntimeReport } from '../entry/report.ts'
import { versions } from '../runtimes.ts'
import type { Consumer } from './consumer.ts'
import { RunError } from './error.ts'
import { platformBinary } from './platform-binary.ts'
import { start } from './start.ts'

/** The command line before the program's name, with the words that its agent has to begin with. */
export function commandOf(id: 'node' | 'node22' | 'node24' | 'deno' | 'bun'): { readonly command: string; readonly args: readonly string[]; readonly agent: string } {
  switch (id) {
    case 'node':
      return { command: process.execPath, args: [], agent: `Node/${process.versions.node}` }
    case 'node22':
      return { command: otherNode(22), args: [], agent: 'Node/22.' }
    case 'node24':
      return { command: otherNode(24), args: [], agent: 'Node/24.' }
    case 'deno':
      // no network
      return { command: platformBinary('deno', versions.deno, '@deno'), args: ['run', '--no-remote', '--cached-only', '--allow-read', '--allow-write', '--allow-env', '--allow-sys', '--allow-run'], agent: `Deno/${versions.deno}` }
    case 'bun':
      return { command: platformBinary('bun', versions.bun, '@oven'), args: ['run', '--no-install'], agent: `Bun/${versions.bun}` }
  }
}

/** Runs the suite in a process with files. */
export async function runProcess(id: Parameters<typeof commandOf>[0], { folder, program, material }: Consumer): Promise<RuntimeReport> {
  const { command, args, agent } = commandOf(id)
  const file = join(folder, `report-${id}.json`)
  await start(command, [...args, program, material, file], folder)
  const report = JSON.parse(readFileSync(file, 'utf8')) as RuntimeReport
  if (!report.agent.startsWith(agent)) throw new RunError(`expected ${agent}, found ${report.agent}`)
  return report
}
