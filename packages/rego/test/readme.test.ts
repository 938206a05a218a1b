import { readFileSync } from 'node:fs'
import { compile, toJson } from '@cilock/rego'
import { describe, expect, it } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

describe('the README', () => {
  it('shows a policy that denies as it says', () => {
    const source = /source: `([^`]+)`/.exec(readme)?.[1] ?? ''
    const program = compile([{ name: 'policy.rego', source }])
    const input = { files: [{ name: 'app' }, { name: 'id.key' }] }
    expect(toJson(program.evaluate('data.example.deny', { input }) ?? null)).toBe('["id.key must not be shipped"]')
    expect(program.explain('data.example.deny', { input }).rules[0]?.solutions[0]?.bindings).toMatchObject({ file: { name: 'id.key' } })
  })
})
