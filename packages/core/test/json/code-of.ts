import { CilockError } from '@cilock/core'

/** The code and message that something is refused with. */
export function refusalOf(work: () => unknown): { readonly code: string; readonly message: string } {
  try {
    work()
  } catch (error) {
    if (CilockError.is(error)) return { code: error.code, message: error.message }
    throw error
  }
  throw new TypeError('expected a refusal, but it was accepted')
}
