import { CilockError } from '@cilock/core'
import { ImageError } from './error.ts'

/** How many requests are under way at the same time. */
export const requestsAtOnce = 8

/** What stores are called with. */
export function callOptions(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}

/** What a store threw, unless the caller has had enough or is at fault: that ends all. */
export function unlessAborted(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) throw new ImageError('ERR_ABORTED', 'the caller ended it', { cause: signal.reason })
  if ((CilockError.is(error) && error.code === 'ERR_ABORTED') || error instanceof TypeError) throw error
  return error
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'something that is no error'
}

/** As `code: message`, where there is a code. */
export function describeError(error: unknown): string {
  return CilockError.is(error) ? `${error.code} ${error.message}` : messageOf(error)
}
