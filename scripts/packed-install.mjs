// Installs the tarballs into an empty folder with npm and uses them there: every export by `import` and by `require`,
// the programs of packages/packed/consumer with their types checked, the command line.
//   node scripts/packed-install.mjs FOLDER [--only-install]   (after `node scripts/pack.mjs --only-pack`)
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { needsNode, published, root, specifiers, tarballOf } from './packages.mjs'
import { must } from './run.mjs'

const [argument] = process.argv.slice(2)
if (argument === undefined) {
  console.error('usage: node scripts/packed-install.mjs FOLDER [--only-install]')
  process.exit(2)
}
const folder = resolve(argument)
if (readdirSync(folder).length > 0) {
  console.error(`expected an empty folder, found files in ${folder}`)
  process.exit(2)
}
const within = { cwd: folder }
const exported = specifiers(published())

install()
if (!process.argv.includes('--only-install')) {
  checkTypes()
  importAll()
  for (const program of ['road.mjs', 'envelope.cjs']) must('node', [join(folder, program)], within)
  const { stdout } = must('npx', ['--no-install', 'cilock', 'version'], { ...within, quiet: true })
  console.log(`installed ${published().length} packages, imported ${exported.length} exports; cilock version: ${stdout.trim().split('\n')[0]}`)
}

function install() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name: 'consumer', private: true })}\n`)
  must('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...published().map(tarballOf), `@types/node@${devDependencies['@types/node']}`], { ...within, quiet: true })
}

/** The declarations are part of what is published, so they are checked too: no `skipLibCheck`. */
function checkTypes() {
  cpSync(join(root, 'packages', 'packed', 'consumer'), folder, { recursive: true })
  writeFileSync(join(folder, 'every.mts'), exported.map((name, index) => `export * as x${index} from '${name}'\n`).join(''))
  const anywhere = exported.filter((name) => !needsNode(name))
  writeFileSync(join(folder, 'anywhere.mts'), anywhere.map((name, index) => `export * as x${index} from '${name}'\n`).join(''))
  const strict = { strict: true, exactOptionalPropertyTypes: true, target: 'es2023', skipLibCheck: false }
  project('node', ['every.mts', 'road.mts', 'envelope.cts'], { ...strict, module: 'nodenext', lib: ['es2023'], types: ['node'] })
  project('web', ['anywhere.mts'], { ...strict, module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom', 'dom.asynciterable'], types: [], noEmit: true })
}

function project(name, files, compilerOptions) {
  const path = join(folder, `tsconfig.${name}.json`)
  writeFileSync(path, JSON.stringify({ compilerOptions, files }))
  must('tsc', ['-p', path], within)
}

function importAll() {
  writeFileSync(
    join(folder, 'all.mjs'),
    `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
for (const name of ${JSON.stringify(exported)}) {
  const names = Object.keys(await import(name)).sort().join()
  if (names === '' && !name.endsWith('/cli')) throw new TypeError(name + ' exports nothing')
  if (Object.keys(require(name)).sort().join() !== names) throw new TypeError(name + ' exports something else by require')
}
`,
  )
  must('node', [join(folder, 'all.mjs')], within)
}
