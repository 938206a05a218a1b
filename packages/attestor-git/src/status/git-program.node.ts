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
 * What git must not do while it looks, in the repositories below too: git hands both on to the git that it starts there.
 * A missing object of a partial clone would be fetched, by whatever program the configuration names for that.
 */
const looksOnly = ['--no-pager', '--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'] as const
const fetchesNothing = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none', GIT_TERMINAL_PROMPT: '0' } as const

const listSettings = ['config', '--includes', '--show-scope', '--null', '--list'] as const

/**
 * The status as the git program tells it. What the repository, or one of those `nested` below it, configures to be run
 * meanwhile is switched off, nothing is fetched, and no lock is taken: looking at a tree must not change it, and must not
 * run its programs.
 *
 * @throws CilockError `ERR_GIT_FAILED` with git's own words, `ERR_ABORTED`
 */
export async function statusByProgram(program: string, worktree: string, nested: readonly string[], world: World): Promise<Readonly<Record<string, GitStatus>>> {
  // git itself is asked: another reader of its configuration could be led to overlook a filter
  const settings = [await run(program, listSettings, worktree, world), ...(await settingsOf(nested, program, world))].join('')
  return parsePorcelain(await run(program, [...looksOnly, ...withoutFilters(settings), 'status', '--porcelain'], worktree, world))
}

/** Asked as git asks in a submodule, by its `.git` whoever owns that. What git cannot open it does not look into for the status either. */
async function settingsOf(nested: readonly string[], program: string, world: World): Promise<readonly string[]> {
  const settings: string[] = []
  for (const folder of nested) {
    const found = await run(program, listSettings, folder, { ...world, env: { ...world.env, GIT_DIR: '.git' } }).catch((error: unknown) => {
      if (world.signal.aborted) throw error
      return ''
    })
    settings.push(found)
  }
  return settings
}

async function run(program: string, args: readonly string[], cwd: string, { env, signal }: World): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], { cwd, env: { ...env, ...fetchesNothing }, signal, maxBuffer: maxBytes, encoding: 'utf8', windowsHide: true })
    return stdout
  } catch (error) {
    if (signal.aborted) throw new CilockError('ERR_ABORTED', 'asking git for the status was stopped', { cause: signal.reason })
    const said = error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : String(error)
    throw new CilockError<GitErrorCode>('ERR_GIT_FAILED', `git could not tell the status: ${said.slice(0, 2000)}`, { cause: error })
  }
}
