// Walks the module graph of installed packages from every export that has to run anywhere, as a browser's bundler
// resolves it, and fails where it reaches a module of Node; then looks which face of `#…` imports each platform gets.
//   node scripts/module-graph.mjs FOLDER [SPECIFIER …]
import { build } from 'esbuild'
import { existsSync, readFileSync } from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import { join, relative, resolve } from 'node:path'
import { needsNode, published, specifiers } from './packages.mjs'

const [argument, ...chosen] = process.argv.slice(2)
if (argument === undefined) {
  console.error('usage: node scripts/module-graph.mjs FOLDER [SPECIFIER …]')
  process.exit(2)
}
const folder = resolve(argument)
const entries = chosen.length > 0 ? chosen : specifiers(published()).filter((name) => !needsNode(name))
const faults = []

for (const entry of entries) {
  try {
    await look(entry)
  } catch (error) {
    faults.push(`${entry} cannot be bundled: ${error instanceof Error ? error.message : String(error)}`)
  }
}
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(1)
console.log(`module graph: ${entries.length} exports reach nothing of Node`)

async function look(entry) {
  const { files, builtins } = await graph(entry, ['browser'])
  for (const { name, importer } of builtins) faults.push(`${entry} reaches ${name}, imported by ${relative(folder, importer)}`)
  for (const face of facesOf(entry)) {
    if (files.has(face.node)) faults.push(`${entry} reaches the Node face of ${face.name} under browser conditions`)
    if (face.resolve() !== face.node) faults.push(`${entry}: Node resolves ${face.name} to ${face.resolve()}, expected ${face.node}`)
    const inNode = await graph(entry, ['node'])
    if (files.has(face.default) !== inNode.files.has(face.node)) faults.push(`${entry}: a browser and Node do not both reach ${face.name}`)
    if (inNode.files.has(face.default)) faults.push(`${entry} reaches the web face of ${face.name} under Node's conditions`)
  }
}

/** Every file reached from an export, and every module of Node that one of them imports. */
async function graph(entry, conditions) {
  const builtins = []
  const { metafile } = await build({
    stdin: { contents: `export * from ${JSON.stringify(entry)}`, resolveDir: folder },
    absWorkingDir: folder,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: [...conditions, 'import', 'default'],
    // an import that a bundler may drop is still one that a browser follows
    ignoreAnnotations: true,
    logLevel: 'silent',
    plugins: [{ name: 'builtins', setup: (context) => context.onResolve({ filter: /.*/ }, collect) }],
  })
  return { files: new Set(Object.keys(metafile.inputs).map((file) => resolve(folder, file))), builtins }

  function collect({ path: name, importer }) {
    if (!name.startsWith('node:') && !builtinModules.includes(name)) return undefined
    builtins.push({ name, importer })
    return { path: name, external: true }
  }
}

/** The `imports` of the package that have a branch for Node. */
function facesOf(entry) {
  const root = join(folder, 'node_modules', ...entry.split('/').slice(0, 2))
  const path = join(root, 'package.json')
  if (!existsSync(path)) return []
  const { imports = {} } = JSON.parse(readFileSync(path, 'utf8'))
  return Object.entries(imports)
    .filter(([, target]) => typeof target === 'object' && target.node !== undefined)
    .map(([name, target]) => ({
      name,
      node: join(root, target.node),
      default: join(root, target.default),
      resolve: () => createRequire(path).resolve(name),
    }))
}
