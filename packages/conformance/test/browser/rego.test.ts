import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { skipped, vectors } from '@cilock/vectors'
import { expect, it } from 'vitest'
import { readExpected } from '../../src/expected.ts'
import { askPage } from '../../src/browser/ask-page.ts'
import { chromiumSkipped, findChromium } from '../../src/browser/chromium.ts'
import type { PageReport } from './rego-page.ts'

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

async function reportOf(path: string): Promise<PageReport> {
  const paths: ReadonlyMap<string, string> = new Map(parts.flatMap((part, index) => filesBelow(folders[index] ?? '').map((name) => [`${part}/${name}`, join(folders[index] ?? '', name)] as [string, string])))
  const names = [...paths.keys()]
  const list = JSON.stringify({ files: names.filter((name) => name.endsWith('.jsonl')), inputs: names.filter((name) => name.includes('/inputs/')) })
  const report = await askPage(path, new URL('./rego-page.ts', import.meta.url), (name) => {
    if (name === 'list.json') return list
    const file = paths.get(name)
    return file === undefined ? undefined : readFileSync(file)
  })
  return report as PageReport
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}
