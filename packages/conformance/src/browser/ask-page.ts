import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { openPage } from './chromium.ts'
import { servePage } from './serve.ts'

/** Opens a page that runs a module of ours and may read files by path, and gives what it reports as JSON. */
export async function askPage(chromium: string, module: URL, read: (path: string) => Uint8Array | string | undefined): Promise<unknown> {
  const server = await servePage(await bundled(module), read)
  const page = openPage(chromium, server.url)
  try {
    return JSON.parse(await Promise.race([server.report, page.ended]))
  } finally {
    await page.close()
    server.close()
  }
}

/** Everything that the page runs, as one script: what needs Node would not go into it. */
async function bundled(module: URL): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(module)],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    conditions: ['@cilock/source'],
    write: false,
    logLevel: 'silent',
  })
  const [file] = outputFiles
  if (file === undefined) throw new TypeError('esbuild wrote nothing')
  return file.contents
}
