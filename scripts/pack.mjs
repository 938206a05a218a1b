// Packs every published package as npm would get it, then looks at the tarballs as their users will: publint, attw,
// an install in an empty folder and there the programs, the module graph and the sizes.
//   node scripts/pack.mjs [--only-pack]
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packed, published, root, tarballOf } from './packages.mjs'
import { attempt, must, mustAll } from './run.mjs'

pack()
if (!process.argv.includes('--only-pack')) {
  await lint()
  const consumer = mkdtempSync(join(tmpdir(), 'cilock-packed-'))
  const red = ['packed-install', 'module-graph', 'size'].some((script) => attempt('node', [`scripts/${script}.mjs`, consumer]).status !== 0)
  rmSync(consumer, { recursive: true, force: true })
  if (red) process.exit(1)
}

function pack() {
  rmSync(packed, { recursive: true, force: true })
  mkdirSync(packed, { recursive: true })
  must('node', ['scripts/build.mjs', '--clean'])
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const filters = published().flatMap(({ manifest }) => ['--filter', manifest.name])
  // pnpm writes the workspace's versions into the manifests; npm would pack `workspace:*` as it stands.
  must('npx', ['--yes', packageManager, '--recursive', ...filters, 'pack', '--pack-destination', packed], { quiet: true })
  const missing = published().filter((each) => !existsSync(tarballOf(each)))
  if (missing.length > 0) {
    console.error(`no tarball of ${missing.map(({ name }) => name).join(', ')}`)
    process.exit(1)
  }
  console.log(`packed ${published().length} packages`)
}

async function lint() {
  await mustAll(
    published().flatMap((each) => [
      { command: 'publint', args: ['run', tarballOf(each), '--strict'] },
      { command: 'attw', args: [tarballOf(each), '--profile', 'esm-only', '--format', 'ascii'] },
    ]),
  )
  console.log(`publint, attw: ${published().length} packages`)
}
