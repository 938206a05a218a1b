import { compile, formatTerm, type EvaluateOptions, type Failure, type RuleExplanation } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { describe, expect, test } from 'vitest'

function rulesOf(source: string, options: EvaluateOptions, ref = 'data.p.allow'): readonly RuleExplanation[] {
  return compile([{ name: 'p.rego', source: `package p\nimport rego.v1\n${source}` }], { builtins: allBuiltins }).explain(ref, options).rules
}

/** Why the first rule fails. */
function failureOf(source: string, options: EvaluateOptions = {}, ref?: string): Failure | undefined {
  return rulesOf(source, options, ref)[0]?.failure
}

const told = (failure: Failure | undefined): readonly string[] => (failure?.values ?? []).map(({ text, value }) => `${text} = ${value === undefined ? 'undefined' : formatTerm(value)}`)

/** Each rule with its solutions, or the literal that failed and what it met. */
const summary = (rules: readonly RuleExplanation[] = []): readonly string[] =>
  rules.map(({ location, solutions, failure }) => `${location.row}: ${failure === undefined ? solutions.map(({ value }) => formatTerm(value)).join() : [failure.text, ...told(failure)].join('; ')}`)

describe('every', () => {
  const steps = [{ pinned: true }, { pinned: false, uses: 'a' }, { pinned: false, uses: 'b' }]

  test('the first member that fails is named, with the literal of the body and its values', () => {
    const failure = failureOf('allow if {\n  every i, step in input.steps {\n    i >= 0\n    step.pinned == true\n  }\n}', { input: { steps } })
    expect(failure).toMatchObject({ location: { row: 4 }, attempts: 1, bindings: {} })
    expect(failure?.text).toMatch(/^every i, step in input.steps \{/)
    expect(failure?.member).toMatchObject({ location: { row: 6 }, text: 'step.pinned == true', bindings: { i: 1, step: steps[1] }, attempts: 1 })
    expect(told(failure?.member)).toEqual(['step.pinned = false'])
  })

  test('within another one, members are named all the way', () => {
    const jobs = { a: { steps: [{ pinned: true }] }, b: { steps } }
    const failure = failureOf('allow if every j, job in input.jobs {\n  every step in job.steps { step.pinned; j != "" }\n}', { input: { jobs } })
    expect(failure?.member?.bindings).toEqual({ j: 'b', job: { steps } })
    expect(failure?.member?.member).toMatchObject({ text: 'step.pinned', bindings: { j: 'b', job: { steps }, step: steps[1] } })
  })

  test('what is no collection has no member that fails', () => {
    const failure = failureOf('allow if every x in input.xs { x }', { input: { xs: 3 } })
    expect(told(failure)).toEqual(['input.xs = 3'])
    expect(failure?.member).toBeUndefined()
  })

  test('under with, the members are those of the with', () => {
    const failure = failureOf('allow if every x in input.xs { x > input.n } with input.xs as [60, 40]', { input: { xs: [1], n: 50 } })
    expect(told(failure)).toEqual(['input.xs = [60, 40]'])
    expect(failure?.member?.bindings).toEqual({ x: 40 })
    expect(told(failure?.member)).toEqual(['input.n = 50', 'x = 40'])
  })

  test('a literal of the body that has several values tells how often it was tried', () => {
    const failure = failureOf('allow if every c in input.cs {\n  some l in c.ls\n  l in {"MIT"}\n}', { input: { cs: [{ ls: ['MIT'] }, { ls: ['GPL', 'BSD'] }] } })
    expect(failure?.member).toMatchObject({ text: 'l in {"MIT"}', attempts: 2, bindings: { l: 'GPL' } })
    expect(failure?.member?.further.map(({ bindings }) => bindings['l'])).toEqual(['BSD'])
  })
})

describe('with', () => {
  test('values are those under the with', () => {
    expect(told(failureOf('allow if input.n > 5 with input.n as 4', { input: { n: 10 } }))).toEqual(['input.n = 4'])
    expect(told(failureOf('allow if count(input.xs) == 2 with input as {"xs": [1]}', { input: { xs: [1, 2] } }))).toEqual(['input.xs = [1]', 'count(input.xs) = 1'])
    expect(told(failureOf('allow if data.limit > 5 with data.limit as 3', { data: { limit: 9 } }))).toEqual(['data.limit = 3'])
  })

  test('what stands in the with itself is told as it is outside', () => {
    expect(told(failureOf('allow if input.n > 5 with input.n as input.m', { input: { n: 10, m: 2 } }))).toEqual(['input.m = 2', 'input.n = 2'])
    expect(told(failureOf('allow if input.n > 5 with input.n as input.missing', { input: { n: 10 } }))).toEqual(['input.missing = undefined'])
  })

  test('functions and built-ins that are replaced are told with what stands in for them', () => {
    const replaced = failureOf('allow if f(input.n) > 50 with data.p.f as 7\nf(x) := x', { input: { n: 99 } })
    expect(told(replaced)).toEqual(['input.n = 99', 'f(input.n) = 7'])
    expect(replaced?.rules).toEqual([])
    const counted = failureOf('allow if count(input.xs) > 3 with count as 2', { input: { xs: [1, 2, 3, 4] } })
    expect(told(counted)).toEqual(['input.xs = [1, 2, 3, 4]', 'count(input.xs) = 2'])
  })

  test('rules that the literal refers to are explained under the with, and those behind them too', () => {
    const source = 'allow if is_ok with input as {"n": 3, "m": 1}\nis_ok if is_big\nis_big if input.n > 5'
    const failure = failureOf(source, { input: { n: 10 } })
    expect(told(failure)).toEqual(['is_ok = undefined'])
    expect(summary(failure?.rules)).toEqual(['4: is_big; is_big = undefined'])
    expect(summary(failure?.rules[0]?.failure?.rules)).toEqual(['5: input.n > 5; input.n = 3'])
  })

  test('what is asked after as it is stays as it is', () => {
    expect(summary(rulesOf('allow if not is_ok with input.n as 9\nis_ok if input.n > 5', { input: { n: 1 } }, 'data.p'))).toEqual(['3: not is_ok with input.n as 9; is_ok = true', '4: input.n > 5; input.n = 1'])
  })

  test('a negation is told with what made it fail', () => {
    expect(summary(failureOf('allow if not is_ok with input.n as 9\nis_ok if input.n > 5', { input: { n: 1 } })?.rules)).toEqual(['4: true'])
  })
})

describe('functions', () => {
  const source = 'allow if is_admin(input.user)\nis_admin(u) if u.role == "admin"\nis_admin(u) if u.name == "root"'

  test('the rules of a function tell what they did with the arguments', () => {
    const failure = failureOf(source, { input: { user: { role: 'dev', name: 'x' } } })
    expect(summary(failure?.rules)).toEqual(['4: u.role == "admin"; u.role = "dev"', '5: u.name == "root"; u.name = "x"'])
    expect(failure?.rules[0]?.failure?.bindings).toEqual({ u: { role: 'dev', name: 'x' } })
    expect(failure?.refersTo).toEqual([])
  })

  test('also where one has a value, and only the comparison fails', () => {
    const failure = failureOf('allow if level(input.n) == "low"\nlevel(n) := "high" if n > 5\nelse := "low"', { input: { n: 9 } })
    expect(told(failure)).toEqual(['input.n = 9', 'level(input.n) = "high"'])
    expect(summary(failure?.rules)).toEqual(['4: "high"'])
  })

  test('arguments that a rule is not for are told as such', () => {
    const failure = failureOf('allow if f(input.k, 2) == 3\nf("a", x) := x', { input: { k: 'c' } })
    expect(failure?.rules[0]).toMatchObject({ path: 'data.p.f', solutions: [], failure: { text: 'f("a", x) := x', attempts: 1, values: [{ text: '"a"', value: 'c' }, { text: 'x', value: 2 }] } })
  })

  test('a function that another one calls', () => {
    const failure = failureOf('allow if f(input)\nf(x) if g(x.a)\ng(y) if y > 1', { input: { a: 1 } })
    expect(summary(failure?.rules[0]?.failure?.rules)).toEqual(['5: y > 1; y = 1'])
  })

  test('in the body of every', () => {
    const failure = failureOf('allow if every x in input { f(x) }\nf(x) if x > 1', { input: [2, 1] })
    expect(summary(failure?.member?.rules)).toEqual(['4: x > 1; x = 1'])
  })

  test('no more than two hundred rules are explained within others', () => {
    const source = ['allow if f0(1)', ...Array.from({ length: 12 }, (_, i) => [1, 2].map(() => `f${i}(x) if f${i + 1}(x)`).join('\n')), 'f12(x) if x > 1'].join('\n')
    const count = (rules: readonly RuleExplanation[]): number => rules.reduce((sum, { failure }) => sum + 1 + count(failure?.rules ?? []), 0)
    expect(count(rulesOf(source, {}))).toBe(201)
  })
})
