import { CilockError, hashBytes, hashStream } from '@cilock/core'
import type { DigestSet } from '@cilock/core'
import { closeSync, constants, fstatSync, openSync, read, readSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { promisify } from 'node:util'
import type { FoundFile } from './walk.node.ts'
import { codeOf, unreadable } from './walk.node.ts'

/** What one reading of a file gave. */
export interface FileContent {
  readonly digests: DigestSet
  /** The beginning: 3072 bytes, or all of a shorter file. Good until the next file is read. A directory has none. */
  readonly head?: () => Uint8Array
  readonly modifiedMs: number
}

/** A file of more than 1 MiB, open for reading. Whoever has it hands it to `readLargeFile` or closes it. */
export interface LargeFile {
  readonly fd: number
  readonly file: FoundFile
  readonly stats: Stats
}

const headLength = 3072
const chunkSize = 2 ** 20
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
const readAsync = promisify(read)

/**
 * A reader that shares its buffer between files. Files of up to 1 MiB are read synchronously: handing each to another
 * thread takes many times as long as hashing it. Larger ones are opened alone.
 *
 * The file is opened without following links or waiting for pipes, and has to be the same, by size and times, before and
 * after.
 *
 * What it gives throws CilockError `ERR_FILE_UNREADABLE`, `ERR_FILE_CHANGED` (also when the file has vanished, or is
 * no file any more).
 */
export function fileReader(algorithms: readonly string[]): (file: FoundFile) => FileContent | LargeFile {
  // One byte more than is hashed at once, to see a file that grows.
  const buffer = Buffer.allocUnsafe(chunkSize + 1)
  let length = 0
  // One for all files: to make one for each takes longer than much of what is done with a small file.
  const head = (): Uint8Array => buffer.subarray(0, Math.min(length, headLength))

  return (file) => {
    const fd = openFile(file)
    let isLarge = false
    try {
      const stats = fstatSync(fd)
      if (!stats.isFile()) throw changed(file)
      isLarge = stats.size > chunkSize
      return isLarge ? { fd, file, stats } : small(fd, file, stats)
    } catch (error) {
      throw CilockError.is(error) ? error : unreadable(file.path, error)
    } finally {
      if (!isLarge) closeSync(fd)
    }
  }

  function small(fd: number, file: FoundFile, stats: Stats): FileContent {
    length = 0
    while (length <= stats.size) {
      const bytesRead = readSync(fd, buffer, length, stats.size + 1 - length, null)
      length += bytesRead
      if (bytesRead === 0 || length === stats.size) break
    }
    if (length !== stats.size) throw changed(file)
    const digests = hashBytes(buffer.subarray(0, length), algorithms)
    checkUnchanged(fd, file, stats)
    return { digests, head, modifiedMs: stats.mtimeMs }
  }
}

/**
 * Reads a large file ahead while it is hashed, unless its digests are `known` already, and closes it. It has to be what
 * it was when it was opened.
 *
 * @throws CilockError `ERR_FILE_UNREADABLE`, `ERR_FILE_CHANGED`, `ERR_ABORTED`.
 */
export async function readLargeFile({ fd, file, stats }: LargeFile, algorithms: readonly string[], signal: AbortSignal, known?: DigestSet): Promise<FileContent> {
  try {
    const head = Buffer.alloc(headLength)
    readSync(fd, head, 0, headLength, 0)
    const digests = known ?? (await hashStream(chunks(fd), algorithms, { length: stats.size, signal }))
    checkUnchanged(fd, file, stats)
    return { digests, head: () => head, modifiedMs: stats.mtimeMs }
  } catch (error) {
    if (CilockError.is(error)) throw error.code === 'ERR_EVIDENCE_INVALID' ? changed(file, error) : error
    throw unreadable(file.path, error)
  } finally {
    closeSync(fd)
  }
}

/** Reads the next piece while the one before is hashed. */
async function* chunks(fd: number): AsyncGenerator<Uint8Array, void, undefined> {
  let ready = Buffer.allocUnsafe(chunkSize)
  let filling = Buffer.allocUnsafe(chunkSize)
  let { bytesRead } = await readAsync(fd, ready, 0, chunkSize, null)
  while (bytesRead > 0) {
    const next = readAsync(fd, filling, 0, chunkSize, null)
    try {
      yield ready.subarray(0, bytesRead)
    } finally {
      // Also when the consumer gives up: the descriptor may not be closed under a read.
      ;({ bytesRead } = await next)
    }
    ;[ready, filling] = [filling, ready]
  }
}

function openFile(file: FoundFile): number {
  try {
    return openSync(file.location, flags)
  } catch (error) {
    const code = codeOf(error)
    // It was a file when its directory was listed.
    throw code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR' || code === 'ENXIO' ? changed(file, error) : unreadable(file.path, error)
  }
}

function checkUnchanged(fd: number, file: FoundFile, before: Stats): void {
  const { size, mtimeMs, ctimeMs } = fstatSync(fd)
  if (size !== before.size || mtimeMs !== before.mtimeMs || ctimeMs !== before.ctimeMs) throw changed(file)
}

function changed({ path }: FoundFile, cause?: unknown): CilockError {
  return new CilockError('ERR_FILE_CHANGED', `expected ${path} to stay as it is while it is read, found it changed, replaced or gone`, { cause })
}
