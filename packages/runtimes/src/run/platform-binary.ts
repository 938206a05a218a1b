import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { toolFolder } from '../../../../scripts/tool-folder.mjs'
import { RunError } from './error.ts'

/**
 * The program of an npm package that has one package per platform below a scope, of which npm installs this platform's.
 * The package's own `bin` is a script of Node that looks for it.
 */
export function platformBinary(name: string, version: string, scope: string): string {
  const folder = join(toolFolder(name, { [name]: version }), 'node_modules', scope)
  const path = readdirSync(folder)
    .toSorted()
    .flatMap((each) => [name, join('bin', name), `${name}.exe`, join('bin', `${name}.exe`)].map((file) => join(folder, each, file)))
    .find((file) => existsSync(file))
  if (path === undefined) throw new RunError(`${name} ${version} has no program for ${process.platform} on ${process.arch}`)
  return path
}
