import { checkAlgorithms } from '../../digest/algorithms.ts'
import type { DigestSet } from '../../digest/digest-set.ts'
import { createDigester } from '../../digest/digester.ts'
import { CilockError } from '../../error.ts'
import { checkUnchanged, openRegularFile, orUnreadable, type OpenFileOptions } from './open-regular-file.ts'

/** Where the file has to lie, and who watches it being read. */
export interface HashFileOptions extends OpenFileOptions {
  /** Stops between two pieces. */
  readonly signal?: AbortSignal
  /** Sees each piece as it is read, in order; the bytes are only good during the call. */
  readonly onChunk?: (chunk: Uint8Array) => void
}

const chunkSize = 256 * 1024

/**
 * Digests of a file, read once and in pieces whatever its size and however many algorithms. A link at the end of the path
 * is refused (with `within`: one that leads outside). A file that is written to meanwhile is refused, as far as its size and times show it.
 * Without `algorithms` SHA-256 alone, as `attest()`.
 *
 * @example
 * ```ts
 * await hashFile('dist/app.js') // { sha256: '…' }
 * ```
 * @throws CilockError `ERR_FILE_UNREADABLE` (absent, no permission, no regular file), `ERR_FILE_CHANGED`,
 * `ERR_FILE_OUTSIDE` (with `within`), `ERR_DIGEST_INVALID` (unknown algorithm), `ERR_ABORTED`.
 */
export async function hashFile(path: string, algorithms: readonly string[] = ['sha256'], options: HashFileOptions = {}): Promise<DigestSet> {
  const names = checkAlgorithms(algorithms)
  const file = await openRegularFile(path, options)
  try {
    const digester = createDigester(names, Number(file.stats.size))
    const buffer = new Uint8Array(Math.max(1, Math.min(chunkSize, Number(file.stats.size) + 1)))
    let length = 0
    for (;;) {
      if (options.signal?.aborted === true) throw new CilockError('ERR_ABORTED', `hashing of ${path} was stopped`, { cause: options.signal.reason })
      const { bytesRead } = await orUnreadable(path, file.handle.read(buffer, 0, buffer.length, null))
      if (bytesRead === 0) break
      length += bytesRead
      // a file that grows as fast as it is read would have no end
      if (length > file.stats.size) break
      const chunk = buffer.subarray(0, bytesRead)
      digester.update(chunk)
      options.onChunk?.(chunk)
    }
    await checkUnchanged(path, file, length)
    return digester.digests()
  } finally {
    await file.handle.close()
  }
}
