import { CilockError } from '@cilock/core'

/** The codes of the command line itself; everything else keeps the code of the package that refused. */
export type CliErrorCode =
  // a flag, its value or an argument is wrong; nothing was done
  | 'ERR_USAGE'
  // a flag or command of the Go tools that this version does not bring
  | 'ERR_NOT_SUPPORTED'
  // a file could not be read or written
  | 'ERR_FILE'
  // the wrapped command ended with a code other than 0
  | 'ERR_COMMAND_FAILED'
  // a token that a store wants was not to be had
  | 'ERR_TOKEN'
  // something threw that no package gave a code to: a bug here
  | 'ERR_INTERNAL'

/** The code of an error: its own, or that of a bug. */
export function codeOf(error: unknown): string {
  return CilockError.is(error) ? error.code : internal
}

export const internal: CliErrorCode = 'ERR_INTERNAL'

export function usage(message: string): CilockError<CliErrorCode> {
  return new CilockError('ERR_USAGE', message)
}

export function notSupported(what: string, why: string): CilockError<CliErrorCode> {
  return new CilockError('ERR_NOT_SUPPORTED', `${what} is known from the Go tool but not supported here: ${why}`)
}
