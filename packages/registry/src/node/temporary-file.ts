import { open } from 'node:fs/promises'
import { join } from 'node:path'

let count = 0

/** A new empty file in a folder, to be renamed when it is whole. */
export async function temporaryFile(folder: string): Promise<string> {
  for (;;) {
    const path = join(folder, `.cilock-${process.pid}-${count++}`)
    try {
      await (await open(path, 'wx')).close()
      return path
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}
