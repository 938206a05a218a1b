import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CilockError } from '@cilock/core'
import type { CliErrorCode } from './error.ts'

/** Writes a whole file or none: beside its place first, then renamed, so that a failed run leaves no half of an envelope. */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`)
  try {
    const file = await open(part, 'wx', 0o644)
    try {
      await file.writeFile(bytes)
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    const reason = error instanceof Error ? error.message : String(error)
    throw new CilockError<CliErrorCode>('ERR_FILE', `cannot write ${path}: ${reason}`, { cause: error })
  }
}
