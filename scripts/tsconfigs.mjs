// The root tsconfig.json references every package's projects; `--check` compares, otherwise it is written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packages, root } from './packages.mjs'

const references = packages().flatMap(({ name, folder }) =>
  ['tsconfig.json', 'tsconfig.node.json']
    .filter((file) => existsSync(join(folder, file)))
    .map((file) => ({ path: `packages/${name}/${file}` })),
)
const wanted = `${JSON.stringify({ files: [], references }, null, 2)}\n`
const path = join(root, 'tsconfig.json')
if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== wanted) {
    console.error('tsconfig.json does not reference every project: run `node scripts/tsconfigs.mjs`.')
    process.exit(1)
  }
} else writeFileSync(path, wanted)
