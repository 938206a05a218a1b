import { readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { CilockError, dirHash } from '@cilock/core'
import type { DirHashEntry } from '@cilock/core'
import { hashFile } from '@cilock/core/node'
import type { CliErrorCode } from '../error.ts'

/**
 * The digest of a directory as a subject of verification: every file below it, links followed unless they lead to a
 * directory. One that leads outside, or nowhere, fails: what is outside is not what is let through.
 */
export async function directoryDigest(path: string): Promise<string> {
  const root = await realpath(path).catch((error: unknown) => {
    throw unreadable(path, error)
  })
  const entries: DirHashEntry[] = []
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) continue
    const target = await realpath(file).catch((error: unknown) => {
      throw unreadable(file, error)
    })
    if (target !== root && !target.startsWith(`${root}${sep}`)) throw new CilockError<CliErrorCode>('ERR_FILE', `${file} leads out of the directory`)
    if (!(await stat(target)).isFile()) continue
    const { sha256 = '' } = await hashFile(target, ['sha256'])
    entries.push({ name: relative(root, file).replaceAll(sep, '/'), sha256 })
  }
  return dirHash(entries)
}

function unreadable(path: string, cause: unknown): CilockError<CliErrorCode> {
  return new CilockError('ERR_FILE', `cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}
