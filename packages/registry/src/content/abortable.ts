import { RegistryError } from '../error.ts'

/**
 * Hands pieces on until somebody stops it. Who makes them may be stuck and never hear of it: nobody waits for that one.
 *
 * @throws RegistryError `ERR_ABORTED`
 */
export async function* abortable(pieces: AsyncIterable<Uint8Array>, what: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  if (signal === undefined) return yield* pieces
  const iterator = pieces[Symbol.asyncIterator]()
  let stop = (): void => undefined
  const stopped = new Promise<'stopped'>((resolve) => {
    stop = () => resolve('stopped')
  })
  signal.addEventListener('abort', stop)
  let isDone = false
  try {
    for (;;) {
      const next = signal.aborted ? 'stopped' : await Promise.race([iterator.next(), stopped])
      if (next === 'stopped') throw new RegistryError('ERR_ABORTED', `${what} was stopped`, { cause: signal.reason })
      isDone = next.done === true
      if (next.done === true) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', stop)
    if (!isDone) void iterator.return?.().catch(() => undefined)
  }
}
