import { CilockError, searchKeysIn } from '@cilock/core'
import type { Envelope, SearchKeys } from '@cilock/core'

/** By what an envelope is found. A source may find too much; what holds no statement is nobody's evidence. */
export function keysOf(envelope: Envelope): SearchKeys | undefined {
  try {
    return searchKeysIn(envelope)
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}
