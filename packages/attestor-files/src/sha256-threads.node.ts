import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

/** More threads than this wait for memory and disks more than they hash. */
const maxThreads = 8

/** A text and no module of its own, so that it is there in a bundle of one file, too. Places are given: what is read leaves the descriptor as it was. */
const source = `
const { createHash } = require('node:crypto')
const { readSync } = require('node:fs')
const { parentPort } = require('node:worker_threads')
const buffer = Buffer.allocUnsafe(2 ** 20)
parentPort.on('message', ({ fd, size }) => {
  try {
    const hash = createHash('sha256')
    let length = 0
    while (length <= size) {
      const bytesRead = readSync(fd, buffer, 0, buffer.length, length)
      if (bytesRead === 0) break
      length += bytesRead
      hash.update(buffer.subarray(0, bytesRead))
    }
    parentPort.postMessage(length === size ? hash.digest('hex') : undefined)
  } catch {
    parentPort.postMessage(undefined)
  }
})
`

/** How many threads could hash at the same time. Runtimes that imitate Node number open files by thread. */
export function usableThreads(): number {
  return 'bun' in process.versions || 'deno' in process.versions ? 1 : Math.min(availableParallelism(), maxThreads)
}

/**
 * SHA-256 of open files, several at a time, each in a thread. A file that is undefined in the answer was not hashed,
 * because it could not be read, has another size or there are no threads to be had: whoever asks reads it himself, and
 * finds out. After an abort nothing reads the files any more.
 */
export async function sha256InThreads(files: readonly { readonly fd: number; readonly size: number }[], signal: AbortSignal): Promise<readonly (string | undefined)[]> {
  const digests: (string | undefined)[] = files.map(() => undefined)
  const workers: Worker[] = []
  const queue = files.entries()
  const work = async (worker: Worker): Promise<void> => {
    const ended = new AbortController()
    worker.once('exit', () => ended.abort())
    const stopped = AbortSignal.any([signal, ended.signal])
    for (const [index, { fd, size }] of queue) {
      const answered = once(worker, 'message', { signal: stopped })
      worker.postMessage({ fd, size }, [])
      const [answer] = (await answered) as readonly unknown[]
      if (typeof answer === 'string') digests[index] = answer
    }
  }
  try {
    // Neither the environment nor the loaders of this process are theirs.
    while (workers.length < Math.min(files.length, usableThreads())) {
      const worker = new Worker(source, { eval: true, env: {}, execArgv: [] })
      // Heard where an answer is awaited; one that nobody hears would end the process.
      worker.on('error', () => {})
      workers.push(worker)
    }
    await Promise.allSettled(workers.map(work))
  } catch {
    // Threads may be forbidden.
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return digests
}
