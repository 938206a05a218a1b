import { join, resolve } from 'node:path'
import { CilockError } from '@cilock/core'
import { readText } from './files.node.ts'

/** As many alternates in a row as git follows. */
const maxAlternates = 5

/** Far more than anyone borrows from; a list of them can be of any length. */
const maxFolders = 1000

/**
 * The directories that hold a repository's objects: its own, and those of other repositories that it borrows from
 * (`info/alternates`), each once.
 *
 * @throws CilockError `ERR_REPOSITORY_BROKEN` where a list of them is no file, `ERR_LIMIT_EXCEEDED`, `ERR_FILE_UNREADABLE`
 */
export async function objectFolders(commonDir: string): Promise<readonly string[]> {
  const folders = new Set([join(commonDir, 'objects')])
  let newest: readonly string[] = [...folders]
  for (let depth = 0; depth <= maxAlternates; depth++) {
    const found: string[] = []
    for (const folder of newest) {
      const lines = ((await readText(join(folder, 'info', 'alternates'))) ?? '').split('\n')
      found.push(...lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => resolve(folder, unquoted(line))))
    }
    newest = [...new Set(found)].filter((folder) => !folders.has(folder))
    for (const folder of newest) folders.add(folder)
    if (folders.size > maxFolders) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected objects in at most ${maxFolders} directories, found more beyond ${commonDir}`)
  }
  return [...folders]
}

function unquoted(line: string): string {
  return /^".*"$/.test(line) ? line.slice(1, -1).replaceAll(/\\(.)/g, '$1') : line
}
