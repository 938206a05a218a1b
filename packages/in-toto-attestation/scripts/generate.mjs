// Writes src/gen from proto/; `--check` fails when what is checked in is not what the generator writes.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const checkedIn = join(root, 'src', 'gen')
const work = mkdtempSync(join(tmpdir(), 'cilock-generate-'))
try {
  generate()
  if (process.argv.includes('--check')) check()
  else {
    rmSync(checkedIn, { recursive: true, force: true })
    cpSync(join(work, 'src', 'gen'), checkedIn, { recursive: true })
  }
} finally {
  rmSync(work, { recursive: true, force: true })
}

function generate() {
  const buf = fileURLToPath(import.meta.resolve('@bufbuild/buf/bin/buf'))
  // an empty home: no cache and no configuration of the machine has a say
  const env = { ...process.env, HOME: work, BUF_CACHE_DIR: work }
  const { status, error } = spawnSync(process.execPath, [buf, 'generate', '-o', work], { cwd: root, env, stdio: 'inherit' })
  if (status !== 0) throw error ?? new TypeError(`buf generate ended with ${status}`)
}

function check() {
  const [expected, found] = [filesOf(join(work, 'src', 'gen')), filesOf(checkedIn)]
  const names = [...new Set([...expected.keys(), ...found.keys()])].toSorted((a, b) => a.localeCompare(b))
  const stale = names.filter((name) => expected.get(name) !== found.get(name))
  if (stale.length === 0) return
  console.error(`src/gen is not what proto/ generates (run: npm run generate):\n${stale.map((name) => `  ${name}`).join('\n')}`)
  process.exitCode = 1
}

function filesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [relative(folder, path).split(sep).join('/'), readFileSync(path, 'utf8')]
    }),
  )
}
