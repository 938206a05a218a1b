import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Entry points of this package by their folder; `index` is the core. */
export type EntryPoint = 'index' | 'all' | 'crypto' | 'further' | 'json-schema' | 'jwt' | 'yaml'

/** One or more entry points with all they import, as one minified module for any runtime. */
export async function bundleRego(entries: readonly EntryPoint[]): Promise<Uint8Array> {
  const root = fileURLToPath(new URL('../src/', import.meta.url))
  const lines = entries.map((entry) => `export * from ${JSON.stringify(`./${entry === 'index' ? 'index.ts' : `${entry}/index.ts`}`)}`)
  const result = await build({
    stdin: { contents: lines.join('\n'), resolveDir: root, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    conditions: ['@cilock/source'],
    mainFields: ['module', 'main'],
    write: false,
    logLevel: 'silent',
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new TypeError('esbuild wrote nothing')
  return file.contents
}
