import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { booleanType, compile, functionType, numberType, parseJson, RegoError, toJson, toPlain, type Builtin, type EvaluateOptions, type ModuleSource, type Value } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { hostBuiltins } from '@cilock/rego/further'
import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, test } from 'vitest'
import { coverName, instrument } from '../../src/command/instrument.ts'

const cover: Builtin = { name: coverName, declaration: functionType([numberType, numberType], booleanType), call: () => true }
const builtins = [...allBuiltins, ...hostBuiltins, cover]

const shown = (source: string, version: 'v0' | 'v1' = 'v1'): string => instrument(source, 0, version)?.source.replaceAll(coverName, 'reached').replaceAll('(0, ', '(') ?? 'undefined'

describe('modules that tell which lines they reach', () => {
  test.each([
    ['p if { x; y }', 'p if { reached(3); x; reached(3); y; reached(3) }'],
    ['p if x', 'p if { reached(3); x; reached(3) }'],
    ['p if # if\n  x', 'p if # if\n  { reached(4); x; reached(3) }'],
    ['p if {\n  # only if\n  x\n}', 'p if {\n  # only if\n  reached(5); x; reached(3)\n}'],
    ['p if {1} == y', 'p if { reached(3); {1} == y; reached(3) }'],
    ['p := 1', 'p := 1 if { reached(3) }'],
    ['p := 1 if x else := 2 if y # z\nelse := 3', 'p := 1 if { reached(3); x; reached(3) } else := 2 if { reached(3); y # z\n\nreached(3) }\nelse := 3 if { reached(4) }'],
    ['p := 1 if x\n\nelse := 2 if [1 | y] == [1]', 'p := 1 if { reached(3); x; reached(3) }\n\nelse := 2 if { reached(5); [1 | y] == [1]\nreached(5) }\n'],
    ['p if {\n  some x in [1]\n  every y in [2] { y > x }\n}', 'p if {\n  reached(4); some x in [1]\n  reached(5); every y in [2] { reached(5); y > x }; reached(3)\n}'],
    ['default p := 1', 'default p := 1'],
  ])('%s', (rule, wanted) => {
    expect(shown(`package p\n\n${rule}`)).toBe(`package p\n\n${wanted}`)
  })

  test('a module that does not parse is left to the compiler', () => {
    expect(instrument('package', 0, 'v1')).toBeUndefined()
  })
})

const folder = vectors('opa')

interface Case {
  readonly note: string
  readonly modules: readonly string[]
  readonly query: string
  readonly options: EvaluateOptions
}

function casesOf(folder: string, version: 'v0' | 'v1'): readonly Case[] {
  return readdirSync(join(folder, version)).flatMap((file) =>
    readFileSync(join(folder, version, file), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"modules"') && !line.includes('"input_term"'))
      .map((line): Case => {
        const { note, modules, query } = JSON.parse(line) as { readonly note: string; readonly modules: readonly string[] | null; readonly query: string }
        const parsed = parseJson(line) as Readonly<Record<string, Value>>
        const input = parsed['input']
        return { note, modules: modules ?? [], query, options: { data: parsed['data'] ?? {}, now: 0n, seed: 's', ...(input === undefined ? {} : { input }) } }
      }),
  )
}

function outcome(modules: readonly ModuleSource[], { query, options }: Case, version: 'v0' | 'v1'): string {
  try {
    const rows = compile(modules, { version, capabilities: { builtins } }).query(query, options)
    return rows.map((row) => toJson(toPlain(row))).sort().join('\n')
  } catch (error) {
    if (RegoError.is(error)) return error.code
    throw error
  }
}

describe.skipIf(folder === undefined)(folder === undefined ? skipped('opa') : "OPA's own cases", () => {
  test.each(['v0', 'v1'] as const)('%s: they answer the same when lines are counted', (version) => {
    let compared = 0
    // Every sixth is enough for each shape of rules to come up many times.
    for (const one of casesOf(folder ?? '', version).filter((_, i) => i % 6 === 0)) {
      const plain = one.modules.map((source, i) => ({ name: `m${i}`, source }))
      const counted = one.modules.map((source, i) => ({ name: `m${i}`, source: instrument(source, i, version)?.source ?? source }))
      expect(outcome(counted, one, version), one.note).toBe(outcome(plain, one, version))
      compared++
    }
    expect(compared).toBeGreaterThan(200)
  }, 60_000)
})
