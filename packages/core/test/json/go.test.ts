import { CilockError, compareUtf8, JsonNumber, parseJson, stringifyJson, type JsonValue } from '@cilock/core'
import { any, time } from '@cilock/core/schema'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { questions } from './go-cases.ts'
import { askGo, hasGo, readGolden, type GoKind } from './go-oracle.ts'
import { sample } from './sample-schema.ts'

/** What we make of a text that Go was asked about; null where we refuse. */
function ours(kind: GoKind, text: string): string | null {
  try {
    const value = parseJson(text)
    switch (kind) {
      case 'any':
        return stringifyJson(any().read(value))
      case 'exact':
        return stringifyJson(sorted(value))
      case 'struct':
        return stringifyJson(sample.read(value))
      case 'time':
        return stringifyJson(time().read(value))
    }
  } catch (error) {
    if (CilockError.is(error) && error.code === 'ERR_MALFORMED') return null
    throw error
  }
}

/** Go sorts the keys of what it decodes to a map; our reader keeps the order of the text. */
function sorted(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || JsonNumber.is(value)) return value
  if (Array.isArray(value)) return value.map((item: JsonValue) => sorted(item))
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => compareUtf8(a, b)).map(([key, member]) => [key, sorted(member)]))
}

describe('the bytes of Go', () => {
  const golden = readGolden()

  it('has recorded answers of every kind, refusals among them', () => {
    expect(new Set(golden.map(([kind]) => kind))).toEqual(new Set(['any', 'exact', 'struct', 'time']))
    expect(golden.filter(([, , output]) => output === null).length).toBeGreaterThan(10)
    expect(golden.filter(([, , output]) => output !== null).length).toBeGreaterThan(300)
  })

  it.each(['any', 'exact', 'struct', 'time'] as const)('are ours for every recorded document (%s)', (kind) => {
    const cases = golden.filter(([of]) => of === kind)
    expect(cases.map(([, input]) => [input, ours(kind, input)])).toEqual(cases.map(([, input, output]) => [input, output]))
  })

  it.skipIf(!hasGo())(hasGo() ? 'still come from Go, for the recorded and for new documents' : 'SKIPPED: needs go', () => {
    expect(askGo(golden.map(([kind, input]) => [kind, input]))).toEqual(golden)
    const seed = Date.now() % 2 ** 31
    for (const [kind, input, output] of askGo(fc.sample(questions, { seed, numRuns: 3000 }))) {
      expect({ seed, kind, input, output: ours(kind, input) }).toEqual({ seed, kind, input, output: output })
    }
  })
})
