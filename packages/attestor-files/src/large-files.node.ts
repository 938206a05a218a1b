import { closeSync } from 'node:fs'
import { readLargeFile } from './read-file.node.ts'
import type { FileContent, LargeFile } from './read-file.node.ts'
import { sha256InThreads, usableThreads } from './sha256-threads.node.ts'
import type { FoundFile } from './walk.node.ts'

/** Hashing less than this takes less time than to start threads for it: each costs some thirty milliseconds. */
const minThreadedBytes = 64 * 2 ** 20

/** Smaller files are hashed where they are found, so that descriptors are not held for many of them. */
const minWaitingBytes = 4 * 2 ** 20

/** How many files wait at most, each of them open. */
const maxWaiting = 64

/** Files that are hashed several at a time, if that is faster. */
export interface LargeFileQueue {
  /** Takes a file over, which is read now or later. */
  readonly add: (large: LargeFile) => Promise<void>
  /** Reads all that still wait. */
  readonly finish: () => Promise<void>
  /** Closes what was not read. */
  readonly close: () => void
}

/**
 * Lets large files wait for each other, open, and hashes them in threads of their own: SHA-256 of one file takes one
 * processor, of several files as many as there are. Files that are few or not that large after all, and other algorithms,
 * are read one after the other.
 */
export function largeFileQueue(algorithms: readonly string[], signal: AbortSignal, onFile: (file: FoundFile, content: FileContent) => void): LargeFileQueue {
  const isThreadable = algorithms.length === 1 && algorithms[0] === 'sha256' && usableThreads() > 1
  const waiting: LargeFile[] = []

  async function read(large: LargeFile, sha256?: string): Promise<void> {
    onFile(large.file, await readLargeFile(large, algorithms, signal, sha256 === undefined ? undefined : { sha256 }))
  }

  async function finish(): Promise<void> {
    const files = waiting.map(({ fd, stats: { size } }) => ({ fd, size }))
    const isWorthIt = files.length > 1 && files.reduce((sum, { size }) => sum + size, 0) >= minThreadedBytes
    const digests = isWorthIt ? await sha256InThreads(files, signal) : []
    for (let index = 0, large = waiting.shift(); large !== undefined; index++, large = waiting.shift()) await read(large, digests[index])
  }

  return {
    async add(large) {
      if (!isThreadable || large.stats.size < minWaitingBytes) return read(large)
      waiting.push(large)
      if (waiting.length === maxWaiting) await finish()
    },
    finish,
    close() {
      for (const { fd } of waiting.splice(0)) closeSync(fd)
    },
  }
}
