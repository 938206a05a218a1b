import { CilockError } from '../../error.ts'
import { findProgram } from './find-program.ts'
import type { CoreErrorCode } from '../../error.ts'

/**
 * The file to start for a command's name, looked for on the PATH of the run. On Windows the system looks for it.
 *
 * @throws CilockError `ERR_COMMAND_NOT_FOUND`, `ERR_COMMAND_NOT_EXECUTABLE`
 */
export function programFile(name: string, workingDir: string, path: string | undefined): string {
  if (process.platform === 'win32') return name
  const lookup = findProgram(name, workingDir, path)
  switch (lookup.found) {
    case 'executable':
      return lookup.file
    case 'not-executable':
      throw notExecutable(lookup.file)
    case 'relative-entry':
      throw notFound(`${name} is only found through ${JSON.stringify(lookup.entry)}, an entry of PATH that is relative`)
    case 'absent':
      throw notFound(name.includes('/') ? `no file ${name} from the working directory` : `no ${name} on PATH`)
  }
}

export function notFound(message: string, cause?: unknown): CilockError<CoreErrorCode> {
  return new CilockError('ERR_COMMAND_NOT_FOUND', `the command was not started: ${message}`, { cause })
}

export function notExecutable(file: string, cause?: unknown): CilockError<CoreErrorCode> {
  return new CilockError('ERR_COMMAND_NOT_EXECUTABLE', `the command was not started: ${file} cannot be executed`, { cause })
}
