import { CilockError } from '@cilock/core'
import type { CallOptions } from '@cilock/registry'

/** How many requests are under way at the same time. */
export const requestsAtOnce = 8

/** What a store is called with. */
export function callOptions(signal: AbortSignal | undefined): CallOptions {
  return signal === undefined ? {} : { signal }
}

/** What a store threw, unless the caller has had enough: that ends all. */
export function unlessAborted(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true || (CilockError.is(error) && error.code === 'ERR_ABORTED') || error instanceof TypeError) throw error
  return error
}

/** Whether a store said that there is no such thing, which nothing else may be taken for. */
export function isNotFound(error: unknown): boolean {
  return CilockError.is(error) && error.code === 'ERR_REGISTRY_NOT_FOUND'
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
