import { sha256Hex } from '@cilock/core'
import type { CandidateReport, Report } from '@cilock/policy'
import { renderHtml } from '@cilock/policy/render'
import { productType } from '@cilock/sdk'
import { evidenceOf, treeOf, world } from '@cilock/testing'
import { expect, it } from 'vitest'
import { askPage } from '../../src/browser/ask-page.ts'
import { chromiumSkipped, findChromium } from '../../src/browser/chromium.ts'
import type { HtmlReport, SeenPage } from './html-page.ts'

const chromium = findChromium()

/** What a page would have to run, load or take for its own if it did not escape it. */
const hostile = [
  '<script>parent.ranHostile = true</script>',
  '"><img src="/x.png" onerror="parent.ranHostile = true">',
  '</style></title></svg><iframe srcdoc="<script>parent.parent.ranHostile=true</script>"></iframe>',
  '\u202egnp.exe',
  'a-name-without-a-single-place-to-break-it-'.repeat(40),
].join(' ')

it.skipIf(chromium === undefined)(chromium === undefined ? chromiumSkipped : 'reports as HTML are whole, harmless and readable in headless Chromium, wide and narrow', { timeout: 120_000 }, async () => {
  const { passed, refused } = await judged()
  const pages: Readonly<Record<string, string>> = { passed: renderHtml(passed), refused: renderHtml(refused), hostile: renderHtml(withTexts(refused, hostile)) }
  const answer = await askPage(chromium ?? '', new URL('./html-page.ts', import.meta.url), (name) => (name === 'list.json' ? JSON.stringify(Object.keys(pages)) : pages[name]))
  const { seen, ran, error } = answer as HtmlReport
  expect(error).toBeUndefined()
  expect(ran).toBe(false)
  expect(seen.map(({ name, width }) => `${name} ${width}`)).toEqual(Object.keys(pages).flatMap((name) => [`${name} 1280`, `${name} 390`]))
  for (const page of seen) {
    const { name, width, overflow, loaded, overlaps, cut, foreign, unreadable, folds, boxes } = page
    expect({ name, width, overflow, loaded, overlaps, cut, foreign, unreadable }).toEqual({ name, width, overflow: 0, loaded: [], overlaps: 0, cut: [], foreign: [], unreadable: 0 })
    expect(folds[0]).toBeGreaterThan(0)
    expect(folds[1]).toBe(folds[0])
    for (const box of boxes) expect(box).toMatchObject({ isSeen: true, leadsTo: 'SECTION' })
  }
  const artifact = `sha256:${sha256Hex('app')}`
  expect(told(seen, 'passed')).toEqual([['build', 'passed'], [artifact, 'passed'], ['test', 'passed']])
  expect(told(seen, 'refused')).toEqual([['build', 'passed'], [artifact, 'passed'], ['test', 'failed']])
  expect(told(seen, 'hostile').map(([, state]) => state).toSorted()).toEqual(['failed', 'passed', 'passed'])
})

function told(seen: readonly SeenPage[], name: string): readonly (readonly [name: string, state: string])[] {
  const boxes = seen.find((page) => page.name === name)?.boxes ?? []
  return boxes.map((box) => [box.name, box.state] as const).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** One verdict of each kind, on two steps. */
async function judged(): Promise<{ readonly passed: Report; readonly refused: Report }> {
  const { collection, policy, evaluate, stranger } = await world({ types: [productType] })
  const evidence = [evidenceOf(productType, treeOf('products', { app: 'app' }))]
  const steps = { build: { by: ['builder'], attestations: [productType] }, test: { by: ['builder'], attestations: [productType] } } as const
  const asked = { policy: await policy({ steps }), subjects: [`sha256:${sha256Hex('app')}`] }
  const build = await collection({ step: 'build', evidence })
  const bad = await collection({ step: 'test', evidence, by: [stranger] })
  const refused = await evaluate({ ...asked, evidence: [build, bad] })
  const passed = await evaluate({ ...asked, evidence: [build, await collection({ step: 'test', evidence })] })
  expect([passed.verdict, refused.verdict]).toEqual(['passed', 'failed'])
  return { passed, refused }
}

/** The same report, whose texts from outside are all this one. */
function withTexts(report: Report, text: string): Report {
  const candidate = (each: CandidateReport): CandidateReport => ({ ...each, references: [text], signers: [text], payloadType: text, checks: each.checks.map((check) => ({ ...check, message: text, expected: text, found: { [text]: [text] } })) })
  return {
    ...report,
    policy: { ...report.policy, payloadType: text, signers: [text] },
    steps: report.steps.map((each) => ({ ...each, step: `${each.step} ${text}`, candidates: each.candidates.map(candidate) })),
    subjects: report.subjects.map((each) => ({ ...each, digests: [text], boundBy: each.boundBy.map((binding) => ({ ...binding, name: text })) })),
  }
}
