import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { vectors } from '@cilock/vectors'

/** A real registry of its own, in memory. */
export interface RealRegistry {
  readonly host: string
  readonly stop: () => void
}

/** Where the program is that starts one; undefined where it is absent. */
export function starter(): string | undefined {
  const golden = vectors('golden')
  const folder = golden === undefined ? undefined : join(dirname(golden), '..', 'tools', 'oci-registry')
  return folder !== undefined && existsSync(join(folder, 'start')) ? folder : undefined
}

/** Starts one. The first call builds it, which takes half a minute. */
export function startRegistry(folder: string, referrers: boolean): RealRegistry {
  const state = mkdtempSync(join(tmpdir(), 'cilock-registry-'))
  const said = execFileSync(join(folder, 'start'), ['--memory', ...(referrers ? [] : ['--no-referrers']), state], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  return {
    host: said.trim().split('\n').at(-1) ?? '',
    stop: () => {
      execFileSync(join(folder, 'stop'), [state], { stdio: 'inherit' })
      rmSync(state, { recursive: true, force: true })
    },
  }
}
