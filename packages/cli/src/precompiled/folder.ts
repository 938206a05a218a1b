import { lstatSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Where V8's compiled code of one build stands, for this version of Node: beside the program itself. Whoever can write there
 * can change the program as well, so nobody gains a way to change a verdict.
 */
export function compiledFolder(dist: string, build: string): string {
  return join(dist, 'compiled', `${build}-${process.version}-${process.arch}`)
}

/** Whether a folder belongs to the program's owner, and only that one writes there. Never on Windows, whose modes do not say. */
export function isTrusted(folder: string, dist: string): boolean {
  if (process.platform === 'win32') return false
  const owner = lstatSync(join(dist, 'main.cjs'), { throwIfNoEntry: false })?.uid
  return [join(dist, 'compiled'), folder].every((each) => {
    const stats = lstatSync(each, { throwIfNoEntry: false })
    return stats !== undefined && stats.isDirectory() && stats.uid === owner && (stats.mode & 0o022) === 0
  })
}
