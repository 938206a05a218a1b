import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { skipped, vectors } from '@cilock/vectors'
import { sniffMimeType } from '../../src/mime/sniff.ts'

/** A byte string, or pieces of one: a piece `[character, count]` is a run. */
type Head = string | readonly (string | readonly [string, number])[]

/** What Go's mimetype v1.4.13 with CI/lock's detectors answers for each head. */
const recorded: readonly { readonly type: string; readonly head: Head }[] = JSON.parse(
  readFileSync(new URL('heads.json', import.meta.url), 'utf8'),
)

function bytes(head: Head): Uint8Array {
  const pieces = typeof head === 'string' ? [head] : head
  return Buffer.from(pieces.map((piece) => (typeof piece === 'string' ? piece : piece[0].repeat(piece[1]))).join(''), 'latin1')
}

describe('recorded answers of Go', () => {
  test('the table speaks of many types', () => {
    expect(recorded.length).toBeGreaterThan(900)
    expect(new Set(recorded.map(({ type }) => type)).size).toBeGreaterThan(200)
  })

  test('ours are the same', () => {
    const differing = recorded
      .map(({ type, head }) => ({ head: JSON.stringify(head).slice(0, 200), type, ours: sniffMimeType(bytes(head)) }))
      .filter(({ type, ours }) => type !== ours)
    expect(differing).toEqual([])
  })
})

const evidence = vectors('golden/evidence/cases')

describe.skipIf(evidence === undefined)(evidence === undefined ? skipped('golden/evidence') : 'products that witness recorded', () => {
  test.each([
    ['witness-run-mime-types', 'c.cdx.json', '{"bomFormat":"CycloneDX"}'],
    ['witness-run-mime-types', 's.spdx.json', '{"spdxVersion":"SPDX-2.3"}'],
    ['witness-run-mime-types', 'v.json', '{"@context":"https://openvex.dev/ns/v0.2.0"}'],
    ['witness-run-mime-types', 'digest', 'sha256:abc'],
    ['witness-run-mime-types', 'l1.txt', 'gr\xfcn\n'],
    ['witness-run-mime-types', 'u16.txt', '\xfe\xff\0a'],
    ['witness-run-mime-types', 'empty', ''],
    ['witness-run-mime-types', 'n.ndjson', '{"a":1}\n{"b":2}\n'],
    ['witness-run-mime-types-more', 'bom.cdx.xml', '<?xml version="1.0" encoding="UTF-8"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5"></bom>'],
    ['witness-run-mime-types-more', 'bom.json', '\xef\xbb\xbf{"a":1}'],
    ['witness-run-mime-types-more', 'trailing.json', '{"a":1,}'],
    ['witness-run-mime-types-more', 'sp2.spdx.json', '{"x":1,"spdxVersion":  "SPDX-2.3"}'],
    ['witness-run-mime-types-more', 'stream.json', '{\n "a": 1\n}\n{\n "b": 2\n}\n'],
    ['witness-run-mime-types-more', 'big-broken.json', `{"k":[${Array.from({ length: 2000 }, (_, index) => `${index},`).join('')}oops`],
  ])('%s: %s', (id, name, content) => {
    const { predicate } = JSON.parse(readFileSync(join(String(evidence), id, 'decoded/att.json'), 'utf8')) as {
      predicate: { attestations: { type: string; attestation: Record<string, { mime_type: string }> }[] }
    }
    const products = predicate.attestations.find(({ type }) => type.endsWith('/product/v0.1'))?.attestation
    expect(products?.[name]?.mime_type).toBe(sniffMimeType(Buffer.from(content, 'latin1')))
  })
})

describe('any bytes', () => {
  const seeds = recorded.map(({ head }) => bytes(head))
  const head = fc.oneof(
    fc.uint8Array({ maxLength: 4000 }),
    fc.string({ unit: 'binary', maxLength: 400 }).map((text) => new TextEncoder().encode(text)),
    fc.tuple(fc.constantFrom(...seeds), fc.uint8Array({ maxLength: 20 })).map((parts) => Buffer.concat(parts)),
  )

  test('have exactly one type, and a well-formed one', () => {
    fc.assert(
      fc.property(head, (bytes) => {
        expect(sniffMimeType(bytes)).toMatch(/^[a-z]+\/[a-z0-9.+-]+(; charset=[^]+)?$/)
      }),
    )
  })

  test('behind the first 3072 change nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3072, maxLength: 3072 }), fc.constantFrom(...seeds), fc.uint8Array(), (filler, seed, rest) => {
        const full = Buffer.concat([seed, filler]).subarray(0, 3072)
        expect(sniffMimeType(Buffer.concat([full, rest]))).toBe(sniffMimeType(full))
      }),
    )
  })

  test.each(['[', '{"a":', '["', '[{"":'])('nested %s as deep as the head goes', (opening) => {
    const nested = opening.repeat(3072).slice(0, 3072)
    expect(sniffMimeType(Buffer.from(nested))).toMatch(/^(application\/json|text\/plain; charset=utf-8)$/)
  })
})
