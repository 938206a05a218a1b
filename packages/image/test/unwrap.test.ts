import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collectionType, CilockError, encodeEnvelope, encodeJson, encodeStatement, encodeUtf8, inTotoPayloadType, parseJson } from '@cilock/core'
import type { Envelope, JsonValue } from '@cilock/core'
import { customPredicateType, encodeBundle, signaturePredicateType } from '@cilock/cosign'
import { unwrap } from '../src/oci/unwrap.ts'
import type { UnwrappedEnvelope } from '../src/oci/unwrap.ts'

const wrapperType = 'https://example.test/evidence/v1'
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => parseJson(JSON.stringify(value)))
const signature = fc.record({ keyid: fc.stringMatching(/^[0-9a-f]{0,64}$/), sig: fc.uint8Array({ minLength: 1, maxLength: 80 }) })
const predicateType = fc.constantFrom(collectionType, 'https://slsa.dev/provenance/v1', wrapperType)

function statementBytes(type: string, predicate: JsonValue): Uint8Array {
  return encodeStatement({ subjects: { image: { sha256: 'a'.repeat(64) } }, predicateType: type, predicate })
}

const envelopeOf = (payload: Uint8Array, signatures: Envelope['signatures']): Envelope => ({ payload, payloadType: inTotoPayloadType, signatures })
const step = fc.record({ type: predicateType, predicate: json, signatures: fc.uniqueArray(signature, { minLength: 1, maxLength: 3, selector: ({ sig }) => String(sig) }) }).map(({ type, predicate, signatures }) => envelopeOf(statementBytes(type, predicate), signatures))
const outer = [{ keyid: '', sig: Uint8Array.of(1, 2, 3) }]

/** The layer in which it stands beside an image, as cosign writes it. */
function layerOf(envelope: Envelope, isBundle: boolean): Parameters<typeof unwrap>[0] {
  const bytes = isBundle ? encodeBundle({ material: { kind: 'publicKey', hint: 'key' }, content: { kind: 'envelope', envelope } }) : encodeEnvelope(envelope)
  return { bytes, isBundle, annotations: {} }
}

/** What cosign makes of a predicate with a type, and of one without: text. */
function wrapped(inner: Envelope, asText: boolean): Envelope {
  const text = new TextDecoder().decode(encodeEnvelope(inner))
  return envelopeOf(asText ? statementBytes(customPredicateType, { Data: text, Timestamp: '2026-01-02T03:04:05Z' }) : statementBytes(wrapperType, parseJson(text)), outer)
}

const plain = (found: UnwrappedEnvelope | undefined): unknown => found && { form: found.form, payload: found.envelope.payload, signatures: found.envelope.signatures.map(({ keyid, sig }) => ({ keyid, sig })) }

describe('an envelope in another statement', () => {
  it('is taken out with its own bytes and signatures, however it stands there', () => {
    fc.assert(
      fc.property(step, fc.boolean(), fc.boolean(), (inner, asText, isBundle) => {
        expect(plain(unwrap(layerOf(wrapped(inner, asText), isBundle)))).toEqual({ form: 'nested-envelope', payload: inner.payload, signatures: inner.signatures })
      }),
    )
  })

  it('is taken out once: what stands in it is what it says', () => {
    fc.assert(
      fc.property(step, fc.boolean(), fc.boolean(), (inner, one, two) => {
        const middle = wrapped(inner, one)
        expect(plain(unwrap(layerOf(wrapped(middle, two), false)))).toEqual({ form: 'nested-envelope', payload: middle.payload, signatures: middle.signatures })
      }),
    )
  })
})

it('a statement that holds none is itself, with its own bytes and signatures', () => {
  const isNoEnvelope = (value: JsonValue): boolean => typeof value !== 'object' || value === null || !('payload' in value)
  fc.assert(
    fc.property(json.filter(isNoEnvelope), predicateType, fc.boolean(), (predicate, type, isBundle) => {
      const own = envelopeOf(statementBytes(type, predicate), outer)
      expect(plain(unwrap(layerOf(own, isBundle)))).toEqual({ form: expect.stringMatching(/^(envelope|nested-collection)$/) as string, payload: own.payload, signatures: own.signatures })
    }),
  )
})

it('a collection without signatures of its own is one wherever it is no step', () => {
  const collection = { name: 'build', attestations: [] }
  const formOf = (type: string, predicate: JsonValue): unknown => unwrap(layerOf(envelopeOf(statementBytes(type, predicate), outer), false))?.form
  expect(formOf(wrapperType, collection)).toBe('nested-collection')
  expect(formOf(customPredicateType, { Data: JSON.stringify(collection) })).toBe('nested-collection')
  expect(formOf(collectionType, collection)).toBe('envelope')
})

it('cosign’s signature of an image says nothing about it', () => {
  for (const isBundle of [true, false]) expect(unwrap(layerOf(envelopeOf(statementBytes(signaturePredicateType, {}), outer), isBundle))).toBeUndefined()
})

describe('what is no evidence', () => {
  const attempt = (layer: Parameters<typeof unwrap>[0]): void => {
    try {
      unwrap(layer)
    } catch (error) {
      if (!CilockError.is(error)) throw error
    }
  }

  it('is refused by code, whatever it is', () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(encodeUtf8), fc.record({ payload: fc.oneof(fc.string(), fc.base64String()), payloadType: fc.constantFrom(inTotoPayloadType, 'text/plain'), signatures: fc.array(fc.record({ sig: fc.base64String() }), { maxLength: 2 }) }).map(encodeJson))
    fc.assert(fc.property(bytes, fc.boolean(), (each, isBundle) => attempt({ bytes: each, isBundle, annotations: {} })), { numRuns: 400 })
  })

  it('is refused by code, or read, where evidence is damaged', () => {
    fc.assert(
      fc.property(step, fc.boolean(), fc.boolean(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), (inner, asText, isBundle, changes) => {
        const layer = layerOf(wrapped(inner, asText), isBundle)
        const bytes = new Uint8Array(layer.bytes)
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte
        attempt({ ...layer, bytes })
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['of another type', { ...envelopeOf(encodeUtf8('{}'), outer), payloadType: 'text/plain' }, 'ERR_PAYLOAD_TYPE'],
    ['without a statement', envelopeOf(encodeUtf8('{}'), outer), 'ERR_STATEMENT_TYPE'],
    ['without JSON', envelopeOf(encodeUtf8('text'), outer), 'ERR_MALFORMED'],
  ])('an envelope %s in another statement', (_, inner, code) => {
    for (const asText of [true, false]) expect(() => unwrap(layerOf(wrapped(inner, asText), false))).toThrow(expect.objectContaining({ code }) as Error)
  })
})
