import { open } from 'node:fs/promises'
import { CilockError } from '../../error.ts'
import type { OwnBytes } from '../../bytes/own-bytes.ts'

const chunkSize = 256 * 1024

/**
 * Reads a file that the caller names: links, pipes and devices are fine, as shells and orchestrators hand things over so,
 * but never more than `maxBytes` are read.
 *
 * @throws CilockError `ERR_FILE_UNREADABLE`, `ERR_LIMIT_EXCEEDED`.
 */
export async function readUpTo(path: string, maxBytes: number): Promise<OwnBytes> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    const file = await open(path)
    try {
      while (length <= maxBytes) {
        const { buffer, bytesRead } = await file.read(new Uint8Array(Math.min(chunkSize, maxBytes + 1 - length)))
        if (bytesRead === 0) break
        chunks.push(buffer.subarray(0, bytesRead))
        length += bytesRead
      }
    } finally {
      await file.close()
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CilockError('ERR_FILE_UNREADABLE', `cannot read ${JSON.stringify(path)}: ${reason}`, { cause })
  }
  if (length > maxBytes) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${maxBytes} bytes in ${JSON.stringify(path)}, found more`)
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
