import git from 'isomorphic-git'
import { CilockError } from '@cilock/core'
import type { GitErrorCode } from '../error.ts'
import type { GitStatus } from '../predicate.ts'
import type { Repository } from '../repository/locate.node.ts'
import type { ObjectStore } from '../repository/object-store.node.ts'
import { refuseLargeTree } from '../repository/tree-size.node.ts'
import { readsWithin } from './file-system.node.ts'
import type { FileSystem } from './file-system.node.ts'

const untracked: GitStatus = { staging: 'untracked', worktree: 'untracked' }

/**
 * The status without a git program: every untracked file by itself, names unquoted, renames as a deletion and an
 * addition. Linked worktrees share objects with a directory that the library does not look into, so there a git program
 * is needed. The index is not refreshed: looking at a tree must not change it. The library reads what it is handed whole
 * and in memory, so it is handed nothing that is larger than a repository is.
 *
 * @throws CilockError `ERR_GIT_FAILED`, `ERR_REPOSITORY_BROKEN`, `ERR_LIMIT_EXCEEDED`, `ERR_ABORTED`
 */
export async function statusByLibrary({ worktree, gitDir, commonDir, config }: Repository, tree: string, store: ObjectStore): Promise<Readonly<Record<string, GitStatus>>> {
  if (gitDir !== commonDir) throw new CilockError<GitErrorCode>('ERR_GIT_FAILED', 'the status of a linked worktree needs a git program on PATH')
  await refuseLargeTree(tree, store)
  const fs = readsWithin(gitDir, store)
  try {
    const matrix = await git.statusMatrix({ fs, dir: worktree, gitdir: gitDir, ref: tree, refresh: false })
    const modes = config.some(({ section, key, value }) => section === 'core' && key === 'filemode' && value === 'false') ? new Set<string>() : await changedModes(worktree, gitDir, fs)
    return Object.fromEntries(
      matrix.flatMap(([path, head, workdir, stage]) => {
        const status = statusOf(head, workdir, stage) ?? (modes.has(path) ? { staging: 'unmodified', worktree: 'modified' } : undefined)
        return status === undefined ? [] : [[path, status]]
      }),
    )
  } catch (error) {
    if (error instanceof CilockError) throw error
    throw new CilockError<GitErrorCode>('ERR_GIT_FAILED', `the status could not be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** Files whose permission to be executed differs from the index, which the matrix does not see. */
async function changedModes(worktree: string, gitDir: string, fs: FileSystem): Promise<ReadonlySet<string>> {
  const changed = new Set<string>()
  await git.walk({
    fs,
    dir: worktree,
    gitdir: gitDir,
    trees: [git.STAGE(), git.WORKDIR({ refresh: false })],
    map: async (path, [stage, workdir]) => {
      if (stage === null || stage === undefined || workdir === null || workdir === undefined) return stage === null ? null : undefined
      const [before, after] = [await stage.mode(), await workdir.mode()]
      if ((await stage.type()) === 'blob' && isExecutable(before) !== isExecutable(after)) changed.add(path)
      return undefined
    },
  })
  return changed
}

function isExecutable(mode: number): boolean {
  return (mode & 0o111) !== 0
}

/** HEAD: 0 absent, 1 there. Working directory: 0 absent, 1 as HEAD, 2 other. Index: 0 absent, 1 as HEAD, 2 as the file, 3 other. */
function statusOf(head: number, workdir: number, stage: number): GitStatus | undefined {
  if (stage === 0) return head === 0 ? untracked : workdir === 0 ? { staging: 'deleted', worktree: 'unmodified' } : { staging: 'deleted', worktree: 'untracked' }
  const staging = head === 0 ? 'added' : stage === 1 ? 'unmodified' : 'modified'
  const worktree = workdir === 0 ? 'deleted' : (stage === 1 && workdir === 1) || stage === 2 ? 'unmodified' : 'modified'
  return staging === 'unmodified' && worktree === 'unmodified' ? undefined : { staging, worktree }
}
