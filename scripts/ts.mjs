// Runs a TypeScript program of this repository on the packages' sources: node scripts/ts.mjs FILE [ARG …]
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const [file, ...args] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: node scripts/ts.mjs FILE [ARG …]')
  process.exit(2)
}
const tsx = createRequire(import.meta.url).resolve('tsx')
const child = spawn(
  process.execPath,
  ['--conditions=@cilock/source', '--import', pathToFileURL(tsx).href, join(root, file), ...args],
  { stdio: 'inherit' },
)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal === null ? code : 1))
