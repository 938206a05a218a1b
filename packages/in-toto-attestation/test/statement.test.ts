import { describe, expect, test } from 'vitest'
import {
  create,
  AttributeReportSchema,
  findPredicate,
  LinkSchema,
  predicateOf,
  ProvenanceSchema,
  publishedPredicates,
  ReleaseSchema,
  ResourceDescriptorSchema,
  statementFromJson,
  StatementSchema,
  statementWith,
  toJson,
} from '@cilock/in-toto-attestation'

const subject = [{ name: 'a', digest: { sha256: 'x' } }]
const json = (more: Readonly<Record<string, unknown>> = {}): unknown => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject,
  predicateType: 'https://in-toto.io/attestation/release/v0.1',
  predicate: { purl: 'pkg:npm/a@1', releaseId: '7' },
  ...more,
})

describe('statements', () => {
  test('made with a predicate, whose type they take', () => {
    const statement = statementWith(ReleaseSchema, create(ReleaseSchema, { purl: 'pkg:npm/a@1', releaseId: '7' }), subject)
    expect(toJson(StatementSchema, statement)).toEqual(json())
  })

  test('read back with their predicate', () => {
    const statement = statementFromJson(json())
    expect(statement.subject[0]?.digest).toEqual({ sha256: 'x' })
    expect(predicateOf(ReleaseSchema, statement)).toMatchObject({ purl: 'pkg:npm/a@1', releaseId: '7' })
  })

  test('v0.1 is read too, any other version is not', () => {
    expect(statementFromJson(json({ _type: 'https://in-toto.io/Statement/v0.1' })).type).toBe('https://in-toto.io/Statement/v0.1')
    for (const _type of ['https://in-toto.io/Statement/v2', undefined]) {
      expect(() => statementFromJson(json({ _type }))).toThrow(expect.objectContaining({ code: 'ERR_STATEMENT_TYPE', path: '/_type' }))
    }
  })

  test('a predicate of another type is refused', () => {
    expect(() => predicateOf(LinkSchema, statementFromJson(json()))).toThrow(expect.objectContaining({ code: 'ERR_PREDICATE_TYPE', path: '/predicateType' }))
  })

  test('a predicate that is wrong is refused with its path in the statement', () => {
    const statement = statementFromJson(json({ predicate: { purl: 1 } }))
    expect(() => predicateOf(ReleaseSchema, statement)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED', path: '/predicate/purl' }))
    const none = statementFromJson(json({ predicate: undefined }))
    expect(() => predicateOf(ReleaseSchema, none)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED', path: '/predicate' }))
  })

  test('a message that is no predicate is a TypeError', () => {
    expect(() => statementWith(ResourceDescriptorSchema, create(ResourceDescriptorSchema), subject)).toThrow(TypeError)
  })

  test.each([
    ['https://slsa.dev/provenance/v1.0', ProvenanceSchema],
    ['https://in-toto.io/attestation/scai/attribute-report/v0.2', AttributeReportSchema],
  ])('%s is read as the type that it means', (predicateType, schema) => {
    expect(findPredicate(predicateType)?.schema).toBe(schema)
    expect(() => predicateOf(schema, statementFromJson(json({ predicateType, predicate: {} })))).not.toThrow()
  })

  test('each type URI stands once', () => {
    const types = publishedPredicates.flatMap(({ type, aliases }) => [type, ...aliases])
    expect(new Set(types).size).toBe(types.length)
    expect(types.every((type) => findPredicate(type) !== undefined)).toBe(true)
    expect(findPredicate('https://example.com/unknown')).toBeUndefined()
  })
})
