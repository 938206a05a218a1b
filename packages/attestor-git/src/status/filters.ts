import { CilockError } from '@cilock/core'
import type { GitErrorCode } from '../error.ts'

const filterKey = /^filter\.(.*)\.(?:clean|process)$/s

/** Programs that git-lfs runs in its own filter. */
const lfsExtension = /^lfs\.extension\..*\.clean$/s

/** What `git lfs install --local` writes: a program of the machine, without which every large file would seem changed. */
const known: ReadonlySet<string> = new Set(['git-lfs clean -- %f', 'git-lfs filter-process', 'git-lfs filter-process --skip'])

/**
 * The arguments that switch off each filter that a repository configures itself, from `git config --show-scope --null
 * --list`, of one repository or of several in a row: git runs filters over files that it has to compare. Filters of the
 * user and of the machine stay, but for git-lfs where a repository has it run more programs.
 *
 * @throws CilockError `ERR_GIT_FAILED` for a filter whose name cannot be given on a command line.
 */
export function withoutFilters(settings: string): readonly string[] {
  const parts = settings.split('\0')
  const names = new Set<string>()
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [scope, setting = ''] = [parts[at], parts[at + 1]]
    if (scope !== 'local' && scope !== 'worktree') continue
    const [key = '', ...value] = setting.split('\n')
    const name = filterKey.exec(key)?.[1]
    if (lfsExtension.test(key)) names.add('lfs')
    else if (name !== undefined && !known.has(value.join('\n'))) names.add(name)
  }
  return [...names].flatMap(switchedOff)
}

function switchedOff(name: string): readonly string[] {
  // git takes what stands before the first `=` for the key, and would switch off another one
  if (name.includes('=')) throw new CilockError<GitErrorCode>('ERR_GIT_FAILED', `expected filters of the repository that can be switched off, found the name ${JSON.stringify(name.slice(0, 80))}`)
  return [`filter.${name}.clean=`, `filter.${name}.process=`, `filter.${name}.required=false`].flatMap((setting) => ['-c', setting])
}
