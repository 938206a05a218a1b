import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compiledFolder, isTrusted } from './folder.ts'
import { runScripts } from './scripts.ts'

/** Starts a program of the bundle, with the compiled code that `cilock precompile` left, where it did. */
export function loadProgram(dist: string, entry: string, build: string): void {
  const folder = compiledFolder(dist, build)
  const isCompiled = isTrusted(folder, dist)
  runScripts(dist, entry, (name) => (isCompiled ? contentOf(join(folder, `${name}.v8`)) : undefined))
}

/** What was not needed when code was compiled has none. */
function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
