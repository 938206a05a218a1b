import { compile, formatTerm, toPlain } from '@cilock/rego'
import { describe, expect, it } from 'vitest'

const source = `package example

deny[msg] {
	input.exitcode != 0
	msg := sprintf("exit code was %d", [input.exitcode])
}

deny[msg] {
	file := input.files[_]
	forbidden[file.name]
	msg := sprintf("%s is forbidden", [file.name])
}

forbidden := {"a.key", "b.key"}

allow {
	input.user.name == "root"
	input.user.groups[_] == "wheel"
}

level = "high" { input.score > 9 } else = "low" { input.score > 1 }
`

const program = compile([{ name: 'policy.rego', source }])

describe('explain', () => {
  it('names the rule, the line and the values behind each member', () => {
    const { value, rules } = program.explain('data.example.deny', { input: { exitcode: 3, files: [{ name: 'x' }, { name: 'b.key' }] } })
    expect([...(value as Iterable<unknown>)]).toEqual(['b.key is forbidden', 'exit code was 3'])
    expect(rules.map(({ path, location, solutions }) => ({ path, row: location.row, solutions }))).toEqual([
      { path: 'data.example.deny', row: 3, solutions: [{ key: [], value: 'exit code was 3', bindings: { msg: 'exit code was 3' } }] },
      { path: 'data.example.deny', row: 8, solutions: [{ key: [], value: 'b.key is forbidden', bindings: { file: { name: 'b.key' }, msg: 'b.key is forbidden' } }] },
    ])
  })

  it('names the literal that failed, with what stood there', () => {
    const { value, rules } = program.explain('data.example.allow', { input: { user: { name: 'root', groups: ['users', 'audio'] } } })
    expect(value).toBeUndefined()
    const [rule] = rules
    expect(rule?.solutions).toEqual([])
    expect(rule?.failure).toMatchObject({ location: { file: 'policy.rego', row: 18, col: 2 }, text: 'input.user.groups[_] == "wheel"', attempts: 1 })
  })

  it('shows that a reference stood for nothing', () => {
    const { rules } = program.explain('data.example.allow', { input: { user: {} } })
    expect(rules[0]?.failure).toMatchObject({ text: 'input.user.name == "root"', values: [{ text: 'input.user.name', value: undefined }, { text: 'input.user', value: {} }] })
  })

  it('counts how often a literal was tried, and names the rules it refers to', () => {
    const { rules } = program.explain('data.example.deny', { input: { exitcode: 0, files: [{ name: 'x' }, { name: 'y' }] } })
    expect(rules[0]?.failure).toMatchObject({ text: 'input.exitcode != 0' })
    expect(rules[1]?.failure).toMatchObject({ attempts: 2, bindings: { file: { name: 'x' } }, refersTo: ['data.example.forbidden'] })
    expect(rules[1]?.failure?.further.map(({ bindings }) => bindings)).toEqual([{ file: { name: 'y' } }])
  })

  it('tells the same solution once', () => {
    const program = compile([{ name: 'p.rego', source: 'package p\ndeny["x"] { input.xs[_] > 1 }\nof[n] { n := input.xs[_]; n > 1 }' }])
    const { rules } = program.explain('data.p', { input: { xs: [1, 2, 3, 2] } })
    expect(rules.map(({ solutions }) => solutions.map(({ value }) => value))).toEqual([['x'], [2, 3]])
  })

  it('takes else branches one by one', () => {
    const { value, rules } = program.explain('data.example.level', { input: { score: 5 } })
    expect(value).toBe('low')
    expect(rules.map(({ solutions, failure }) => solutions[0]?.value ?? failure?.text)).toEqual(['input.score > 9', 'low'])
  })

  it('leaves out the else branches behind the one that holds', () => {
    const { value, rules } = program.explain('data.example.level', { input: { score: 10 } })
    expect(value).toBe('high')
    expect(rules.map(({ solutions }) => solutions)).toEqual([[{ key: [], value: 'high', bindings: {} }]])
  })
})

it('a literal is told with the values of all that stands in it, also of what the compiler took out of it', () => {
  const program = compile([{ name: 'p.rego', source: 'package p\nimport rego.v1\na := {1}\nb := {2}\nallow if {\n  true\n  count(a & b) > input.least\n}' }])
  const [rule] = program.explain('data.p.allow', { input: { least: 0 } }).rules
  expect(rule?.failure).toMatchObject({ text: 'count(a & b) > input.least', refersTo: ['data.p.a', 'data.p.b'] })
  expect(rule?.failure?.values.map(({ text, value }) => [text, toPlain(value ?? null)])).toEqual([['a', [1]], ['b', [2]], ['a & b', []], ['input.least', 0], ['count(a & b)', 0]])
})

it('a call is told with what it gave, and a function without a value', () => {
  const program = compile([{ name: 'p.rego', source: 'package p\nimport rego.v1\nf(n) := n + 1\nallow if f(input.n) > count([x | some x in input.xs; x > 3])\nnever if f(input.n) == f(1)' }])
  const { rules } = program.explain('data.p', { input: { n: 0, xs: [4, 5, 1] } })
  const told = rules.filter(({ failure }) => failure !== undefined).map(({ failure }) => failure?.values.map(({ text, value }) => `${text} = ${formatTerm(value ?? null)}`))
  expect(told).toEqual([
    ['input.n = 0', 'input.xs = [4, 5, 1]', '[x | some x in input.xs; x > 3] = [4, 5]', 'f(input.n) = 1', 'count([x | some x in input.xs; x > 3]) = 2'],
    ['input.n = 0', 'f(input.n) = 1', 'f(1) = 2'],
  ])
})
