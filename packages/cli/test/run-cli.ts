import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from '@cilock/cli'
import type { CliIo } from '@cilock/cli'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line in a directory, with nothing of this process but the PATH. */
export async function cilock(workingDir: string, argv: readonly string[], more: Partial<CliIo> = {}): Promise<Ran> {
  const said = { stdout: '', stderr: '' }
  const output = (name: keyof typeof said): CliIo['stdout'] => ({
    write: (chunk) => {
      said[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    },
    isTTY: false,
  })
  const code = await runCli(argv, {
    workingDir,
    env: { PATH: process.env['PATH'] },
    clock: () => new Date('2026-03-01T12:00:00Z'),
    host: { os: 'linux', name: 'builder', user: 'dev' },
    stdout: output('stdout'),
    stderr: output('stderr'),
    signal: new AbortController().signal,
    ...more,
  })
  return { code, ...said }
}

/** A directory of its own for a test file; call `remove` at the end. */
export function scratch(): { readonly dir: string; readonly path: (name: string) => string; readonly remove: () => void } {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'cilock-cli-')))
  return { dir, path: (name) => join(dir, name), remove: () => rmSync(dir, { recursive: true, force: true }) }
}
