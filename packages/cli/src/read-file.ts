import { CilockError } from '@cilock/core'
import { readUpTo } from '@cilock/core/node'
import type { CliErrorCode } from './error.ts'

/** As much as an envelope may have. */
const maxBytes = 256 * 1024 * 1024

/** Reads a file that a flag or an argument names. */
export async function readNamedFile(what: string, path: string): Promise<Uint8Array> {
  try {
    return await readUpTo(path, maxBytes)
  } catch (error) {
    if (CilockError.is(error) && error.code === 'ERR_LIMIT_EXCEEDED') throw error
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new CilockError<CliErrorCode>('ERR_FILE', `cannot read the ${what} ${path}: ${reason}`, { cause: error })
  }
}
