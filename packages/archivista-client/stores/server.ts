import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { vectors } from '@cilock/vectors'

/** A real Archivista with a PostgreSQL of its own. */
export interface RealServer {
  readonly url: string
  readonly stop: () => void
}

/** Where the program is that starts one; undefined where it is absent. */
export function starter(): string | undefined {
  const golden = vectors('golden')
  const folder = golden === undefined ? undefined : join(dirname(golden), '..', 'tools', 'archivista-server')
  return folder !== undefined && existsSync(join(folder, 'start')) ? folder : undefined
}

/** Starts one. The first call installs PostgreSQL and builds the server, which takes minutes. */
export function startServer(folder: string): RealServer {
  const said = execFileSync(join(folder, 'start'), [], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const { url, state } = JSON.parse(said.trim().split('\n').at(-1) ?? '') as { readonly url: string; readonly state: string }
  return {
    url,
    stop: () => {
      execFileSync(join(folder, 'stop'), [state], { stdio: 'inherit' })
    },
  }
}
