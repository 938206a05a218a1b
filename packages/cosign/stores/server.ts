import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { goTools, hasGoTools, vectors } from '@cilock/vectors'
import type { GoRun } from '@cilock/vectors'

/** A real registry of its own, in memory, and a real cosign beside it. */
export interface RealWorld {
  readonly host: string
  /** Runs cosign in a folder of its own, without network beyond this machine. */
  readonly cosign: (...argv: readonly string[]) => Promise<GoRun>
  /** A file in that folder, by its name. */
  readonly write: (name: string, content: string | Uint8Array) => void
  readonly folder: string
  readonly stop: () => void
}

/** Where the program is that starts a registry; undefined where it or cosign is absent. */
export function starter(): string | undefined {
  const golden = vectors('golden')
  const folder = golden === undefined ? undefined : join(dirname(golden), '..', 'tools', 'oci-registry')
  return folder !== undefined && existsSync(join(folder, 'start')) && hasGoTools() ? folder : undefined
}

/** Starts a registry; the first call builds it, which takes half a minute. */
export function startWorld(starterFolder: string, referrers: boolean): RealWorld {
  const state = mkdtempSync(join(tmpdir(), 'cilock-cosign-'))
  const folder = mkdtempSync(join(tmpdir(), 'cilock-cosign-work-'))
  const said = execFileSync(join(starterFolder, 'start'), ['--memory', ...(referrers ? [] : ['--no-referrers']), state], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const { cosign } = goTools('cosign')
  return {
    host: said.trim().split('\n').at(-1) ?? '',
    folder,
    cosign: async (...argv) => cosign(folder, argv, { COSIGN_PASSWORD: '', HOME: folder, TUF_ROOT: join(folder, 'tuf') }),
    write: (name, content) => writeFileSync(join(folder, name), content),
    stop: () => {
      execFileSync(join(starterFolder, 'stop'), [state], { stdio: 'inherit' })
      rmSync(state, { recursive: true, force: true })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
