import { closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { CilockError } from '../../error.ts'
import type { OwnBytes } from '../../bytes/own-bytes.ts'

const chunkSize = 256 * 1024

/** Up to this many bytes a file is read at once: that takes less time than one turn in the thread pool, of which there would be four. */
const atOnce = 1024 * 1024

/**
 * Reads a file that the caller names: links, pipes and devices are fine, as shells and orchestrators hand things over so,
 * but never more than `maxBytes` are read.
 *
 * @throws CilockError `ERR_FILE_UNREADABLE`, `ERR_LIMIT_EXCEEDED`.
 */
export async function readUpTo(path: string, maxBytes: number): Promise<OwnBytes> {
  let bytes: OwnBytes
  try {
    bytes = readSmallFile(path, Math.min(atOnce, maxBytes)) ?? (await readInPieces(path, maxBytes + 1))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CilockError('ERR_FILE_UNREADABLE', `cannot read ${JSON.stringify(path)}: ${reason}`, { cause })
  }
  if (bytes.length > maxBytes) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${maxBytes} bytes in ${JSON.stringify(path)}, found more`)
  return bytes
}

/** Undefined for what is no small regular file, or grows: a pipe has to be waited for, and a size of nothing may be that of `/proc`. */
function readSmallFile(path: string, most: number): OwnBytes | undefined {
  const stats = statSync(path)
  if (!stats.isFile() || stats.size === 0 || stats.size > most) return undefined
  const buffer = new Uint8Array(stats.size + 1)
  // never waits, whatever takes the file's place meanwhile
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    let length = 0
    while (length < buffer.length) {
      const bytesRead = readSync(file, buffer, length, buffer.length - length, null)
      if (bytesRead === 0) return buffer.slice(0, length)
      length += bytesRead
    }
    return undefined
  } finally {
    closeSync(file)
  }
}

/** Up to so many bytes of whatever the path leads to. */
async function readInPieces(path: string, most: number): Promise<OwnBytes> {
  // loaded for those who need it: a program that reads four small files starts sooner
  const { open } = await import('node:fs/promises')
  const chunks: Uint8Array[] = []
  let length = 0
  const file = await open(path)
  try {
    while (length < most) {
      const { buffer, bytesRead } = await file.read(new Uint8Array(Math.min(chunkSize, most - length)))
      if (bytesRead === 0) break
      chunks.push(buffer.subarray(0, bytesRead))
      length += bytesRead
    }
  } finally {
    await file.close()
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
