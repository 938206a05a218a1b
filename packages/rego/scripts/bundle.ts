import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Entry points of this package by their folder; `index` is the core. */
export type EntryPoint = 'index' | 'all' | 'crypto' | 'further' | 'json-schema' | 'jwt' | 'newer' | 'yaml'

/** One or more entry points with all they import, as one minified module for any runtime. */
export function bundleRego(entries: readonly EntryPoint[]): Promise<Uint8Array> {
  return bundleProgram(entries.map((entry) => `export * from ${JSON.stringify(`./${entry === 'index' ? 'index.ts' : `${entry}/index.ts`}`)}`).join('\n'))
}

/** A program with all it imports, minified; what it imports by path lies in `src`. */
export async function bundleProgram(contents: string): Promise<Uint8Array> {
  const result = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('../src/', import.meta.url)), loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    conditions: ['@cilock/source'],
    mainFields: ['module', 'main'],
    external: ['node:*'],
    write: false,
    logLevel: 'silent',
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new TypeError('esbuild wrote nothing')
  return file.contents
}
