import { CilockError } from '@cilock/core'
import { accessSync, constants, statSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import type { CommandRunErrorCode } from './error.ts'

/**
 * The file that a program's name stands for: a name with a slash is a path from the working directory, any other is
 * looked for on the PATH of the run. What is found through a relative entry of PATH is refused, as Go does: it would be
 * another program in another directory. On Windows the system looks for it.
 *
 * @throws CilockError `ERR_COMMAND_NOT_FOUND`, `ERR_COMMAND_NOT_EXECUTABLE`
 */
export function findProgram(name: string, workingDir: string, path: string | undefined): string {
  if (process.platform === 'win32') return name
  if (name.includes('/')) {
    const file = resolve(workingDir, name)
    const found = look(file)
    if (found === 'executable') return file
    throw found === 'absent' ? notFound(`no file ${name} from the working directory`) : notExecutable(name)
  }

  let refused: string | undefined
  for (const entry of path === undefined || path === '' ? [] : path.split(':')) {
    const file = join(resolve(workingDir, entry), name)
    const found = look(file)
    if (found === 'executable') {
      if (isAbsolute(entry)) return file
      throw notFound(`${name} is only found through ${JSON.stringify(entry)}, an entry of PATH that is relative`)
    }
    if (found === 'not executable') refused ??= file
  }
  throw refused === undefined ? notFound(`no ${name} on PATH`) : notExecutable(refused)
}

function look(file: string): 'executable' | 'not executable' | 'absent' {
  try {
    if (!statSync(file).isFile()) return 'not executable'
  } catch {
    return 'absent'
  }
  try {
    accessSync(file, constants.X_OK)
    return 'executable'
  } catch {
    return 'not executable'
  }
}

export function notFound(message: string, cause?: unknown): CilockError<CommandRunErrorCode> {
  return new CilockError('ERR_COMMAND_NOT_FOUND', `the command was not started: ${message}`, { cause })
}

export function notExecutable(file: string, cause?: unknown): CilockError<CommandRunErrorCode> {
  return new CilockError('ERR_COMMAND_NOT_EXECUTABLE', `the command was not started: ${file} cannot be executed`, { cause })
}
