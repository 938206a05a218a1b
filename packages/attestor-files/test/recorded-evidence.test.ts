import { commandRunType } from '@cilock/attestor-command-run/type'
import { environmentType } from '@cilock/attestor-environment/type'
import { materialType, productType } from '@cilock/attestor-files/type'
import { stringifyJson } from '@cilock/core'
import type { PredicateType } from '@cilock/core'
import { skipped } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { collectionsOf, recordedCases, recordings } from './recorded/case.ts'
import type { RecordedCollection } from './recorded/case.ts'

const readers: readonly PredicateType[] = [materialType, productType, commandRunType, environmentType]

describe.skipIf(recordings === undefined)(recordings === undefined ? skipped('golden/evidence') : 'evidence that Go tools wrote', () => {
  const collections = recordedCases().flatMap((recorded) => collectionsOf(recorded).map((collection) => ({ id: recorded.id, collection })))
  const count = new Map<string, number>()

  it.each(collections)('$id', ({ id, collection }) => {
    for (const { type, attestation } of collection.entries) {
      const reader = readers.find(({ predicateType, aliases }) => predicateType === type || aliases?.includes(type))
      if (reader === undefined) continue
      count.set(type, (count.get(type) ?? 0) + 1)
      const { predicate, subjects = {}, backRefs = {} } = reader.read(attestation, type)

      // Byte for byte what stands in the signed payload. (Go escapes U+FFFD where it stands for a byte that was no UTF-8.)
      expect(collection.text.replaceAll(String.raw`\ufffd`, '\uFFFD'), id).toContain(`"attestation":${stringifyJson(predicate)}`)
      if (type.startsWith('https://aflock.ai/') && !type.endsWith('/v0.1')) {
        expect(within(collection.subjects, type), id).toEqual(subjects)
        expect(within(collection.backRefs, type), id).toEqual(backRefs)
      }
      if (type.endsWith('/command-run/v0.2')) checkSections(collection.text, predicate as Parameters<typeof checkSections>[1])
    }
  })

  it('is read in every form', () => {
    expect([...count.keys()].toSorted()).toEqual([
      'https://aflock.ai/attestations/command-run/v0.2',
      'https://aflock.ai/attestations/environment/v0.1',
      'https://aflock.ai/attestations/material/v0.3',
      'https://aflock.ai/attestations/product/v0.3',
      'https://witness.dev/attestations/command-run/v0.1',
      'https://witness.dev/attestations/environment/v0.1',
      'https://witness.dev/attestations/material/v0.1',
      'https://witness.dev/attestations/product/v0.1',
    ])
    expect((count.get(materialType.predicateType) ?? 0) + (count.get(productType.predicateType) ?? 0)).toBeGreaterThan(1000)
  })
})

function within(names: RecordedCollection['subjects'], type: string): object {
  return Object.fromEntries([...names].filter(([name]) => name.startsWith(`${type}/`)).map(([name, digests]) => [name.slice(type.length + 1), digests]))
}

function checkSections(payload: string, predicate: { readonly _meta: { readonly sections?: Readonly<Record<string, readonly number[]>> } } & Readonly<Record<string, unknown>>): void {
  const bytes = new TextEncoder().encode(payload.slice(payload.indexOf('{"_meta":')))
  const { sections = {} } = predicate._meta
  expect(Object.keys(sections).length).toBeGreaterThan(0)
  for (const [key, [start = 0, end = 0]] of Object.entries(sections)) {
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(start, end + 1)))).toEqual(predicate[key])
  }
}
