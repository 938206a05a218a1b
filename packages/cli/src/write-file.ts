import { randomBytes } from 'node:crypto'
import { access, constants, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CilockError } from '@cilock/core'
import { usage } from './error.ts'
import type { CliErrorCode } from './error.ts'

/**
 * Writes a whole file or none: beside its place first, then renamed, so that a failed run leaves no half of an envelope.
 * As with the Go tools a symbolic link is followed and a file keeps its mode; a new one gets `mode`, less what the process's
 * mask takes away. What is no file, such as `/dev/null` or a pipe, is written to and never replaced.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array, mode = 0o666): Promise<void> {
  try {
    const found = await stat(path).catch(ifMissing)
    if (found === undefined) await replace(path, mode, bytes)
    else if (found.isFile()) await replace(await realpath(path), found.mode & 0o777, bytes, true)
    else await writeFile(path, bytes)
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** Finds out before a long run whether its result will have a place. */
export async function requireWritable(path: string): Promise<void> {
  try {
    const found = await stat(path).catch(ifMissing)
    if (found?.isDirectory() === true) throw unwritable(path, 'it is a directory')
    if (found === undefined || found.isFile()) await access(dirname(found === undefined ? path : await realpath(path)), constants.W_OK | constants.X_OK)
  } catch (error) {
    throw CilockError.is(error) ? error : unwritable(path, error)
  }
}

/** A slip must not replace what the result is made with or judged by: of a private key there may be no other copy. */
export async function requireApart(output: string, inputs: readonly string[]): Promise<void> {
  const place = async (path: string) => stat(path).catch(() => undefined)
  const found = await place(output)
  if (found?.isFile() !== true) return
  for (const input of inputs) {
    const other = await place(input)
    if (other?.ino === found.ino && other.dev === found.dev) throw usage(`${output} is to be read, and would be written over: name another place for the result`)
  }
}

async function replace(path: string, mode: number, bytes: Uint8Array, keepMode = false): Promise<void> {
  // not after the file's own name, which may be as long as names may be
  const part = join(dirname(path), `.cilock-${randomBytes(6).toString('hex')}.part`)
  try {
    const file = await open(part, 'wx', mode)
    try {
      // what is not there yet gets the mode that the process's mask allows
      if (keepMode) await file.chmod(mode)
      await file.writeFile(bytes)
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

function ifMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}

function unwritable(path: string, cause: unknown): CilockError<CliErrorCode> {
  return new CilockError('ERR_FILE', `cannot write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}
