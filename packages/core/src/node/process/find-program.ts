import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'

/** What looking for a program came to. Only `executable` has a file to start. */
export type ProgramLookup =
  | { readonly found: 'executable'; readonly file: string }
  /** It is there, and cannot be executed. */
  | { readonly found: 'not-executable'; readonly file: string }
  /** It is there, but only through a relative entry of PATH: in another directory it would be another program. */
  | { readonly found: 'relative-entry'; readonly entry: string }
  | { readonly found: 'absent' }

/**
 * The file that a program's name stands for: a name with a slash is a path from the working directory, any other is
 * looked for on the PATH that was handed in, never on this process's. Go refuses relative entries of PATH too.
 */
export function findProgram(name: string, workingDir: string, path: string | undefined): ProgramLookup {
  if (name.includes('/')) return look(resolve(workingDir, name))
  let refused: ProgramLookup = { found: 'absent' }
  for (const entry of path === undefined || path === '' ? [] : path.split(delimiter)) {
    const lookup = look(join(resolve(workingDir, entry), name))
    if (lookup.found === 'executable') return isAbsolute(entry) ? lookup : { found: 'relative-entry', entry }
    if (lookup.found === 'not-executable' && refused.found === 'absent') refused = lookup
  }
  return refused
}

function look(file: string): ProgramLookup {
  try {
    if (!statSync(file).isFile()) return { found: 'not-executable', file }
  } catch {
    return { found: 'absent' }
  }
  try {
    accessSync(file, constants.X_OK)
    return { found: 'executable', file }
  } catch {
    return { found: 'not-executable', file }
  }
}
