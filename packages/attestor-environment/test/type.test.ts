import { environmentType } from '@cilock/attestor-environment/type'
import type { EnvironmentPredicate } from '@cilock/attestor-environment/type'
import { stringifyJson } from '@cilock/core'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'

const type = environmentType.predicateType

describe('environmentType', () => {
  it('reads what was written, and writes it in Go\'s order', () => {
    const { predicate } = environmentType.read({ variables: { b: '', a: '<&>' }, username: 'ci', hostname: 'runner', os: 'darwin' }, type)
    expect(stringifyJson(predicate)).toBe('{"os":"darwin","hostname":"runner","username":"ci","variables":{"a":"\\u003c\\u0026\\u003e","b":""}}')
    expectTypeOf(predicate).toEqualTypeOf<EnvironmentPredicate>()
  })

  it('knows the witness URI as its own', () => {
    expect(environmentType.aliases).toContain('https://witness.dev/attestations/environment/v0.1')
  })

  it('takes null and missing fields as Go does', () => {
    expect(environmentType.read({ os: 'linux', variables: null }, type).predicate).toEqual({ os: 'linux', hostname: '', username: '' })
  })

  it('keeps names that differ only by case: they are a map', () => {
    expect(environmentType.read({ os: '', hostname: '', username: '', variables: { http_proxy: 'a', HTTP_PROXY: 'b' } }, type).predicate.variables).toEqual({
      http_proxy: 'a',
      HTTP_PROXY: 'b',
    })
  })

  it.each([
    ['a list', []],
    ['text', 'linux'],
    ['a number for the host', { os: 'linux', hostname: 1 }],
    ['a number for a value', { os: 'linux', variables: { A: 1 } }],
    ['a list of variables', { os: 'linux', variables: ['A=1'] }],
    ['a key in other letter case', { OS: 'linux' }],
  ])('refuses %s', (_what, predicate) => {
    expect(() => environmentType.read(predicate, type)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }) as Error)
  })

  it('reads back any environment it could write', () => {
    fc.assert(
      fc.property(fc.record({ os: fc.string(), hostname: fc.string(), username: fc.string(), variables: fc.dictionary(fc.string(), fc.string(), { minKeys: 1 }) }), (found) => {
        const { predicate } = environmentType.read(found, type)
        expect(predicate).toEqual(found)
        expect(environmentType.read(JSON.parse(JSON.stringify(predicate)), type).predicate).toEqual(predicate)
      }),
    )
  })
})
