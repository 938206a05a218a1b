import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CilockError } from '@cilock/core'
import { evaluate, firstCause } from '@cilock/policy'
import type { Report } from '@cilock/policy'
import { explain } from '@cilock/policy/explain'
import { renderHtml, renderJson, renderMarkdown, renderText, reportSchema } from '@cilock/policy/render'
import { compile, parseJson, policyCapabilities, toPlain } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { knownTypes } from '@cilock/sdk'
import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { readExpected } from '../../src/expected.ts'
import { readInputs } from '../../src/verify/command-line.ts'
import { evidenceSource } from '../../src/verify/evidence-source.ts'
import { caseFolders, readVerifyCase } from '../../src/verify/recording.ts'
import type { VerifyCase } from '../../src/verify/recording.ts'
import { causesOf, others } from './check-causes.ts'

const part = 'golden/verify'
const folder = vectors(part)
const disputed = readExpected(fileURLToPath(new URL('../../expected/verify.json', import.meta.url)))

/** Undefined where the command line, or what it names, is refused before anything is judged. */
async function reportOf(path: string, recorded: VerifyCase): Promise<Report | undefined> {
  try {
    const { policy, policyVerifiers, subjects, ...evidence } = await readInputs(path, recorded)
    return await evaluate({ policy, policyVerifiers, subjects, source: await evidenceSource(evidence), types: knownTypes, now: new Date(recorded.clock) })
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}

describe.skipIf(folder === undefined)(folder === undefined ? skipped(part) : 'recorded verifications, explained', async () => {
  const cases = await Promise.all((folder === undefined ? [] : caseFolders(folder)).map(async (path) => {
    const recorded = readVerifyCase(path)
    return { recorded, report: await reportOf(path, recorded) }
  }))
  const judged = cases.flatMap(({ recorded, report }) => (report === undefined ? [] : [{ recorded, report }]))

  it('have the first cause that the recordings name, in every case that is refused', () => {
    const differing: string[] = []
    let agreeing = 0
    for (const { recorded: { id, tags, interpretation }, report } of judged) {
      const cause = firstCause(report)
      if (report.verdict === 'passed' || interpretation.cause === null || tags.includes('free') || disputed.has(id)) continue
      const check = cause?.check.code
      const isNamed = check !== undefined && (causesOf[check].includes(interpretation.cause) || (interpretation.cause === 'external' && cause?.external !== undefined) || others.some((other) => other.check === check && other.ids.includes(id)))
      if (isNamed) agreeing++
      else differing.push(`${id}: ${interpretation.cause}, found ${check ?? 'none'}`)
    }
    expect(differing).toEqual([])
    expect(agreeing).toBeGreaterThanOrEqual(300)
  })

  it('are explained and rendered, whatever came of them', () => {
    expect(judged.length).toBeGreaterThanOrEqual(500)
    for (const { report } of judged) {
      const { first, causes } = explain(report)
      expect(first === undefined).toBe(report.verdict === 'passed')
      expect(first).toBe(causes[0])
      if (first !== undefined) expect(first).toMatchObject(firstCause(report) ?? {})
      for (const cause of causes) expect(cause.failing.length).toBeGreaterThan(0)
      expect(renderText(report).split('\n')[0]).toMatch(report.verdict === 'passed' ? /^passed$/ : /^refused: ERR_[A-Z_]+ ./)
      expect(renderMarkdown(report).replaceAll(/<\/?(?:code|sub)>|<!-- -->/g, '')).not.toMatch(/[<>]/)
      expect(renderHtml(report)).not.toMatch(/<(?:script|img|link|iframe|object|embed)/i)
    }
  })

  it('have reports in the form of the published schema', () => {
    const published: unknown = JSON.parse(readFileSync(fileURLToPath(new URL('../../../policy/src/render/report.v1.json', import.meta.url)), 'utf8'))
    expect(published).toEqual(reportSchema)
    const program = compile([{ name: 'schema.rego', source: 'package schema\nproblems[error.desc] { [_, errors] := json.match_schema(input.document, input.schema); error := errors[_] }' }], { version: 'v0', capabilities: policyCapabilities(allBuiltins) })
    const problemsOf = (document: unknown): unknown => toPlain(program.evaluate('data.schema.problems', { input: parseJson(JSON.stringify({ document, schema: reportSchema })) }) ?? null)
    for (const { recorded: { id }, report } of judged) expect({ id, problems: problemsOf(JSON.parse(renderJson(report))) }).toEqual({ id, problems: [] })
    const document = JSON.parse(judged.map(({ report }) => renderJson(report))[0] ?? '') as { readonly report: object }
    for (const broken of [{ ...document, version: 2 }, { ...document, report: { ...document.report, verdict: 'maybe' } }, { ...document, report: { ...document.report, more: 1 } }, { ...document, report: {} }]) expect(problemsOf(broken)).not.toEqual([])
  })
})
