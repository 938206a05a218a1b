import { CilockError } from '@cilock/core'
import type { Report } from '@cilock/policy'
import { proposeChange } from '@cilock/policy/explain'
import { readReport, renderHtml, renderJson, renderMarkdown, renderText } from '@cilock/policy/render'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bob, collection, judge, options } from './support/world.ts'

const asked = { evidence: [await collection({ signers: [bob] })] }
const refused: Report = await judge(asked)
const changes = await proposeChange(await options(asked), { report: refused })
const encode = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const saved = JSON.parse(renderJson(refused, { changes })) as Record<string, unknown>

function codeOf(value: unknown): string {
  try {
    readReport(encode(value))
    return 'read'
  } catch (error) {
    return CilockError.is(error) ? error.code : String(error)
  }
}

describe('a report that was saved', () => {
  it('reads back as it was, a refusal with its changes and a pass', async () => {
    expect(changes).toHaveLength(1)
    expect(readReport(encode(renderJson(refused, { changes })))).toEqual({ report: refused, changes })
    const passed = await judge({})
    expect(passed.verdict).toBe('passed')
    expect(readReport(encode(renderJson(passed)))).toEqual({ report: passed, changes: [] })
  })

  it('is shown in any form as it would have been then', () => {
    const { report, changes: proposed } = readReport(encode(saved))
    for (const render of [renderText, renderMarkdown, renderHtml]) expect(render(report, { changes: proposed })).toBe(render(refused, { changes }))
    expect(JSON.parse(renderJson(report, { changes: proposed }))).toEqual(saved)
  })

  it('may hold edits of kinds that are not known here', () => {
    const edits = [{ kind: 'from-the-future', what: 1 }]
    expect(readReport(encode({ ...saved, changes: [{ edits, sentence: 'do it', tried: false }] })).changes).toEqual([{ edits, sentence: 'do it', tried: false }])
  })

  it.each([
    ['no JSON', 'nothing'],
    ['no report', {}],
    ['an envelope', { payload: '', payloadType: '', signatures: [] }],
    ['no version', { ...saved, version: undefined }],
    ['a later version', { ...saved, version: 2 }],
    ['a verdict that is none', { ...saved, report: { ...refused, verdict: 'maybe' } }],
    ['no steps', { ...saved, report: { ...refused, steps: undefined } }],
    ['a check of another code', { ...saved, report: { ...refused, policy: { ...refused.policy, checks: [{ ...refused.policy.checks[0], code: 'nonsense' }] } } }],
    ['a key in another letter case', { ...saved, report: { ...refused, Verdict: 'passed' } }],
  ])('is refused: %s', (_what, value) => {
    expect(codeOf(value)).toBe('ERR_MALFORMED')
  })

  it('is refused, or can be shown, whatever of it was changed', () => {
    const values = fc.oneof(fc.constant(undefined), fc.constant(null), fc.string(), fc.integer(), fc.constant([]), fc.constant({}), fc.constant([null]))
    let shown = 0
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 12 }), values, (steps, by) => {
        const value: unknown = structuredClone(saved)
        replaceSomewhere(value, steps, by)
        if (codeOf(value) === 'ERR_MALFORMED') return
        const { report, changes: proposed } = readReport(encode(value))
        for (const render of [renderText, renderMarkdown, renderHtml, renderJson]) expect(render(report, { changes: proposed })).toEqual(expect.any(String))
        shown += 1
      }),
      { numRuns: 500 },
    )
    expect(shown).toBeGreaterThan(20)
  })
})

/** Walks into members as the numbers say, and puts the value at the end of the way. */
function replaceSomewhere(value: unknown, [step = 0, ...rest]: readonly number[], by: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const members = value as Record<string, unknown>
  const key = Object.keys(members)[step % Math.max(1, Object.keys(members).length)]
  if (key === undefined) return
  const inner = members[key]
  if (rest.length === 0 || typeof inner !== 'object' || inner === null) members[key] = by
  else replaceSomewhere(inner, rest, by)
}
