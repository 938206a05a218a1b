import { CilockError } from '@cilock/core'
import { CosignError } from '../error.ts'
import type { CosignRefusalCode } from '../report.ts'

const codes: ReadonlySet<string> = new Set<CosignRefusalCode>([
  'ERR_ENTRY_MALFORMED',
  'ERR_BUNDLE_VERSION',
  'ERR_LIMIT_EXCEEDED',
  'ERR_ENTRY_UNREADABLE',
  'ERR_SIGNATURE_MISSING',
  'ERR_SIGNATURE_INVALID',
  'ERR_KEYLESS_UNSUPPORTED',
  'ERR_PAYLOAD_TYPE',
  'ERR_PAYLOAD_MALFORMED',
  'ERR_STATEMENT_TYPE',
  'ERR_PREDICATE_TYPE',
  'ERR_DOCUMENT_TYPE',
  'ERR_SUBJECT_MISMATCH',
  'ERR_ANNOTATION_MISMATCH',
])

/** Why an entry is not accepted. */
export interface Refusal {
  readonly code: CosignRefusalCode
  readonly message: string
  readonly cause?: unknown
}

/** What was thrown while an entry was judged, as a refusal; whatever is no refusal is thrown on. */
export function refusalOf(error: unknown): Refusal {
  if (!CilockError.is(error) || !isRefusalCode(error.code)) throw error
  return { code: error.code, message: error.message, ...(error.cause !== undefined && { cause: error.cause }) }
}

/** An entry that could not be read: a reason of its own, or what the store threw. */
export function unreadable(cause: unknown): Refusal {
  if (cause instanceof CosignError && isRefusalCode(cause.code)) return refusalOf(cause)
  if (CilockError.is(cause) && cause.code === 'ERR_LIMIT_EXCEEDED') return { code: 'ERR_LIMIT_EXCEEDED', message: cause.message, cause }
  return { code: 'ERR_ENTRY_UNREADABLE', message: `it is listed and cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause }
}

function isRefusalCode(code: string): code is CosignRefusalCode {
  return codes.has(code)
}
