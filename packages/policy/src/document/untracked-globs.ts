import { compileGlob, GlobError } from '@cilock/glob'
import type { Glob } from '@cilock/glob'
import type { PolicyMembers } from './members.ts'
import { below, finding } from './reader.ts'
import type { Finding } from './reader.ts'
import { sortedEntries } from './rules.ts'

/** Patterns of `allowedUntracked` that are none. */
export function untrackedGlobs({ steps }: PolicyMembers): readonly Finding[] {
  return sortedEntries(steps).flatMap(([name, { allowedUntracked = [] }]) =>
    allowedUntracked.flatMap((pattern, index) => (globOf(pattern) === undefined ? [finding('policy-glob', below(below(below('/steps', name), 'allowedUntracked'), index), 'a glob pattern', JSON.stringify(pattern.slice(0, 100)))] : [])),
  )
}

/** A pattern of CI/lock's dialect; undefined where it is none. */
export function globOf(pattern: string): Glob | undefined {
  try {
    return compileGlob(pattern, { separators: ['/'] })
  } catch (error) {
    if (!(error instanceof GlobError)) throw error
    return undefined
  }
}
