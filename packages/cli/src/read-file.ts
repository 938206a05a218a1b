import { readFile } from 'node:fs/promises'
import { CilockError } from '@cilock/core'
import type { CliErrorCode } from './error.ts'

/** Reads a file that a flag or an argument names. */
export async function readNamedFile(what: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CilockError<CliErrorCode>('ERR_FILE', `cannot read the ${what} ${path}: ${reason}`, { cause: error })
  }
}
