import type { CilockError } from '@cilock/core'
import { x509Error, type X509ErrorCode } from '../error.ts'

/** The refusal of a certificate that is not in its form: what was expected, and where it matters what was found. */
export function malformed(expected: string, found = 'another structure'): CilockError<X509ErrorCode> {
  return x509Error('ERR_CERTIFICATE_MALFORMED', `certificate: expected ${expected}, found ${found}`)
}

/** A value that a reader gives as undefined when it is not there in its one form. */
export function need<T>(value: T | undefined, expected: string): T {
  if (value === undefined) throw malformed(expected)
  return value
}

/** @throws CilockError when something is left to read */
export function needEnd(reader: { readonly empty: boolean }, where: string): void {
  if (!reader.empty) throw malformed(`the end of ${where}`, 'more')
}
