import { isAscii } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'

interface Part {
  readonly script: Script
  readonly module: { exports: unknown }
}

/** What stands around the code of each file of a bundle already: put there at each start, it would copy all of the text once more. */
export const wrapper: readonly [before: string, after: string] = ['(function (exports, require, module, __filename, __dirname) { ', '\n})\n']

type Wrapper = (this: unknown, exports: unknown, require: (id: string) => unknown, module: Part['module'], file: string, dist: string) => void

/**
 * Runs a program of the bundle and the parts that it loads, each with the compiled code that there is of it; V8 refuses what
 * another version left. Node's own way to load a file looks for packages and links, of which there are none here. Gives the
 * scripts by their files, also those that are loaded later.
 */
export function runScripts(dist: string, entry: string, compiledCode: (file: string) => Buffer | undefined): ReadonlyMap<string, Script> {
  const parts = new Map<string, Part>()
  const scripts = new Map<string, Script>()

  const load = (name: string): unknown => {
    const known = parts.get(name)
    if (known !== undefined) return known.module.exports
    const file = join(dist, name)
    const cachedData = compiledCode(name)
    const script = new Script(sourceOf(file), { filename: file, ...(cachedData !== undefined && { cachedData }) })
    const module = { exports: {} }
    parts.set(name, { script, module })
    scripts.set(name, script)
    const run = script.runInThisContext() as Wrapper
    run.call(module.exports, module.exports, (id) => (id.startsWith('./') ? load(id.slice(2)) : process.getBuiltinModule(id)), module, file, dist)
    return module.exports
  }
  load(entry)
  return scripts
}

/** Text of one byte a character is read and kept at half the cost. */
function sourceOf(file: string): string {
  const bytes = readFileSync(file)
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8')
}
