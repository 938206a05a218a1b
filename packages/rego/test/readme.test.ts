import { readFileSync } from 'node:fs'
import { compile, functionType, numberType, stringType, toJson, type Builtin } from '@cilock/rego'
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

  it('shows a built-in that can be called', () => {
    const distance: Builtin = {
      name: 'acme.distance',
      declaration: functionType([stringType, stringType], numberType),
      call: (context, a, b) => {
        if (typeof a !== 'string' || typeof b !== 'string') return undefined
        context.spend(a.length * b.length)
        return Math.abs(a.length - b.length)
      },
    }
    expect(compile([{ name: 'p.rego', source: 'package p\nd := acme.distance("a", "abc")' }], { builtins: [distance] }).evaluate('data.p.d')).toBe(2)
  })
})
