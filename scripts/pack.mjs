// Packs every published package as npm would get it and looks at the tarballs: publint, attw, size, an install by name.
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { published, root } from './packages.mjs'
import { must } from './run.mjs'

const folder = join(root, '.tmp', 'packed')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })

must('node', ['scripts/build.mjs'])
const pnpm = JSON.parse(must('node', ['-p', 'JSON.stringify(require("./package.json").packageManager)'], { quiet: true }).stdout)
for (const { folder: cwd } of published()) {
  must('npx', ['--yes', pnpm, 'pack', '--pack-destination', folder], { cwd, quiet: true })
}
for (const { name, folder: cwd } of published()) {
  const tarball = readdirSync(folder).find((file) => new RegExp(`^cilock-${name}-\\d`).test(file))
  if (tarball === undefined) throw new TypeError(`no tarball of ${name}`)
  must('publint', ['run', join(folder, tarball), '--strict'], { cwd, quiet: true })
  must('attw', [join(folder, tarball), '--profile', 'esm-only', '--format', 'ascii'], { cwd, quiet: true })
}
console.log(`publint, attw: ${published().length} packages`)
must('node', ['scripts/size.mjs'])
must('node', ['scripts/packed-install.mjs', folder])
