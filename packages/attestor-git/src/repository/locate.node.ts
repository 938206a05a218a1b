import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { CilockError } from '@cilock/core'
import type { GitErrorCode } from '../error.ts'
import { parseGitConfig } from './config.ts'
import type { GitSetting } from './config.ts'

/** Where a repository keeps what; linked worktrees have a directory of their own beside the common one. */
export interface Repository {
  /** The top of the working directory. */
  readonly worktree: string
  /** HEAD and the index. */
  readonly gitDir: string
  /** Objects, references and the configuration. */
  readonly commonDir: string
  readonly config: readonly GitSetting[]
}

/**
 * The repository that a directory lies in, looked for upwards. Linked worktrees and submodules are followed (Go records a
 * worktree as an empty repository).
 *
 * @throws CilockError `ERR_NOT_A_REPOSITORY` when there is none, or a bare or broken one; `ERR_REPOSITORY_UNSUPPORTED` for
 * one with SHA-256 object names, which this predicate cannot hold.
 */
export async function locateRepository(workingDir: string): Promise<Repository> {
  const start = await realpath(workingDir).catch(() => resolve(workingDir))
  for (let folder = start; ; folder = dirname(folder)) {
    const gitDir = await gitDirOf(folder)
    if (gitDir !== undefined) return open(folder, gitDir)
    if (dirname(folder) === folder) throw notARepository(`no .git in ${workingDir} or above it`)
  }
}

async function gitDirOf(folder: string): Promise<string | undefined> {
  const path = join(folder, '.git')
  const stats = await stat(path).catch(() => undefined)
  if (stats === undefined) return undefined
  if (stats.isDirectory()) return path
  const target = /^gitdir:\s*(.+?)\s*$/m.exec(await readFile(path, 'utf8'))?.[1]
  if (target === undefined) throw notARepository(`${path} names no directory`)
  return resolve(folder, target)
}

async function open(worktree: string, gitDir: string): Promise<Repository> {
  const common = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => undefined)
  const commonDir = common === undefined ? gitDir : resolve(gitDir, common.trim())
  const text = await readFile(join(commonDir, 'config'), 'utf8').catch(() => undefined)
  const head = await stat(join(gitDir, 'HEAD')).catch(() => undefined)
  if (text === undefined || head === undefined) throw notARepository(`${gitDir} has no HEAD or no configuration`)
  const config = parseGitConfig(text)
  const format = config.findLast(({ section, key }) => section === 'extensions' && key === 'objectformat')?.value ?? 'sha1'
  if (format !== 'sha1') {
    throw new CilockError<GitErrorCode>('ERR_REPOSITORY_UNSUPPORTED', `expected a repository with SHA-1 object names, found ${JSON.stringify(format)}`)
  }
  return { worktree, gitDir, commonDir, config }
}

function notARepository(message: string): CilockError<GitErrorCode> {
  return new CilockError('ERR_NOT_A_REPOSITORY', message)
}
