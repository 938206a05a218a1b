import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { skipped, vectors } from '@cilock/vectors'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import { readExpected } from '../../src/expected.ts'
import { chromiumSkipped, findChromium, openPage } from '../../src/browser/chromium.ts'
import type { PageReport } from './rego-page.ts'
import { servePage } from '../../src/browser/serve.ts'

const chromium = findChromium()
const parts = ['opa', 'golden/rego'] as const
const folders = parts.map((part) => vectors(part)).filter((folder) => folder !== undefined)
const title = chromium === undefined ? chromiumSkipped : folders.length < parts.length ? skipped(parts.join(' and ')) : "OPA's suite and the recordings come out as here in headless Chromium, but for the same list"

it.skipIf(chromium === undefined || folders.length < parts.length)(title, { timeout: 300_000 }, async () => {
  const expected = readExpected(fileURLToPath(new URL('../../expected/rego.json', import.meta.url)))
  const { error, agent, cases, failed } = await reportOf(chromium ?? '')
  expect(error).toBeUndefined()
  expect(agent).toMatch(/Chrome/)
  const surprises = failed.filter(([id]) => !expected.has(id))
  expect(surprises).toEqual([])
  expect(failed.length).toBe(expected.size)
  expect(cases).toBeGreaterThanOrEqual(9934)
})

/** Everything that the page runs, as one script: what needs Node would not go into it. */
async function pageScript(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./rego-page.ts', import.meta.url))],
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

async function reportOf(path: string): Promise<PageReport> {
  const paths: ReadonlyMap<string, string> = new Map(parts.flatMap((part, index) => filesBelow(folders[index] ?? '').map((name) => [`${part}/${name}`, join(folders[index] ?? '', name)] as [string, string])))
  const names = [...paths.keys()]
  const list = JSON.stringify({ files: names.filter((name) => name.endsWith('.jsonl')), inputs: names.filter((name) => name.includes('/inputs/')) })
  const server = await servePage(await pageScript(), (name) => {
    if (name === 'list.json') return list
    const file = paths.get(name)
    return file === undefined ? undefined : readFileSync(file)
  })
  const page = openPage(path, server.url)
  try {
    return JSON.parse(await Promise.race([server.report, page.ended])) as PageReport
  } finally {
    await page.close()
    server.close()
  }
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}
