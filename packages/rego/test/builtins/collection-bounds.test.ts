import { describe, expect, it } from 'vitest'
import type { Builtin } from '../../src/builtins/builtin.ts'
import { graphBuiltins } from '../../src/builtins/graphs.ts'
import { jsonLayoutBuiltins } from '../../src/builtins/json-layout.ts'
import { jsonPatchBuiltins } from '../../src/builtins/json-patch.ts'
import { jsonPathBuiltins } from '../../src/builtins/json-paths.ts'
import { objectBuiltins } from '../../src/builtins/objects.ts'
import { RegoError } from '../../src/errors.ts'
import { RegoSet } from '../../src/value/set.ts'
import type { Value } from '../../src/value/value.ts'
import { testContext, type TestLimits } from './families.ts'

const table = new Map([...graphBuiltins, ...jsonLayoutBuiltins, ...jsonPatchBuiltins, ...jsonPathBuiltins, ...objectBuiltins].map((builtin): [string, Builtin] => [builtin.name, builtin]))

function code(name: string, operands: readonly Value[], limits: TestLimits): string {
  try {
    table.get(name)?.call(testContext(limits).context, ...operands)
    return 'no error'
  } catch (error) {
    return RegoError.is(error) ? error.code : String(error)
  }
}

const keys = (count: number): Record<string, Value> => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]))
const numbers = (count: number): readonly Value[] => Array.from({ length: count }, (_, i) => i)
const chain = (count: number): Record<string, Value> => Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, [`n${i + 1}`]]))

describe('work that grows faster than the operands', () => {
  it.each([
    ['object.union_n', [Array.from({ length: 2000 }, (_, i) => ({ [`k${i}`]: i }))]],
    ['object.subset', [Array.from({ length: 2000 }, () => 1), [...Array.from({ length: 500 }, () => 1), 2]]],
    ['object.subset', [keys(60_000), keys(60_000)]],
    ['object.filter', [keys(60_000), []]],
    ['object.keys', [keys(60_000)]],
    ['json.patch', [numbers(2000), Array.from({ length: 2000 }, () => ({ op: 'add', path: '/0', value: 1 }))]],
    ['json.remove', [keys(60_000), ['k1']]],
    ['json.filter', [keys(60_000), ['k1']]],
    ['graph.reachable', [Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}`, Array.from({ length: 300 }, (_2, j) => `${j}`)])), RegoSet.of(['0'])]],
  ] as const)('%s spends steps', (name, operands) => {
    expect(code(name, operands, { steps: 50_000 })).toBe('ERR_LIMIT_STEPS')
  })

  it('graph.reachable_paths ends at the depth limit instead of the stack', () => {
    expect(code('graph.reachable_paths', [chain(5000), ['n0']], {})).toBe('ERR_LIMIT_DEPTH')
  })

  it('graph.reachable takes a node with more edges than a call has arguments', () => {
    const edges = Array.from({ length: 200_000 }, (_, i) => `e${i}`)
    expect(code('graph.reachable', [{ a: edges }, ['a']], {})).toBe('no error')
  })

  it('json.marshal_with_options asks before it writes white space', () => {
    expect(code('json.marshal_with_options', [numbers(1000), { indent: ' '.repeat(10_000) }], {})).toBe('ERR_LIMIT_STRING_LENGTH')
  })
})
