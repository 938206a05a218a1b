import { compile, type Value } from '@cilock/rego'
import { expect, test } from 'vitest'

/** The least limit within which the document can be evaluated. */
function stepsOf(evaluate: (steps: number) => unknown): number {
  for (let steps = 1; steps < 10_000; steps++) {
    try {
      evaluate(steps)
      return steps
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_LIMIT_STEPS' })
    }
  }
  return Number.NaN
}

test.each([
  ['regular expressions', 'p if regex.match(input.pattern, "abc")'],
  ['globs', 'p if glob.match(input.pattern, [], "abc")'],
])('%s that are compiled already cost what they cost at first', (_what, rule) => {
  const source = `package p\n${rule}`
  const make = (): ReturnType<typeof compile> => compile([{ name: 'p.rego', source }], { version: 'v1' })
  const input: Value = { pattern: 'a[b-c]*' }
  const fresh = stepsOf((steps) => make().evaluate('data.p.p', { input, limits: { steps } }))
  const used = make()
  used.evaluate('data.p.p', { input })
  expect(stepsOf((steps) => used.evaluate('data.p.p', { input, limits: { steps } }))).toBe(fresh)
  expect(fresh).toBeGreaterThan('a[b-c]*'.length)
})
