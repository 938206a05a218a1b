import { parseJson, stringifyJson } from '@cilock/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noise, render, type Doc } from './arbitrary.ts'
import { questions } from './go-cases.ts'
import { readGolden } from './go-oracle.ts'
import { sample } from './sample-schema.ts'

/** A parsed document, to be written down in another way. */
function docOf(value: unknown): Doc {
  if (Array.isArray(value)) return { kind: 'array', items: value.map((item) => docOf(item)) }
  if (typeof value === 'string') return { kind: 'string', value }
  if (typeof value === 'object' && value !== null) return { kind: 'object', members: Object.entries(value).map(([key, member]) => [key, docOf(member)]) }
  return { kind: 'token', text: stringifyJson(value) }
}

describe('the schema of a struct', () => {
  const golden = readGolden().flatMap(([kind, , output]) => (kind === 'struct' && output !== null ? [output] : []))

  it('gives the bytes of Go for keys in any order, other escapes and other white space', () => {
    expect(golden.length).toBeGreaterThan(30)
    fc.assert(
      fc.property(fc.constantFrom(...golden), noise, (go, choices) => {
        expect(stringifyJson(sample.read(parseJson(render(docOf(JSON.parse(go)), choices))))).toBe(go)
      }),
      { numRuns: 1000 },
    )
  })

  it('changes nothing when it reads what it gave', () => {
    const structs = questions.filter(([kind]) => kind === 'struct')
    fc.assert(
      fc.property(structs, ([, text]) => {
        const once = sample.read(parseJson(text))
        expect(sample.read(once)).toEqual(once)
        expect(stringifyJson(sample.read(parseJson(stringifyJson(once))))).toBe(stringifyJson(once))
      }),
    )
  })
})
