import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { sep } from 'node:path'
import { CilockError } from '@cilock/core'

/** Text; bytes where they are not UTF-8, which git's names need not be. */
export type Path = string | Buffer

/** An entry of a directory. */
export interface WalkedEntry {
  readonly name: string
  readonly path: Path
  readonly folder: Path
  readonly entry: Pick<Dirent, 'isDirectory' | 'isFile' | 'isSocket' | 'isSymbolicLink'>
}

/** Directories that are listed at a time. */
const atOnce = 32

/**
 * Visits everything beneath a directory, and goes into what the visitor says is a directory to go into. What cannot be
 * listed is passed over: git cannot look into it either.
 *
 * @throws CilockError `ERR_ABORTED`
 */
export async function walk(top: string, signal: AbortSignal, visit: (found: WalkedEntry) => Promise<boolean> | boolean): Promise<void> {
  const pending: Path[] = [top]
  while (pending.length > 0) {
    if (signal.aborted) throw new CilockError('ERR_ABORTED', 'looking through the repository was stopped', { cause: signal.reason })
    for (const entries of await Promise.all(pending.splice(-atOnce).map(entriesOf))) {
      for (const found of entries) {
        const enters = visit(found)
        // of most nothing has to be waited for, and there are many
        if (typeof enters === 'boolean' ? enters : await enters) pending.push(found.path)
      }
    }
  }
}

/** Listed as text, which takes half of the time, and by its bytes where that shows that some are no text. */
async function entriesOf(folder: Path): Promise<readonly WalkedEntry[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const isText = typeof folder === 'string' && !entries.some(({ name }) => name.includes('\uFFFD'))
  if (isText) return entries.map((entry) => ({ name: entry.name, path: folder + sep + entry.name, folder, entry }))
  const bytes = await readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch(() => [])
  return bytes.map((entry) => ({ name: entry.name.toString(), path: Buffer.concat([Buffer.from(folder), Buffer.from(sep), entry.name]), folder, entry }))
}
