import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { equals } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { parseEnvelope, parseJson, type JsonValue } from '@cilock/core'
import { findPredicate, fromBinary, predicateOf, statementFromJson, statementWith, toBinary, toJson } from '@cilock/in-toto-attestation'
import { skipped, vectors } from '@cilock/vectors'

const evidence = vectors('golden/evidence')

/** Every payload of a recorded envelope that strict JSON reads. */
function payloads(folder: string): readonly JsonValue[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.parentPath.endsWith('outputs'))
  return files.flatMap((entry) => {
    const bytes = readFileSync(join(entry.parentPath, entry.name))
    if (!bytes.subarray(0, 11).equals(Buffer.from('{"payload":'))) return []
    try {
      return [parseJson(parseEnvelope(bytes).payload)]
    } catch {
      return []
    }
  })
}

test.skipIf(evidence === undefined)(evidence === undefined ? skipped('golden/evidence') : 'what the Go tools wrote with a published predicate is read, and survives', () => {
  const counts: Record<string, number> = {}
  for (const payload of payloads(join(evidence ?? '', 'cases'))) {
    const type = typeof payload === 'object' && payload !== null && 'predicateType' in payload ? payload.predicateType : undefined
    const published = typeof type === 'string' ? findPredicate(type) : undefined
    if (published === undefined) continue
    counts[published.type] = (counts[published.type] ?? 0) + 1
    const { schema } = published
    const statement = statementFromJson(payload)
    const predicate = predicateOf(schema, statement)
    const again = statementWith(schema, predicate, statement.subject)
    expect(equals(schema, predicateOf(schema, again), predicate)).toBe(true)
    expect(toJson(schema, fromBinary(schema, toBinary(schema, predicate)))).toEqual(toJson(schema, predicate))
    expect(Object.keys(toJson(schema, predicate) as object).length).toBeGreaterThan(0)
  }
  expect(counts).toEqual({
    'https://in-toto.io/attestation/link/v0.3': 2,
    'https://slsa.dev/provenance/v1': 9,
    'https://slsa.dev/verification_summary/v1': 2,
  })
})
