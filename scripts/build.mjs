// Builds every published package: JavaScript by tsup, declarations by the compiler.
import { join } from 'node:path'
import { rmSync } from 'node:fs'
import { published } from './packages.mjs'
import { must } from './run.mjs'

const only = new Set(process.argv.slice(2))
for (const { name, folder } of published()) {
  if (only.size > 0 && !only.has(name)) continue
  if (process.env.CI !== undefined) rmSync(join(folder, 'dist'), { recursive: true, force: true })
  must('tsup', [], { cwd: folder, quiet: true })
}
must('tsc', ['-b'])
console.log('built')
