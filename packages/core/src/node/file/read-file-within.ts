import { CilockError } from '../../error.ts'
import { checkUnchanged, openRegularFile, orUnreadable } from './open-regular-file.ts'
import type { OwnBytes } from '../../bytes/own-bytes.ts'

/** Bounds on the file. */
export interface ReadFileWithinOptions {
  /** How many bytes the file may have. Default: 256 MiB. */
  readonly maxBytes?: number
}

/**
 * Reads a file that lies in a directory, also after all links are resolved. Relative paths start in `root`.
 *
 * @throws CilockError `ERR_FILE_OUTSIDE`, `ERR_FILE_UNREADABLE`, `ERR_FILE_CHANGED`, `ERR_LIMIT_EXCEEDED`.
 */
export async function readFileWithin(root: string, path: string, options: ReadFileWithinOptions = {}): Promise<OwnBytes> {
  const { maxBytes = 256 * 1024 * 1024 } = options
  const file = await openRegularFile(path, { within: root })
  try {
    if (file.stats.size > maxBytes) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${maxBytes} bytes (maxBytes), found ${file.stats.size} in ${path}`)
    // one byte more than the file has, to see one that grows
    const buffer = new Uint8Array(Number(file.stats.size) + 1)
    let length = 0
    while (length < buffer.length) {
      const { bytesRead } = await orUnreadable(path, file.handle.read(buffer, length, buffer.length - length, null))
      if (bytesRead === 0) break
      length += bytesRead
    }
    await checkUnchanged(path, file, length)
    return buffer.slice(0, length)
  } finally {
    await file.handle.close()
  }
}
