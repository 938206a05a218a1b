import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { compiledFolder, isTrusted } from './folder.ts'
import { runScripts } from './scripts.ts'

/** Starts a program of the bundle: from compiled code, where `cilock precompile` left some, else as Node does. */
export function loadProgram(dist: string, entry: string, build: string): void {
  const folder = compiledFolder(dist, build)
  if (isTrusted(folder, dist)) runScripts(dist, entry, (name) => contentOf(join(folder, `${name}.v8`)))
  else createRequire(join(dist, entry))(`./${entry}`)
}

/** What was not needed when code was compiled has none. */
function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
