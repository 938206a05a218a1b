import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { sep } from 'node:path'
import { CilockError } from '@cilock/core'

/** An entry of a directory by its bytes: git's names need not be UTF-8. */
export interface WalkedEntry {
  readonly name: string
  readonly path: Buffer
  readonly folder: Buffer
  readonly entry: Dirent<Buffer>
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
  const pending: Buffer[] = [Buffer.from(top)]
  while (pending.length > 0) {
    if (signal.aborted) throw new CilockError('ERR_ABORTED', 'looking through the repository was stopped', { cause: signal.reason })
    const folders = pending.splice(-atOnce)
    const lists = await Promise.all(folders.map((folder) => readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch(() => [])))
    for (const [index, entries] of lists.entries()) {
      const folder = folders[index] ?? Buffer.alloc(0)
      for (const entry of entries) {
        const path = Buffer.concat([folder, Buffer.from(sep), entry.name])
        if (await visit({ name: entry.name.toString(), path, folder, entry })) pending.push(path)
      }
    }
  }
}
