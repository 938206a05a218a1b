import { readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { CilockError, dirHash } from '@cilock/core'
import type { DirHashEntry } from '@cilock/core'
import { hashFile } from '@cilock/core/node'
import { isInside } from './inside.ts'

/**
 * The digest of a directory (`dirHash`): every file below it, links followed unless they lead to a directory. Pipes,
 * sockets and devices are passed over.
 *
 * @throws CilockError `ERR_FILE_UNREADABLE`, also for a link that leads nowhere; `ERR_FILE_OUTSIDE` for one that leads
 * out of the directory: what is outside is not what the digest is of; `ERR_FILE_CHANGED`; `ERR_ABORTED`.
 */
export async function directoryDigest(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<string> {
  const root = await readable(path, realpath(path))
  const entries: DirHashEntry[] = []
  for (const entry of await readable(path, readdir(root, { withFileTypes: true, recursive: true }))) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) continue
    const target = await readable(file, realpath(file))
    if (!isInside(root, target, sep)) throw new CilockError('ERR_FILE_OUTSIDE', `expected files of the directory, found the link ${file}, which leads out of it`)
    if (!(await readable(file, stat(target))).isFile()) continue
    const { sha256 = '' } = await hashFile(target, ['sha256'], options)
    entries.push({ name: relative(root, file).replaceAll(sep, '/'), sha256 })
  }
  return dirHash(entries)
}

async function readable<T>(path: string, operation: Promise<T>): Promise<T> {
  return operation.catch((error: unknown) => {
    throw new CilockError('ERR_FILE_UNREADABLE', `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  })
}
