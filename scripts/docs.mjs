// Writes the API pages of every published package to docs/api, from the doc comments. Whatever is wrong with them is an
// error: a link that leads nowhere, a type that is used and not exported, a public name or option without a word about it.
//   node scripts/docs.mjs [--check]     --check writes nothing
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { published, root } from './packages.mjs'
import { must } from './run.mjs'
import { toolFolder } from './tool-folder.mjs'

const check = process.argv.includes('--check')

// typedoc speaks to a compiler with an API, which TypeScript 7 does not have: it gets a TypeScript of its own.
const tool = toolFolder('typedoc', { typedoc: '0.28.20', typescript: '6.0.3' })

/** What can be imported, by the source that it is. The first door that a name comes through is where it is described. */
const doors = published().flatMap(({ name, manifest, folder }) =>
  Object.entries(manifest.exports).map(([path, target]) => ({ specifier: `@cilock/${name}${path.slice(1)}`, file: join(folder, target['@cilock/source']) })),
)

const guides = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => join(root, 'docs', name))

const work = join(root, '.tmp', 'api-pages')
mkdirSync(work, { recursive: true })
const write = (name, value) => {
  const path = join(work, name)
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
  return path
}

const tsconfig = write('tsconfig.json', {
  extends: join(root, 'tsconfig.base.json'),
  compilerOptions: {
    composite: false,
    declaration: false,
    declarationMap: false,
    emitDeclarationOnly: false,
    isolatedDeclarations: false,
    noEmit: true,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: false,
    lib: ['es2023', 'es2024.string', 'dom', 'dom.asynciterable'],
    typeRoots: [join(root, 'node_modules/@types')],
  },
  files: doors.map(({ file }) => file),
})

const options = write('typedoc.json', {
  plugin: ['doors', 'documented', 'guides'].map((name) => join(root, 'scripts/api-pages', `${name}.mjs`)),
  doors: Object.fromEntries(doors.map(({ specifier, file }) => [file, specifier])),
  entryPoints: doors.map(({ file }) => file),
  tsconfig,
  // the workspace's own compiler does that
  skipErrorChecking: true,
  basePath: root,
  name: '@cilock',
  readme: join(root, 'docs/README.md'),
  // the guides stand beside the packages, and lead to each other there too
  projectDocuments: guides,
  ...(check ? { emit: 'none' } : { out: join(root, 'docs/api') }),
  excludeExternals: true,
  excludePrivate: true,
  excludeInternal: true,
  disableSources: true,
  hideGenerator: true,
  treatWarningsAsErrors: true,
  validation: { notExported: true, invalidLink: true, invalidPath: false, notDocumented: false },
  // what protoc writes into the types that it makes
  blockTags: ['@defaultValue', '@deprecated', '@example', '@generated', '@param', '@returns', '@see', '@throws', '@typeParam'],
  excludeTags: ['@generated'],
})

if (!check) rmSync(join(root, 'docs/api'), { recursive: true, force: true })
must('node', [join(tool, 'node_modules/typedoc/bin/typedoc'), '--options', options])
