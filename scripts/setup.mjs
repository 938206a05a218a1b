// Brings a bare clone to a state in which every root script runs, with nothing but Node and npm.
// Does nothing when the installed packages already match the lockfile.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const quiet = process.argv.includes('--quiet')
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: this repository needs 20.19 or newer.`)
  process.exit(1)
}

/** The lockfile and every manifest: when one of them changes, what is installed may no longer match. */
function fingerprint() {
  const hash = createHash('sha256')
  const manifests = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']
  for (const group of ['packages', 'examples']) {
    const folder = join(root, group)
    if (!existsSync(folder)) continue
    for (const name of readdirSync(folder).sort()) manifests.push(join(group, name, 'package.json'))
  }
  for (const file of [...manifests, 'bench/package.json', 'docs/package.json']) {
    const path = join(root, file)
    if (existsSync(path)) hash.update(file).update(readFileSync(path))
  }
  return hash.digest('hex')
}

const stamp = join(root, 'node_modules', '.cilock-setup')
const now = fingerprint()
if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) process.exit(0)

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
if (!quiet) console.log(`Installing dependencies with ${packageManager} …`)
// One command line through the shell on Windows, where npx is a script; nothing in it comes from outside.
const install = spawnSync('npx', ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'], {
  cwd: root,
  stdio: quiet ? ['ignore', 'ignore', 'inherit'] : ['ignore', 'inherit', 'inherit'],
  shell: process.platform === 'win32',
})
if (install.status !== 0) {
  console.error('Installing the dependencies failed.')
  process.exit(install.status ?? 1)
}
writeFileSync(stamp, now)
