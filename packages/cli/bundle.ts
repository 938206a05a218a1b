import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import type { BuildOptions } from 'esbuild'
import { rollup } from 'rollup'
import type { Plugin } from 'rollup'
import { isLaterPart, laterPlugin } from './bundle-later.ts'
import type { LaterPart } from './bundle-later.ts'
import { rarely } from './rarely.ts'
import { wrapper } from './src/precompiled/scripts.ts'

// The command starts in milliseconds or gates feel it, so what it runs is bundled: few files, only what is always needed in
// the first of them, and CommonJS, which Node loads at once where it walks the graph of ES modules step by step.

const source = fileURLToPath(new URL('src', import.meta.url))
const target = 'node20.19'

const forNode = {
  bundle: true,
  platform: 'node',
  target,
  conditions: ['@cilock/source'],
  write: false,
  logLevel: 'warning',
} satisfies BuildOptions

/**
 * Writes `main.cjs`, the programs that it chooses from, what those load later, and `record-verify.cjs`, with which
 * `cilock precompile` compiles ahead.
 */
export async function bundleCommand(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const programs = [await bundleProgram('verify', folder, rarely), await bundleProgram('every-command', folder)]
  // Compiled code is good for these bytes alone.
  const hash = createHash('sha256')
  for (const { code } of programs) for (const text of code) hash.update(text)
  const id = hash.digest('hex').slice(0, 16)
  await bundleStart(join(folder, 'main.cjs'), { entryPoints: [join(source, 'main.ts')] }, id)
  await bundleStart(join(folder, 'record-verify.cjs'), { stdin: { contents: `import { recordProgram } from './precompiled/record.ts'\nrecordProgram(__dirname, 'verify.cjs', '${id}')`, resolveDir: source, loader: 'ts' } }, id)
  await writeFile(join(folder, 'THIRD-PARTY-NOTICES.txt'), await noticesOf(programs.flatMap(({ inputs }) => inputs)))
}

async function bundleStart(file: string, entry: BuildOptions, id: string): Promise<void> {
  const { outputFiles } = await build({ ...forNode, ...entry, write: false, format: 'cjs', minify: true, supported: { 'dynamic-import': false }, plugins: [programsApart(id)] })
  await Promise.all(outputFiles.map(async ({ contents }) => writeFile(file, contents, { mode: 0o755 })))
}

/** Programs are files of their own, which the loader of compiled code starts. */
function programsApart(id: string): NonNullable<BuildOptions['plugins']>[number] {
  return {
    name: 'programs-apart',
    setup: (context) => {
      context.onResolve({ filter: /^\.\/programs\// }, ({ path }) => ({ path: `${basename(path, '.ts')}.cjs`, namespace: 'program' }))
      context.onLoad({ filter: /.*/, namespace: 'program' }, ({ path }) => ({
        contents: `import { loadProgram } from './precompiled/load.ts'\nloadProgram(__dirname, '${path}', '${id}')`,
        resolveDir: source,
        loader: 'ts',
      }))
    },
  }
}

interface Program {
  /** What was written, file by file. */
  readonly code: readonly string[]
  /** The sources that it came from. */
  readonly inputs: readonly string[]
}

/** esbuild reads TypeScript and packages; rollup puts what a program always needs into its first file, where esbuild would make a file of each common part. */
async function bundleProgram(name: string, folder: string, parts: readonly LaterPart[] = []): Promise<Program> {
  const outdir = '/bundle'
  const plugins = parts.length === 0 ? [] : [await laterPlugin(parts, forNode)]
  const { outputFiles, metafile } = await build({ ...forNode, entryPoints: [join(source, 'programs', `${name}.ts`)], format: 'esm', splitting: true, outdir, metafile: true, plugins })
  const byPath = new Map(outputFiles.map(({ path, text }) => [path, text]))
  const entry = join(outdir, `${name}.js`)
  const rolled = await rollup({
    input: entry,
    external: /^node:/,
    plugins: [outputsOf(byPath)],
  })
  const { output } = await rolled.generate({
    format: 'cjs',
    dynamicImportInCjs: false,
    manualChunks: (id, { getModuleInfo }) => togetherWith(id, entry, [...byPath.keys()], (file) => getModuleInfo(file)?.importedIds ?? []),
    entryFileNames: '[name].cjs',
    // without the hash that esbuild gave it
    chunkFileNames: (part) => `${name}-${part.name.replace(/-[0-9A-Z]{8}$/, '')}-[hash].cjs`,
    externalLiveBindings: false,
    generatedCode: 'es2015',
    esModule: false,
    freeze: false,
    interop: 'default',
  })
  const code: string[] = []
  for (const file of output) {
    if (file.type !== 'chunk') continue
    const small = await transform(file.code, { format: 'cjs', platform: 'node', target, minify: true })
    const text = `${wrapper[0]}${small.code}${wrapper[1]}`
    await writeFile(join(folder, file.fileName), text)
    code.push(text)
  }
  return { code, inputs: Object.keys(metafile.inputs) }
}

/** What esbuild made, for rollup to put together. */
function outputsOf(byPath: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'outputs',
    resolveId: (id, importer) => (id.startsWith('.') && importer !== undefined ? resolve(importer, '..', id) : byPath.has(id) ? id : null),
    load: (id) => byPath.get(id) ?? null,
    renderDynamicImport: ({ targetModuleId }) => (isLaterPart(targetModuleId) ? { left: 'require(', right: ')' } : null),
  }
}

/** In which file a part of a program belongs: with what is always loaded, or with what a policy's Rego always loads; elsewhere rollup decides. */
function togetherWith(part: string, program: string, parts: readonly string[], importsOf: (part: string) => readonly string[]): string | undefined {
  if (withImports([program], importsOf).has(part)) return basename(program, '.js')
  return withImports(parts.filter((each) => /\/(?:compile-rules|needed-builtins)-[^/]*$/.test(each)), importsOf).has(part) ? 'rego' : undefined
}

function withImports(files: readonly string[], importsOf: (file: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set<string>(files)
  for (const file of found) for (const imported of importsOf(file)) found.add(imported)
  return found
}

/** The licenses of other people's packages that are in the bundle, as they ask for. */
async function noticesOf(inputs: readonly string[]): Promise<string> {
  const folders = [...new Set(inputs.flatMap((input) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input) ?? []))].sort()
  const notices: string[] = []
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { readonly name: string; readonly version: string; readonly license?: string }
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each))
    if (file === undefined && license === undefined) throw new TypeError(`${name} is bundled and has no license`)
    notices.push(`${name} ${version} (${license ?? 'see below'})\n\n${file === undefined ? '' : (await readFile(join(folder, file), 'utf8')).trim()}`)
  }
  return `${notices.join(`\n\n${'-'.repeat(78)}\n\n`)}\n`
}
