import { AttestError, CilockError, escapeLine, withoutLogCommands } from '@cilock/core'
import { internal } from './error.ts'
import { escapeLines } from './log.ts'

/** One line a failure: code and message; each attestor that failed gets its own. */
export function describeError(error: unknown): string {
  return withoutLogCommands(linesOf(error))
}

function linesOf(error: unknown): string {
  if (error instanceof AttestError) {
    return error.failed.map((each) => escapeLine(`${each.error?.code ?? error.code} ${each.attestor}: ${each.error?.message ?? ''}`)).join('\nerror: ')
  }
  if (CilockError.is(error)) return escapeLines(`${error.code} ${messageOf(error)}`)
  return escapeLines(`${internal} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
}

/** What an error says, and what led to it where it does not say that itself. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message, cause } = error
  return CilockError.is(cause) && !message.includes(cause.message) ? `${message}: ${cause.code} ${messageOf(cause)}` : message
}
