import { compile, toJson, type Value } from '@cilock/rego'
import { describe, expect, test } from 'vitest'

function valueOf(expression: string): string {
  const program = compile([{ name: 'p.rego', source: `package p\nx := ${expression}` }])
  return toJson(program.evaluate('data.p.x', { input: {}, strictBuiltinErrors: true }) as Value)
}

// What `opa eval` of OPA 1.13.1 prints.
describe('numbers as OPA has them', () => {
  test.each([
    ['floor', '[-1,0,0,0,-2,-3,0,1]'],
    ['ceil', '[-1,1,1,1,-1,-2,1,2]'],
    ['round', '[-1,0,0,-1,-2,-3,1,2]'],
  ])('%s, which does not see the sign of a number between -1 and 0', (name, want) => {
    expect(valueOf(`[${name}(x) | x := [-1, -0.0001, -1e-7, -0.5, -1.5, -2.5, 0.5, 1.5][_]]`)).toBe(want)
  })

  test('the absolute value of what is no integer is written as a computed number', () => {
    expect(valueOf('[json.marshal(abs(-123456789.25)), json.marshal(abs(0.000001)), json.marshal(abs(-1.50)), abs(-3)]')).toBe('["1.2345678925e+08","1e-06","1.5",3]')
  })

  test('of equal numbers, the last one is the greatest and the smallest', () => {
    expect(valueOf('[json.marshal([max([1, 1.0]), max([1.0, 1]), min([1, 1.0]), min([1.0, 1])])]')).toBe('["[1.0,1,1.0,1]"]')
  })
})
