// Builds every published package: JavaScript by tsup, declarations by the compiler.
//   node scripts/build.mjs [--clean] [PACKAGE …]
// `--clean` removes what earlier builds left, as before packing: chunks of another name would be packed too.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { packages, published } from './packages.mjs'
import { must, mustAll } from './run.mjs'

const args = process.argv.slice(2)
const only = args.filter((arg) => !arg.startsWith('--'))
const chosen = published().filter(({ name }) => only.length === 0 || only.includes(name))

if (args.includes('--clean')) for (const { folder } of packages()) rmSync(join(folder, 'dist'), { recursive: true, force: true })
// The compiler first: it says what is wrong with the types, which the bundler would only trip over.
must('tsc', ['-b'])
await mustAll(chosen.map(({ folder }) => ({ command: 'tsup', args: [], cwd: folder })))
console.log(`built ${chosen.length} packages`)
