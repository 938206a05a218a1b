import { CilockError } from '@cilock/core'

/** How many at a time, and until when. */
export interface ParallelOptions {
  /** Pieces of work that are under way at the same time at most. */
  readonly limit: number
  /** Ends it with `ERR_ABORTED`, at once: what is under way is not waited for. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Does the same with each item, some at a time, and gives the results in the order of the items. Items that are still to
 * come, such as the pages of an answer, are asked for only when there is room for them. The first failure ends it: nothing is
 * begun after it, and it is what is thrown.
 *
 * @throws CilockError `ERR_ABORTED`; TypeError for a limit that is no positive integer; what the work throws
 * @example
 * const bodies = await inParallel(urls, { limit: 8 }, async (url) => (await fetch(url)).text())
 */
export async function inParallel<T, R>(items: Iterable<T> | AsyncIterable<T>, { limit, signal }: ParallelOptions, work: (item: T) => Promise<R>): Promise<readonly R[]> {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new TypeError(`inParallel: limit has to be a positive integer, not ${String(limit)}`)
  if (signal?.aborted === true) throw aborted(signal)
  const iterator = iteratorOf(items)
  const results: R[] = []
  let hasFailed = false
  let taken = 0
  const worker = async (): Promise<void> => {
    for (;;) {
      if (hasFailed) return
      const next = await iterator.next()
      // another one may have failed while the item was waited for
      if (hasFailed || next.done === true) return
      const index = taken++
      results[index] = await work(next.value)
    }
  }
  try {
    await untilAborted(Promise.all(Array.from({ length: limit }, worker)), signal)
    return results
  } catch (error) {
    hasFailed = true
    // nobody waits for what is left of the items, and whether they like to be left is of no interest
    const leave = async (): Promise<unknown> => iterator.return?.()
    leave().catch(() => undefined)
    throw error
  }
}

function iteratorOf<T>(items: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  let stop = (): void => undefined
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(aborted(signal))
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function aborted(signal: AbortSignal): CilockError {
  return new CilockError('ERR_ABORTED', 'the caller ended it', { cause: signal.reason })
}
