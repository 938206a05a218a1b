import { compile, formatTerm, RegoError } from '@cilock/rego'
import { yamlBuiltins } from '@cilock/rego/yaml'
import { describe, expect, test } from 'vitest'

const program = compile([{ name: 'p.rego', source: 'package p\nx = yaml.unmarshal(input)' }], { builtins: yamlBuiltins })

function read(text: string, steps = 2_000_000): string {
  try {
    return formatTerm(program.evaluate('data.p.x', { input: text, strictBuiltinErrors: true, limits: { steps } }) ?? null)
  } catch (error) {
    if (RegoError.is(error)) return error.message
    throw error
  }
}

/** Nine times the line before, seven times over. */
const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', ...['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh'].map(([from, to]) => `${to}: &${to} [${Array(9).fill(`*${from}`).join()}]`)].join('\n')

// The texts are those of OPA 1.13.1.
describe('aliases in YAML', () => {
  test.each([
    ['a: &a 1\nb: &a 2\nc: *a', '{"a": 1, "b": 2, "c": 2}'],
    ['a: &a x\n*a : 1', '{"a": "x", "x": 1}'],
    ['a: &a {k: 1}\nb:\n  <<: *a\n  m: 2', '{"a": {"k": 1}, "b": {"k": 1, "m": 2}}'],
    ['a: *b\nb: &b 1', "yaml.unmarshal: yaml: unknown anchor 'b' referenced"],
    ['a: &a [*a]', "yaml.unmarshal: yaml: anchor 'a' value contains itself"],
    [bomb, 'yaml.unmarshal: yaml: document contains excessive aliasing'],
  ])('%s', (text, wanted) => {
    expect(read(text)).toBe(wanted)
  })

  test('many aliases take no more steps than as many values', () => {
    expect(read(`a: &a 1\nb:\n${'- *a\n'.repeat(20_000)}`, 200_000)).toMatch(/^\{"a": 1, "b": \[1, 1,/)
  })
})
