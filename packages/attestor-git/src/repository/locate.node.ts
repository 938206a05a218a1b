import { realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { CilockError } from '@cilock/core'
import type { GitErrorCode } from '../error.ts'
import { parseGitConfig } from './config.ts'
import type { GitSetting } from './config.ts'
import { readText, unlessMissing } from './files.node.ts'

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
 * one with SHA-256 object names, which this predicate cannot hold, or with its references in another store (reftable);
 * `ERR_FILE_UNREADABLE`.
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
  const stats = await unlessMissing(path, stat(path))
  if (stats === undefined) return undefined
  if (stats.isDirectory()) return path
  const line = (await readText(path))?.split('\n').find((each) => each.startsWith('gitdir:'))
  const target = line?.slice('gitdir:'.length).trim() ?? ''
  if (target === '') throw notARepository(`${path} names no directory`)
  return resolve(folder, target)
}

async function open(worktree: string, gitDir: string): Promise<Repository> {
  const common = await readText(join(gitDir, 'commondir'))
  const commonDir = common === undefined ? gitDir : resolve(gitDir, common.trim())
  const text = await readText(join(commonDir, 'config'))
  const head = await unlessMissing(gitDir, stat(join(gitDir, 'HEAD')))
  if (text === undefined || head === undefined) throw notARepository(`${gitDir} has no HEAD or no configuration`)
  const config = parseGitConfig(text)
  const extension = (name: string): string | undefined => config.findLast(({ section, key }) => section === 'extensions' && key === name)?.value
  const [format = 'sha1', storage = 'files'] = [extension('objectformat'), extension('refstorage')]
  if (format !== 'sha1') {
    throw new CilockError<GitErrorCode>('ERR_REPOSITORY_UNSUPPORTED', `expected a repository with SHA-1 object names, found ${JSON.stringify(format)}`)
  }
  if (storage !== 'files') {
    throw new CilockError<GitErrorCode>('ERR_REPOSITORY_UNSUPPORTED', `expected a repository with its references in files, found ${JSON.stringify(storage)}`)
  }
  return { worktree, gitDir, commonDir, config }
}

function notARepository(message: string): CilockError<GitErrorCode> {
  return new CilockError('ERR_NOT_A_REPOSITORY', message)
}
