import { proposeChange } from '@cilock/policy/explain'
import { renderHtml, renderJson, renderMarkdown, renderText } from '@cilock/policy/render'
import type { CandidateReport, Report } from '@cilock/policy'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alice, bob, collection, commandRun, judge, keyid, options, policyOf, ran, step } from './support/world.ts'

const byBob = [await collection({ signers: [bob] }), await collection({ signers: [bob], attestations: [ran, ran] })]

/** A refusal in which every text from outside is the same. */
async function hostile(text: string): Promise<Report> {
  const report = await judge({ evidence: byBob })
  const candidates = report.steps.flatMap((each) => each.candidates).map((each): CandidateReport => ({ ...each, references: [text], signers: [text], payloadType: text, checks: each.checks.map((check) => ({ ...check, message: text, expected: text, found: { [text]: [text] } })) }))
  return {
    ...report,
    policy: { ...report.policy, payloadType: text, signers: [text] },
    steps: [{ step: text, verdict: 'failed', checks: [], candidates }],
    externals: [{ external: text, predicateType: text, required: true, verdict: 'passed', checks: [], candidates: [] }],
    subjects: [{ digests: [text], boundBy: [{ step: text, candidate: `sha256:${'a'.repeat(64)}`, by: 'subject', name: text }], checks: [] }],
  }
}

describe('a refusal as text', () => {
  it('names the first cause with identities, and the change that makes it pass', async () => {
    const asked = await options({ evidence: byBob })
    const report = await judge({ evidence: byBob })
    const changes = await proposeChange(asked, { report })
    expect(changes).toEqual([{ edits: [{ kind: 'add-functionary', keyid: keyid(bob), step: 'build' }], sentence: `add key ${keyid(bob).slice(0, 12)}… to the functionaries of step "build", only if this key is meant to sign it`, tried: true }])
    const lines = renderText(report, { changes }).split('\n')
    expect(lines[0]).toBe(`refused: ERR_FUNCTIONARY_MISMATCH step "build": signed by ${keyid(bob).slice(0, 12)}…; the step allows ${keyid(alice).slice(0, 12)}…`)
    expect(lines).toContain('└─ the smallest change that makes it pass:')
    expect(renderText(report)).not.toContain('change')
    expect(lines.some((line) => line.startsWith('├─ the nearest of 2 envelopes that were found'))).toBe(true)
    expect(renderMarkdown(report)).toContain(`2 envelopes found, both signed by key ${keyid(bob).slice(0, 12)}…; the step allows ${keyid(alice).slice(0, 12)}…`)
  })

  it('tells a denial with its rule, row and values', async () => {
    const module = btoa('package run\ndeny[reason] {\n  code := input.exitcode\n  code != 0\n  reason := sprintf("exit %v", [code])\n}\n')
    const policy = policyOf({ steps: { build: step('build', { attestations: [{ type: commandRun, regopolicies: [{ name: 'exit.rego', module }] }] }) } })
    const text = renderText(await judge({ policy, evidence: [await collection({ attestations: [{ type: commandRun, attestation: { cmd: ['make'], exitcode: 3 } }] })] }))
    expect(text).toContain('├─ denied exit 3 (exit.rego row 2, data.run.deny): code = 3, reason = "exit 3", input.exitcode = 3\n')
  })

  it('is no command to the machine that shows the log', async () => {
    const text = renderText(await hostile('\n::set-output name=a::b ##[add-mask]c ##vso[task.complete]'))
    expect(text).toContain('#\\x23[add-mask]c #\\x23vso[task.complete]')
    expect(text).not.toMatch(/^\s*::|##[a-z]*\[/m)
  })

  it('is no longer for a name of megabytes, and says so', async () => {
    const report = await hostile('\u001b'.repeat(1_000_000))
    const text = renderText(report)
    expect(text.length).toBeLessThan(1_000_000)
    expect(text).toContain('… (1000000 characters; the JSON has all)')
  })

  it('says of a pass what is bound to what', async () => {
    const report = await judge()
    expect(renderText(report)).toMatch(/^passed\n└─ verified: sha256:[0-9a-f]{64} bound to step "build" by its subject "app"\n$/)
    expect(renderMarkdown(report)).toMatch(/^### ✅ The policy is satisfied\n\n- <code>sha256/)
    expect(JSON.parse(renderJson(report))).toMatchObject({ version: 1, causes: [], changes: [], report })
  })

  it('does not say of a path that only its proof knows that anybody vouches for it', async () => {
    const report = await judge()
    const [subject] = report.subjects
    if (subject === undefined) throw new TypeError('no subject')
    const proven = { ...report, subjects: [{ ...subject, boundBy: subject.boundBy.map((binding) => ({ ...binding, by: 'inclusion-proof' as const, name: 'bin/app' })) }] }
    for (const render of [renderText, renderHtml]) expect(render(proven)).toMatch(/by a proof of inclusion that calls it (?:"|&#34;)bin\/app/)
  })

  it('does not depend on anything but the report', async () => {
    const [one, other] = [await judge({ evidence: byBob }), await judge({ evidence: byBob.toReversed() })]
    for (const render of [renderText, renderMarkdown, renderHtml, renderJson]) expect(render(one)).toBe(render(other))
  })
})

describe('a report of very many parts', () => {
  it('is told in as much room as there is: a screen, a comment, a page without a picture', async () => {
    const count = 3000
    const names = Array.from({ length: count }, (_, index) => `step-${String(index).padStart(4, '0')}`)
    const report = await judge({ policy: policyOf({ steps: Object.fromEntries(names.map((name, index) => [name, step(name, index === 0 ? {} : { artifactsFrom: [names[index - 1] ?? ''] })])) }), evidence: [] })
    expect(renderText(report).split('\n').length).toBeLessThan(60)
    expect(renderText(report)).toContain('and 2979 more the JSON has all')
    expect(renderMarkdown(report).length).toBeLessThan(65_536)
    expect(renderMarkdown(report)).toContain('| | and 2950 more | | the JSON has all |')
    const page = renderHtml(report)
    expect(page).toContain('3001 parts are too many for a picture')
    expect(page).not.toContain('<svg')
    expect(page).toContain('step-2999')
  })
})

const special = ['<', '>', '&', '"', "'", '`', '|', '[', ']', '(', ')', '!', '*', '_', '#', '@', ':', '/', '.', '\n', '\u001b', '\u009b', '\u202e']

describe('text from outside', () => {
  const nasty = ['\u001b[2J', '\u009b2J', 'a\nrefused: no\n', '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '[x](https://evil.test)', '![x](https://evil.test/x.png)', '@everyone #1', '| a | b |\n| - | - |', '`code`', '\u202egnp.exe', '</style></title>', '# heading', '&lt;b&gt;', 'https://evil.test/a.b', '***', '<!-- -->', '\ud800']

  it.each(nasty)('stays text: %j', async (text) => {
    const report = await hostile(text)
    expectHarmless(report)
  })

  it.each(['GH-123', 'owner/repo#12', '#12', '@everyone', ':x:', ':+1:'])('names nobody and nothing on GitHub: %s', async (text) => {
    // what GitHub sees when it looks for them: entities as what they stand for, comments still there
    const seen = (renderMarkdown(await hostile(text)).match(/.*/g) ?? []).join('\n').replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    expect(seen).not.toContain(text)
    expect(seen.replaceAll('<!-- -->', '')).toContain(text)
  })

  it('stays text, whatever it is', async () => {
    const report = await hostile('NAME')
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...special) })), (text) => {
      const swapped = JSON.parse(JSON.stringify(report).replaceAll('NAME', () => JSON.stringify(text).slice(1, -1))) as Report
      expectHarmless(swapped)
    }), { numRuns: 100 })
  })
})

