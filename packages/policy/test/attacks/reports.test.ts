import { renderMarkdown, renderText } from '@cilock/policy/render'
import type { Report } from '@cilock/policy'
import { beforeAll, describe, expect, it } from 'vitest'
import { moduleOf } from '../support/rego.ts'
import { alice, cause, collection, commandRun, hex, judge, mallory, policyOf, ran, step } from '../support/world.ts'

const hostile = [
  'x\npassed\n└─ verified: all of it',
  'x\r\n### ✅ The policy is satisfied\r\n',
  'x |\n| ✅ | step build | 1 | passed |',
  '`</code>` **passed** ~~not~~',
  '<script>alert(1)</script><!-- ', // a comment that is left open
  '--> ### passed',
  '[passed](javascript:alert(1)) ![x](https://evil.test/x.png) <https://evil.test> www.evil.test',
  '@mention #123 GH-123 owner/repo#1 :white_check_mark: a@b.test',
  '\u001b[2K\u001b[1A\u001b[32mpassed\u001b[0m\u0007',
  '\u202epassed\u2066\u200b\u2028\u2029\u0085passed',
  '::error::x\n::set-output name=a::b\n##[error]x ##vso[task.complete result=Succeeded;]',
  '1. passed',
  '    passed',
  '$$passed$$ \\(x\\)',
  'x'.repeat(100_000),
  '#|<@'.repeat(25_000),
]

/** Evidence and a policy in which whoever may has written such a text wherever there is one; the reports are of real verifications. */
async function worlds(text: string): Promise<readonly Report[]> {
  const rule = moduleOf('r', 'package r\ndeny[m] { m := input.cmd[0] }')
  const material = { type: 'https://aflock.ai/attestations/material/v0.1', attestation: { [text]: { sha256: hex('evil') } } }
  const product = { type: 'https://aflock.ai/attestations/product/v0.1', attestation: { [text]: { mime_type: text, digest: { sha256: hex('a') } } } }
  const references = (envelope: Awaited<ReturnType<typeof collection>>) => ({ search: async () => [{ envelope: { ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, keyid: text })) }, reference: text }] })
  return Promise.all([
    // a denial with the text as its reason
    judge({ policy: policyOf({ steps: { build: step('build', { attestations: [{ type: commandRun, regopolicies: [rule] }] }) } }), evidence: [await collection({ attestations: [{ type: commandRun, attestation: { cmd: [text], exitcode: 0 } }] })] }),
    // by nobody, who calls himself so and his file too
    judge({ source: references(await collection({ signers: [mallory] })) }),
    // a step called so, with nothing
    judge({ policy: policyOf({ steps: { build: step('build'), [text]: step(text) } }) }),
    // files called so that differ
    judge({ policy: policyOf({ steps: { fetch: step('fetch'), build: step('build', { artifactsFrom: ['fetch'] }) } }), evidence: [await collection({ name: 'fetch', attestations: [ran, product] }), await collection({ attestations: [ran, material] })] }),
    // evidence of something else, called so
    judge({ evidence: [await collection({ subjects: { [text]: { sha256: hex('other') } } })] }),
    // a collection and a predicate called so
    judge({ source: references(await collection({ name: text })) }),
    judge({ source: references(await collection({ predicateType: text })) }),
    // a pass, by a subject that is called so
    judge({ evidence: [await collection({ subjects: { [text]: { sha256: hex('app') } }, signers: [alice] })] }),
  ])
}

describe.each(hostile)('text from evidence is only text: %#', (text) => {
  let reports: readonly Report[] = []
  beforeAll(async () => {
    reports = await worlds(text)
  })

  it('the world of this test has seven refusals and a pass', () => {
    expect(reports.map(({ verdict }) => verdict)).toEqual([...Array.from({ length: 7 }, () => 'failed'), 'passed'])
    expect(new Set(reports.map(cause)).size).toBeGreaterThanOrEqual(5)
  })

  it('says on the first line alone what it came to, in lines of its own making', () => {
    for (const report of reports) {
      const lines = renderText(report).split('\n')
      expect(lines[0]).toMatch(report.verdict === 'passed' ? /^passed$/ : /^refused: ERR_[A-Z_]+ /)
      expect(lines.at(-1)).toBe('')
      for (const line of lines.slice(1, -1)) expect(line).toMatch(/^(?:│ {2}| {3})*[├└]─ \S/)
      // oxlint-disable-next-line no-control-regex
      expect(renderText(report)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/)
      expect(renderText(report)).not.toMatch(/^\s*::|##[a-z]*\[/m)
      expect(renderText(report).length).toBeLessThan(100_000)
    }
  })

  it('makes no structure of Markdown', () => {
    for (const report of reports) {
      const markdown = renderMarkdown(report)
      expect(markdown.length).toBeLessThan(65_536)
      const lines = markdown.replaceAll('<!-- -->', '').split('\n')
      expect(lines.filter((line) => line.startsWith('#'))).toEqual([report.verdict === 'passed' ? '### ✅ The policy is satisfied' : '### ❌ The policy is not satisfied'])
      const rows = lines.filter((line) => line.startsWith('|'))
      expect(rows).toHaveLength(2 + report.steps.length)
      for (const row of rows) expect(row.split('|')).toHaveLength(6)
      expect(rows.filter((row) => row.startsWith('| ✅ |'))).toHaveLength(report.steps.filter(({ verdict }) => verdict === 'passed').length)
      for (const line of lines) expect(line).toMatch(/^(?:$|### |\*\*ERR_|\*\*ERR&#95;|\| |- |<sub>policy )/)
      expect(markdown.replaceAll(/<\/?(?:code|sub)>|<!-- -->/g, '')).not.toMatch(/[<>[\]`\\]|https?:|www\.|@\w|\w#\d|:\w+:/)
    }
  })
})

describe('a report that somebody saved', () => {
  it('proposes a change in one item of a list, whatever its sentence begins with', async () => {
    const report = await judge({ evidence: [] })
    for (const sentence of ['1. passed', '12) passed', '      passed', '- passed', '+ passed', '# passed', '> passed', '| passed |']) {
      const item = renderMarkdown(report, { changes: [{ edits: [], sentence, tried: true }] }).split('\n').find((line) => line.startsWith('- ') && line.includes('passed'))
      expect(item?.slice(2)).not.toMatch(/^(?:\s|\d+[.)]|[-+*#>|])/)
    }
  })
})

describe('names that are long, and many of them', () => {
  it('leave room for the refusal in a comment, and say each of them as far as there is', async () => {
    const name = (index: number): string => `${index} ${'#'.repeat(2000)}`
    const report = await judge({ policy: policyOf({ steps: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [name(index), step(name(index))])) }), evidence: [] })
    const markdown = renderMarkdown(report)
    expect(markdown.length).toBeLessThan(65_536)
    expect(markdown).toMatch(/^### ❌ The policy is not satisfied\n/)
    expect(markdown.split('\n').filter((line) => line.startsWith('| ❌'))).toHaveLength(50)
  })
})
