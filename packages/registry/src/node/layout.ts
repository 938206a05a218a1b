import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { RegistryError } from '../error.ts'
import type { LocalImageStore } from '../store.ts'
import { layoutStore } from './layout-store.ts'
import { unreadable } from './file-errors.ts'
import type { LayoutFiles } from './layout-store.ts'
import { readBytes } from './read-bytes.ts'

/**
 * An OCI image layout in a folder, read like a repository.
 *
 * @example
 * const identities = await imageIdentities(await openLayout('image'), 'v1')
 * @throws RegistryError `ERR_LAYOUT_INVALID` when it is none
 */
export async function openLayout(folder: string): Promise<LocalImageStore> {
  return layoutStore(basename(folder), filesOf(folder))
}

/** The files of a layout in a folder. */
export function filesOf(folder: string): LayoutFiles {
  return {
    async size(path) {
      try {
        const found = await stat(join(folder, path))
        return found.isFile() ? found.size : undefined
      } catch (error) {
        return absent(error, path)
      }
    },
    async read(path, maxBytes) {
      const size = await this.size(path)
      if (size === undefined) return undefined
      if (size > maxBytes) throw new RegistryError('ERR_LIMIT_EXCEEDED', `expected at most ${maxBytes} bytes in ${path}, found ${size}`)
      try {
        return new Uint8Array(await readFile(join(folder, path)))
      } catch (error) {
        throw unreadable(error, path)
      }
    },
    stream: (path, signal) => readBytes(join(folder, path), path, { signal }),
  }
}

function absent(error: unknown, path: string): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
  throw unreadable(error, path)
}
