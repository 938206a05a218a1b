import { closeSync, constants as flags, fstatSync, openSync, readSync } from 'node:fs'
import { CilockError } from '@cilock/core'
import type { GitErrorCode } from '../../error.ts'

/** A file of which ranges are read: a pack may be larger than the memory. */
export interface Ranges {
  readonly size: number
  /** All of these bytes; a range that leads out of the file is refused. */
  readonly read: (at: number, length: number) => Buffer
  /** What is wrong with the file, `ERR_REPOSITORY_BROKEN`. */
  readonly broken: (why: string, cause?: unknown) => CilockError<GitErrorCode>
}

/**
 * Opens a file for as long as it is used; undefined where there is none (any more). Read in one thread: an object takes a dozen reads of a few bytes, each of which
 * takes less time than a turn in the thread pool.
 *
 * @throws CilockError `ERR_REPOSITORY_BROKEN` for what is no file, `ERR_FILE_UNREADABLE`
 */
export function withRanges<T>(path: string, use: (file: Ranges) => T): T | undefined {
  const broken: Ranges['broken'] = (why, cause) => new CilockError('ERR_REPOSITORY_BROKEN', `cannot read ${JSON.stringify(path)}: ${why}`, { cause })
  const file = unlessUnreadable(path, () => openSync(path, flags.O_RDONLY | (flags.O_NONBLOCK ?? 0)))
  if (file === undefined) return undefined
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) throw broken('expected a file, found another kind')
    const read = (at: number, length: number): Buffer => {
      if (at < 0 || length < 0 || at + length > stats.size) throw broken(`expected ${length} bytes at ${at}, found the end of the file at ${stats.size}`)
      const bytes = Buffer.alloc(length)
      let done = 0
      while (done < length) {
        const more = unlessUnreadable(path, () => readSync(file, bytes, done, length - done, at + done))
        if (more === undefined || more === 0) throw broken(`expected ${length} bytes at ${at}, found the end of the file after ${done}`)
        done += more
      }
      return bytes
    }
    return use({ size: stats.size, read, broken })
  } finally {
    closeSync(file)
  }
}

function unlessUnreadable<T>(path: string, operation: () => T): T | undefined {
  try {
    return operation()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'an unknown error'
    if (code === 'ENOENT') return undefined
    throw new CilockError('ERR_FILE_UNREADABLE', `cannot read ${path}: ${code}`, { cause })
  }
}
