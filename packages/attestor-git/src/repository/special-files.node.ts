import { realpath, stat } from 'node:fs/promises'
import { devNull } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { CilockError } from '@cilock/core'
import type { AttestContext } from '@cilock/core'
import type { GitErrorCode } from '../error.ts'
import { parseGitConfig } from './config.ts'
import { readText } from './files.node.ts'
import type { Repository } from './locate.node.ts'
import { objectFolders } from './object-folders.node.ts'
import { walk } from './walk.node.ts'
import type { Path } from './walk.node.ts'

/** What git opens in a working directory without a look at what it is; in lower case, as some file systems know no other. */
const opened: ReadonlySet<string> = new Set(['.gitignore', '.gitattributes', '.gitmodules'])

/** As many includes in a row as git follows. */
const maxIncludes = 10

/**
 * Refuses a repository in which git or a library would wait for a pipe or read a device without an end: anything such in
 * its own directories, in those of the repositories below it, in what their configuration includes and their objects are
 * borrowed from, and by the names that git opens in a working directory. Who puts one there later is stopped by the
 * signal of the run only.
 *
 * @returns the directories below the working directory that are the top of another repository
 * @throws CilockError `ERR_REPOSITORY_BROKEN` with the path, `ERR_LIMIT_EXCEEDED`, `ERR_ABORTED`
 */
export async function refuseSpecialFiles({ worktree, gitDir }: Repository, { env, signal }: Pick<AttestContext, 'env' | 'signal'>): Promise<readonly string[]> {
  const nested: string[] = []
  const seen = new Set<string>()
  const worktrees: string[] = []

  async function ofWorktree(top: string): Promise<void> {
    const real = await realpath(top).catch(() => top)
    if (worktrees.some((known) => real === known || real.startsWith(known.endsWith(sep) ? known : known + sep))) return
    worktrees.push(real)
    const gitDirs: string[] = []
    const ofNested = async (path: Path, folder: Path): Promise<false> => {
      const target = await gitDirBehind(path, folder)
      if (target !== undefined && folder.toString() !== real) {
        nested.push(inUtf8(folder))
        gitDirs.push(target)
      }
      return false
    }
    await walk(real, signal, ({ name, path, folder, entry }) => {
      const lower = name.toLowerCase()
      if (lower === '.git') return ofNested(path, folder)
      return opened.has(lower) && !entry.isFile() ? refuse(path).then(() => entry.isDirectory()) : entry.isDirectory()
    })
    for (const found of gitDirs) await ofGitDir(found)
  }

  async function ofGitDir(path: string): Promise<void> {
    if (!(await isNew(path))) return
    await ofTree(path)
    const common = resolve(path, (await readText(join(path, 'commondir')))?.trim() ?? '.')
    if (common !== path) await ofTree(common)
    for (const folder of await objectFolders(common)) await ofTree(folder)
    for (const file of [join(common, 'config'), join(path, 'config.worktree')]) await ofConfig(file, path, 0)
  }

  /** Nothing in a git directory may be waited for: which of its files git opens depends on the others. */
  async function ofTree(top: string): Promise<void> {
    if (!(await isNew(`${top}${sep}`))) return
    const ofOther = async (path: Path, isLink: boolean): Promise<false> => {
      await refuse(path)
      if (isLink && (await stat(path).catch(() => undefined))?.isDirectory() === true) await ofTree(inUtf8(path))
      return false
    }
    await walk(top, signal, ({ path, entry }) => {
      if (entry.isDirectory()) return true
      return entry.isFile() || entry.isSocket() ? false : ofOther(path, entry.isSymbolicLink())
    })
  }

  async function ofConfig(file: string, ofRepository: string, depth: number): Promise<void> {
    await refuse(file)
    if (depth > maxIncludes || (await stat(file).catch(() => undefined))?.isFile() !== true) return
    for (const { section, key, value } of parseGitConfig((await readText(file)) ?? '')) {
      const isInclude = (section === 'include' || section === 'includeif') && key === 'path'
      if (isInclude) await ofConfig(resolve(dirname(file), expanded(value)), ofRepository, depth + 1)
      else if (section === 'core' && (key === 'excludesfile' || key === 'attributesfile')) await refuse(resolve(worktree, expanded(value)))
      else if (section === 'core' && key === 'worktree') await ofWorktree(resolve(ofRepository, value))
    }
  }

  async function isNew(path: string): Promise<boolean> {
    const real = (await realpath(path).catch(() => path)) + (path.endsWith(sep) ? sep : '')
    if (seen.has(real)) return false
    seen.add(real)
    return true
  }

  const expanded = (path: string): string => (path.startsWith('~/') ? join(env['HOME'] ?? sep, path.slice(2)) : path)

  await ofGitDir(gitDir)
  await ofWorktree(worktree)
  return nested
}

/** @throws CilockError `ERR_REPOSITORY_BROKEN` for a pipe or a device behind all links; nothing comes out of the null device. */
async function refuse(path: Path): Promise<void> {
  const stats = await stat(path).catch(() => undefined)
  if (stats === undefined) return
  const isDevice = (stats.isCharacterDevice() || stats.isBlockDevice()) && stats.rdev !== (await stat(devNull)).rdev
  if (!stats.isFIFO() && !isDevice) return
  throw new CilockError<GitErrorCode>('ERR_REPOSITORY_BROKEN', `expected a file, found ${isDevice ? 'a device' : 'a pipe'} at ${JSON.stringify(path.toString())}, which git would read`)
}

/** Where the `.git` of a directory leads; undefined where it leads nowhere. */
async function gitDirBehind(path: Path, folder: Path): Promise<string | undefined> {
  const stats = await stat(path).catch(() => undefined)
  if (stats?.isDirectory() === true) return inUtf8(path)
  if (stats?.isFile() !== true) return undefined
  const target = /^gitdir:(.*)$/m.exec((await readText(inUtf8(path))) ?? '')?.[1]?.trim()
  return target === undefined || target === '' ? undefined : resolve(inUtf8(folder), target)
}

/** @throws CilockError `ERR_REPOSITORY_BROKEN` for a name that no program can be started with */
function inUtf8(path: Path): string {
  const text = path.toString()
  if (path === text || Buffer.from(text).equals(Buffer.from(path))) return text
  throw new CilockError<GitErrorCode>('ERR_REPOSITORY_BROKEN', `expected repositories at paths in UTF-8, found ${JSON.stringify(text)}`)
}
