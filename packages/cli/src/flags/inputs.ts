import { resolve } from 'node:path'
import type { Flags } from './flag.ts'

/** The files that flags name, whether each takes one or several. */
export function inputsOf(flags: Flags, names: readonly string[], workingDir: string): readonly string[] {
  return names
    .flatMap((name) => [flags.string(name) ?? '', ...flags.list(name)])
    .filter((path) => path !== '')
    .map((path) => resolve(workingDir, path))
}
