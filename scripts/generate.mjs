// Runs every package's generator; `--check` fails when what is checked in is not what they write.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { packages } from './packages.mjs'
import { must } from './run.mjs'

for (const { folder } of packages()) {
  const generator = join(folder, 'scripts', 'generate.mjs')
  if (existsSync(generator)) must('node', [generator, ...process.argv.slice(2)])
}
