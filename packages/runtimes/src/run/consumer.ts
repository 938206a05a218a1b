import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { needsNode, published, root, specifiers } from '../../../../scripts/packages.mjs'
import type { Material } from '../suite/material.ts'
import { RunError } from './error.ts'

/** An empty folder into which the packed packages were installed, and beside them the suite. */
export interface Consumer {
  readonly folder: string
  /** The suite as a program for processes; takes the paths of the material and of the report. */
  readonly program: string
  readonly material: string
  /** The suite and the packages in one script, with what has to be there on every platform and nothing more. */
  readonly bundle: (entry: 'page' | 'worker') => Promise<Uint8Array>
  readonly remove: () => void
}

const source = dirname(dirname(fileURLToPath(import.meta.url)))

/** Packs the packages, unless `isPacked`, and installs the tarballs, as every look at the packed packages does. */
export async function makeConsumer(material: Material, { isPacked = false }: { readonly isPacked?: boolean } = {}): Promise<Consumer> {
  if (!isPacked) script('pack.mjs', '--only-pack')
  const folder = mkdtempSync(join(tmpdir(), 'cilock-runtimes-'))
  const file = (name: string): string => join(folder, name)
  try {
    script('packed-install.mjs', folder, '--only-install')
    const anywhere = specifiers(published()).filter((name) => !needsNode(name))
    const imports = anywhere.map((name, index) => `import * as x${index} from '${name}'\n`).join('')
    writeFileSync(file('modules.mjs'), `${imports}export const modules = { ${anywhere.map((name, index) => `'${name}': x${index}`).join(', ')} }\n`)
    writeFileSync(file('material.json'), JSON.stringify(material))
    writeFileSync(file('process.mjs'), "import { modules } from './modules.mjs'\nimport { runInProcess } from './process.suite.mjs'\nawait runInProcess(modules, process.argv.slice(2))\n")
    writeFileSync(file('worker.mjs'), "import { modules } from './modules.mjs'\nimport { workerOf } from './worker.suite.mjs'\nexport default workerOf(modules)\n")
    writeFileSync(file('page.mjs'), "import { modules } from './modules.mjs'\nimport { runInPage } from './page.suite.mjs'\nawait runInPage(modules)\n")
    await compileSuite(folder)
    return { folder, program: file('process.mjs'), material: file('material.json'), bundle: async (entry) => bundle(folder, entry), remove: () => rmSync(folder, { recursive: true, force: true }) }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** JavaScript of the suite alone: it finds the packages where it stands. */
async function compileSuite(folder: string): Promise<void> {
  await build({
    entryPoints: ['process', 'worker', 'page'].map((name) => ({ in: join(source, 'entry', `${name}.ts`), out: `${name}.suite` })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    logLevel: 'silent',
  })
}

/** As a bundler for browsers resolves it; a module of Node is an error, and so is a file from elsewhere than this folder. */
async function bundle(folder: string, entry: 'page' | 'worker'): Promise<Uint8Array> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(folder, `${entry}.mjs`)],
    absWorkingDir: folder,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: entry === 'page' ? ['browser', 'import', 'default'] : ['workerd', 'worker', 'browser', 'import', 'default'],
    target: 'es2023',
    logLevel: 'silent',
  })
  const foreign = Object.keys(metafile.inputs).filter((path) => path.startsWith('..'))
  if (foreign.length > 0) throw new RunError(`expected the packed packages alone, found ${foreign.join(', ')}`)
  const [file] = outputFiles
  if (file === undefined) throw new RunError('esbuild wrote nothing')
  return file.contents
}

function script(name: string, ...args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', name), ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new RunError(`scripts/${name} ended with ${String(status)}`)
}
