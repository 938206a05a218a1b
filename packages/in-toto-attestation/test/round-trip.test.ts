import { equals } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromBinary, fromJson, publishedPredicates, ResourceDescriptorSchema, StatementSchema, toBinary, toJson } from '@cilock/in-toto-attestation'
import { messagesOf } from './arbitrary.ts'

const schemas = [StatementSchema, ResourceDescriptorSchema, ...publishedPredicates.map(({ schema }) => schema)]

describe.each(schemas.map((schema) => [schema.typeName, schema] as const))('%s', (_name, schema) => {
  test('any message comes back from binary', () => {
    fc.assert(
      fc.property(messagesOf(schema), (message) => {
        expect(equals(schema, fromBinary(schema, toBinary(schema, message)), message)).toBe(true)
      }),
    )
  })

  test('any message comes back from JSON, and from the text of it', () => {
    fc.assert(
      fc.property(messagesOf(schema), (message) => {
        const json = toJson(schema, message)
        expect(equals(schema, fromJson(schema, json, { unknown: 'refuse' }), message)).toBe(true)
        // JSON has no negative zero that survives JSON.stringify
        const text = JSON.stringify(json)
        expect(JSON.stringify(toJson(schema, fromJson(schema, JSON.parse(text))))).toBe(text)
      }),
    )
  })

  test('any bytes are a message or a coded error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          toBinary(schema, fromBinary(schema, bytes))
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_MALFORMED' })
        }
      }),
    )
  })

  test('any JSON is a message or a coded error with a path', () => {
    const keys = fc.constantFrom(...schema.fields.flatMap(({ name, jsonName }) => [name, jsonName]))
    const json = fc.oneof(fc.jsonValue(), fc.dictionary(keys, fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true }))
    fc.assert(
      fc.property(json, (value) => {
        try {
          toJson(schema, fromJson(schema, value))
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_(?:MALFORMED|NUMBER_INEXACT)$/) as string })
          // found here, and not by protobuf, which knows no path
          expect(error).not.toHaveProperty('cause')
        }
      }),
      { numRuns: 300 },
    )
  })
})
