import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Script } from 'node:vm'
import { compiledFolder } from './folder.ts'
import { runScripts } from './scripts.ts'

/** Runs a program of the bundle, and leaves what V8 compiled of it beside the program when all went well. */
export function recordProgram(dist: string, entry: string, build: string): void {
  const scripts = runScripts(dist, entry, () => undefined)
  process.once('exit', (code) => {
    if (code === 0) writeCompiled(compiledFolder(dist, build), scripts)
  })
}

/** The folder is there whole, or not at all. */
function writeCompiled(folder: string, scripts: ReadonlyMap<string, Script>): void {
  const draft = `${folder}.${process.pid}`
  mkdirSync(draft, { recursive: true })
  try {
    for (const [name, script] of scripts) writeFileSync(join(draft, `${name}.v8`), script.createCachedData(), { mode: 0o644 })
    rmSync(folder, { recursive: true, force: true })
    renameSync(draft, folder)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}
