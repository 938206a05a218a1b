import { constants, type BigIntStats } from 'node:fs'
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { CilockError } from '../../error.ts'

/** What the file has to be. */
export interface OpenFileOptions {
  /** A directory that the file, with all links of its path resolved, has to lie in. Relative paths start there. */
  readonly within?: string
  /** The file that was seen at this path before (`lstat`): another one in its place is refused. */
  readonly expected?: { readonly dev: number | bigint; readonly ino: number | bigint }
}

/** Windows has no flag against links: there the open file is compared with the entry itself. */
const followsLinks = (constants.O_NOFOLLOW as number | undefined) === undefined

/** A regular file that is open for reading, and what it was when it was opened. The caller closes it. */
export interface OpenFile {
  readonly handle: FileHandle
  readonly stats: BigIntStats
}

/**
 * Opens a regular file; never waits for a pipe. A link at the end of the path is refused. With `within` links are
 * resolved first, as long as they stay inside, and the open file is compared with the resolved path once more, so that a
 * directory swapped in between is noticed.
 *
 * @throws CilockError `ERR_FILE_UNREADABLE`, `ERR_FILE_OUTSIDE`, `ERR_FILE_CHANGED`.
 */
export async function openRegularFile(path: string, options: OpenFileOptions = {}): Promise<OpenFile> {
  const { within, expected } = options
  const realRoot = within === undefined ? undefined : await orUnreadable(within, realpath(within))
  const find = async (): Promise<string> => (within === undefined || realRoot === undefined ? path : resolveWithin(within, realRoot, path))
  const target = await find()
  const handle = await orUnreadable(path, open(target, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)))
  try {
    const stats = await orUnreadable(path, handle.stat({ bigint: true }))
    if (!stats.isFile()) throw new CilockError('ERR_FILE_UNREADABLE', `expected a regular file, found another kind at ${path}`)
    if (expected !== undefined && !isSameFile(stats, expected)) throw changed(path)
    if (followsLinks && !isSameFile(stats, await orUnreadable(path, lstat(target, { bigint: true })))) {
      throw new CilockError('ERR_FILE_UNREADABLE', `expected a readable regular file, found a symbolic link at ${path}`)
    }
    if (within !== undefined && !isSameFile(stats, await orUnreadable(path, lstat(await find(), { bigint: true })))) throw changed(path)
    return { handle, stats }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** @throws CilockError `ERR_FILE_CHANGED` when the open file is no longer what it was. */
export async function checkUnchanged(path: string, { handle, stats }: OpenFile, bytesRead: number): Promise<void> {
  const now = await orUnreadable(path, handle.stat({ bigint: true }))
  const isSame = BigInt(bytesRead) === stats.size && now.size === stats.size && now.mtimeNs === stats.mtimeNs && now.ctimeNs === stats.ctimeNs
  if (!isSame) throw changed(path)
}

/** Passes on what a file operation gives; its failure gets our code. */
export async function orUnreadable<T>(path: string, operation: Promise<T>): Promise<T> {
  try {
    return await operation
  } catch (error) {
    if (CilockError.is(error)) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    const found = code === 'ELOOP' || code === 'EMLINK' ? 'a symbolic link' : code
    throw new CilockError('ERR_FILE_UNREADABLE', `expected a readable regular file, found ${found} at ${path}`, { cause: error })
  }
}

async function resolveWithin(root: string, realRoot: string, path: string): Promise<string> {
  const lexical = resolve(root, path)
  // before anything is looked up: an answer about a path outside would tell what is there
  if (isOutside(resolve(root), lexical) && isOutside(realRoot, lexical)) throw outside(path, root)
  const real = await orUnreadable(path, realpath(lexical))
  if (isOutside(realRoot, real)) throw outside(path, root)
  return real
}

function isOutside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
}

function isSameFile(stats: BigIntStats, { dev, ino }: { readonly dev: number | bigint; readonly ino: number | bigint }): boolean {
  return typeof ino === 'bigint' ? stats.ino === ino && stats.dev === BigInt(dev) : Number(stats.ino) === ino && Number(stats.dev) === Number(dev)
}

function changed(path: string): CilockError {
  return new CilockError('ERR_FILE_CHANGED', `expected a file that stays as it is while it is read, found it changed or replaced: ${path}`)
}

function outside(path: string, root: string): CilockError {
  return new CilockError('ERR_FILE_OUTSIDE', `expected a path within ${root}, found one that leads out of it: ${path}`)
}
