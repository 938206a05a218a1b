import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CilockError } from '@cilock/core'
import type { AttestContext } from '@cilock/core'
import type { GitErrorCode } from '../error.ts'
import type { GitStatus } from '../predicate.ts'
import { withoutFilters } from './filters.ts'
import { parsePorcelain } from './porcelain.ts'

const maxBytes = 256 * 1024 * 1024

type World = Pick<AttestContext, 'env' | 'signal'>

/**
 * The status as the git program tells it. What the repository configures to be run meanwhile is switched off, and no
 * lock is taken: looking at a tree must not change it, and must not run its programs.
 *
 * @throws CilockError `ERR_GIT_FAILED` with git's own words, `ERR_ABORTED`
 */
export async function statusByProgram(program: string, worktree: string, world: World): Promise<Readonly<Record<string, GitStatus>>> {
  // git itself is asked: another reader of its configuration could be led to overlook a filter
  const settings = await run(program, ['config', '--includes', '--show-scope', '--null', '--list'], worktree, world)
  return parsePorcelain(await run(program, ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', ...withoutFilters(settings), 'status', '--porcelain'], worktree, world))
}

async function run(program: string, args: readonly string[], cwd: string, { env, signal }: World): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], { cwd, env: { ...env }, signal, maxBuffer: maxBytes, encoding: 'utf8', windowsHide: true })
    return stdout
  } catch (error) {
    if (signal.aborted) throw new CilockError('ERR_ABORTED', 'asking git for the status was stopped', { cause: signal.reason })
    const said = error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : String(error)
    throw new CilockError<GitErrorCode>('ERR_GIT_FAILED', `git could not tell the status: ${said.slice(0, 2000)}`, { cause: error })
  }
}
