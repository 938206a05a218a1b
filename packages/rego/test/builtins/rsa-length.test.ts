import { readFileSync } from 'node:fs'
import { compile } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { describe, expect, it } from 'vitest'

interface Case {
  readonly what: string
  readonly expression: string
  /** What OPA says. */
  readonly opa: boolean
}

const cases = JSON.parse(readFileSync(new URL('rsa-length.json', import.meta.url), 'utf8')) as readonly Case[]

/** Go, and so OPA, takes RSA signatures of exactly the modulus' length: one that begins with a zero is none without it. */
describe('an RSA signature that begins with a zero, whole and without it', () => {
  it('is recorded both ways', () => {
    expect(cases.map(({ opa }) => opa)).toEqual([true, false, true, false, true, false])
  })

  it.each(cases)('$what: $opa', ({ expression, opa }) => {
    expect(compile([{ name: 'p.rego', source: `package p\nx := ${expression}` }], { builtins: [...allBuiltins] }).evaluate('data.p.x', { strictBuiltinErrors: true, now: new Date('2026-01-01') })).toBe(opa)
  })
})