function expectHarmless(report: Report): void {
  // oxlint-disable-next-line no-control-regex
  expect(renderText(report)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  expect(renderText(report).split('\n').slice(1).filter((line) => line !== '' && !/^[│├└ ]/.test(line))).toEqual([])
  const markdown = renderMarkdown(report).replaceAll(/<\/?(?:code|sub)>|<!-- -->/g, '')
  expect(markdown).not.toMatch(/[<>[\]`\\]|!\[|https?:|@\w/)
  expect(markdown.split('\n').filter((line) => line.startsWith('#'))).toEqual(['### ❌ The policy is not satisfied'])
  expect(markdown.split('\n').filter((line) => line.startsWith('|')).every((line) => line.split('|').length === 6)).toBe(true)
  const html = renderHtml(report)
  const tags = new Set([...html.matchAll(/<\/?([a-z!][a-z0-9]*)/g)].map(([, name]) => name))
  for (const tag of tags) expect('!doctype html head meta title style body main h1 h2 h3 p span code section strong ul li dl dt dd div svg g a path rect circle text table tr td details summary'.split(' ')).toContain(tag)
  expect(html.split('<style>')).toHaveLength(2)
  expect(html.match(/<[^>]*\son[a-z]+\s*=/i)).toBeNull()
  expect(html.match(/(?:href|src)="(?!#)/)).toBeNull()
  expect(JSON.parse(renderJson(report))).toMatchObject({ report: { verdict: 'failed' } })
}
