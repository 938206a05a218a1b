import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One recorded case, as its `case.json` says it; only what a run needs. */
export interface VerifyCase {
  readonly id: string
  readonly kind: string
  readonly tags: readonly string[]
  /** When the tools ran, which is the time of a run. */
  readonly clock: string
  /** The signed policy, relative to the case's folder as all paths. */
  readonly policy: string
  readonly policyVerifier: readonly string[]
  readonly attestations: readonly string[]
  readonly subjects: readonly string[]
  readonly extraFlags: readonly string[]
  readonly hardening: string
  readonly interpretation: {
    readonly expected: 'pass' | 'fail'
    readonly cause: string | null
    readonly why?: string
  }
  readonly results: { readonly cilock?: { readonly exitCode?: number; readonly env?: Readonly<Record<string, string>> } }
}

/** The folders of the cases below a folder: those of its index, or the folder itself when it is one case. */
export function caseFolders(folder: string): readonly string[] {
  if (existsSync(join(folder, 'case.json'))) return [folder]
  const index = join(folder, 'index.json')
  if (!existsSync(index)) return []
  const lines = JSON.parse(readFileSync(index, 'utf8')) as readonly { readonly id: string }[]
  return lines.map(({ id }) => join(folder, 'cases', id))
}

export function readVerifyCase(folder: string): VerifyCase {
  return JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as VerifyCase
}

/** Where a path of the command line leads. */
export function pathIn(folder: string, path: string): string {
  return path.startsWith('/') ? path : join(folder, path)
}

