import { AttestError, CilockError } from '@cilock/core'
import { internal } from './error.ts'
import { escapeLine, escapeLines } from './log.ts'

/** One line a failure: code and message; each attestor that failed gets its own. */
export function describeError(error: unknown): string {
  if (error instanceof AttestError) {
    return error.failed.map((each) => escapeLine(`${each.error?.code ?? error.code} ${each.attestor}: ${each.error?.message ?? ''}`)).join('\nerror: ')
  }
  if (CilockError.is(error)) return escapeLines(`${error.code} ${error.message}`)
  return escapeLines(`${internal} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
}
