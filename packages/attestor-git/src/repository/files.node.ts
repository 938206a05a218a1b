import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { CilockError } from '@cilock/core'
import { readUpTo } from '@cilock/core/node'
import type { GitErrorCode } from '../error.ts'

const maxBytes = 256 * 1024 * 1024

/**
 * The text of a file of a repository, or undefined where there is none. What is there and cannot be read is never taken
 * for missing: a repository without its references looks like one without commits.
 */
export async function readText(path: string): Promise<string | undefined> {
  const stats = await unlessMissing(path, stat(path))
  if (stats === undefined) return undefined
  // a pipe would be waited for
  if (!stats.isFile()) throw new CilockError<GitErrorCode>('ERR_REPOSITORY_BROKEN', `expected a file, found another kind at ${path}`)
  return new TextDecoder().decode(await readUpTo(path, maxBytes))
}

/** What a directory of a repository holds; nothing where it is missing. */
export async function list(path: string): Promise<readonly Dirent[]> {
  return (await unlessMissing(path, readdir(path, { withFileTypes: true }))) ?? []
}

export async function unlessMissing<T>(path: string, operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error'
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new CilockError('ERR_FILE_UNREADABLE', `cannot read ${path}: ${code}`, { cause: error })
  }
}
