import { compileGlob, GlobError } from '@cilock/glob'
import { below } from '../../document/reader.ts'
import { sortedEntries } from '../../document/rules.ts'
import { lintFinding } from '../finding.ts'
import type { LintFinding } from '../finding.ts'
import type { LintRule } from '../context.ts'

/** Globs of files that need no upstream. */
export const untrackedRule: LintRule = ({ policy: { steps } }) =>
  sortedEntries(steps).flatMap(([name, { allowedUntracked = [], artifactsFrom = [] }]) => {
    const pointer = below(below('/steps', name), 'allowedUntracked')
    if (allowedUntracked.length > 0 && artifactsFrom.length === 0) {
      return [lintFinding('untracked-without-effect', pointer, 'files are only held against other steps where artifactsFrom names one', 'name a step in artifactsFrom, or remove it', { edits: [{ op: 'remove', path: pointer }] })]
    }
    return allowedUntracked.flatMap((pattern, index) => patternFindings(pattern, below(pointer, index)))
  })

function patternFindings(pattern: string, pointer: string): readonly LintFinding[] {
  try {
    compileGlob(pattern, { separators: ['/'] })
  } catch (error) {
    if (!(error instanceof GlobError)) throw error
    return [lintFinding('untracked-glob', pointer, `${JSON.stringify(pattern)} is no pattern: ${error.message}`, 'close its brackets')]
  }
  if (pattern === '**') return [lintFinding('untracked-anything', pointer, 'every file may come from anywhere, so nothing is asked of files that no step before left', 'name the files that are meant')]
  const reason = whyNothing(pattern)
  return reason === undefined ? [] : [lintFinding('untracked-matches-nothing', pointer, `${JSON.stringify(pattern)} matches no path: ${reason}`, 'write it relative to the working directory, with /')]
}

/** Paths in evidence are relative to the working directory, with slashes, without `.` and `..`. */
function whyNothing(pattern: string): string | undefined {
  if (pattern === '') return 'it is empty'
  if (pattern.startsWith('/')) return 'paths are relative'
  if (pattern.endsWith('/')) return 'paths are of files'
  if (/(^|\/)\.{1,2}(\/|$)/.test(pattern)) return 'paths have no . or ..'
  if (pattern.includes('//')) return 'paths have no empty parts'
  return undefined
}
