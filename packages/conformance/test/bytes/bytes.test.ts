import { collectionOf, collectionType, encodeEnvelope, encodeStatement, encodeUtf8, isJsonObject, JsonNumber, parseEnvelope, parseJson, parseStatement, stringifyJson, witnessCollectionType } from '@cilock/core'
import type { JsonValue, PredicateType } from '@cilock/core'
import { knownTypes } from '@cilock/sdk'
import { skipped } from '@cilock/vectors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isGoes, plain, predicatesIn, recordedEnvelopes } from './recorded.ts'
import type { RecordedPart } from './recorded.ts'
import { asFloat, randomOf, respell } from './respell.ts'
import type { NumberSpelling, Random } from './respell.ts'

const recorded = recordedEnvelopes()
const envelopes = recorded.filter(isGoes)
const decoder = new TextDecoder()
function partsByType(): ReadonlyMap<string, readonly RecordedPart[]> {
  const found = new Map<string, Map<string, RecordedPart>>()
  for (const envelope of envelopes) {
    for (const part of predicatesIn(envelope)) {
      if (!isDecoded(part)) continue
      if (!found.has(part.type)) found.set(part.type, new Map())
      found.get(part.type)?.set(part.bytes, part)
    }
  }
  return new Map([...found].map(([type, parts]) => [type, [...parts.values()]]))
}

describe.skipIf(envelopes.length === 0)(envelopes.length === 0 ? skipped('golden/evidence') : 'what Go wrote, spelled otherwise, is written again as Go wrote it', () => {
  const parts = partsByType()
  const readers = [...parts].flatMap(([type, each]) => {
    const reader = readerOf(type)
    return reader === undefined ? [] : [{ type, each, reader }]
  })

  it('is all that Go wrote: nothing but a file of somebody else that `sign` signed as it was', () => {
    expect(recorded.filter((envelope) => !isGoes(envelope)).map(({ id }) => id)).toEqual(['sign-statement/outputs/signed.json'])
    expect(envelopes.length).toBeGreaterThan(600)
  })

  it('has a recording for each reader', () => {
    expect(new Set(readers.map(({ reader }) => reader.name))).toEqual(new Set(knownTypes.map(({ name }) => name)))
  })

  describe.each(readers)('$type', ({ type, each, reader }) => {
    const write = (text: string): string => stringifyJson(reader.read(parseJson(text), type).predicate)

    it('with its keys in any order, other escapes and other white space', { timeout: 120_000 }, () => {
      forEach(each, ({ id, json, bytes }, random) => expect(write(respell(json, random)), id).toBe(bytes))
    })

    // Go decodes documents and claims into float64, and everything else that is a number into an integer, which takes no fraction.
    if (['sbom', 'github'].includes(reader.name)) {
      it('with its numbers written in any way', { timeout: 120_000 }, () => {
        forEach(each, ({ id, json, bytes }, random) => expect(write(respell(json, random, { number: asFloat })), id).toBe(bytes))
      })
    } else {
      it('but not with integers written as fractions, which Go refuses too', { timeout: 120_000 }, () => {
        forEach(each, ({ id, json, bytes }, random) => {
          const text = respell(json, random, { number: asFloat })
          if (hasNumbers(json)) expect(() => write(text), id).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }) as Error)
          else expect(write(text), id).toBe(bytes)
        })
      })

      it('and with a zero that is written as a negative one', { timeout: 120_000 }, () => {
        forEach(each, ({ id, json, bytes }, random) => expect(write(respell(json, random, { number: negativeZero })), id).toBe(bytes))
      })
    }
  })

  it('and an SBOM that was embedded as it stood keeps the order of its keys', () => {
    const embedded = envelopes.flatMap(predicatesIn).filter((part) => readerOf(part.type)?.name === 'sbom' && !isDecoded(part))
    expect(embedded.length).toBeGreaterThan(3)
    forEach(embedded, ({ id, type, json, bytes }, random) => {
      expect(stringifyJson(readerOf(type)?.read(parseJson(respell(json, random, { order: (members) => members })), type).predicate), id).toBe(bytes)
    })
  })

  it('in a statement and its collection', { timeout: 120_000 }, () => {
    const count = new Set<string>()
    forEach(envelopes, ({ id, payload }, random) => {
      const { type, subject, predicateType, predicate } = parseStatement(encodeUtf8(respell(parseJson(payload), random)))
      const collection = collectionTypes.has(predicateType) ? collectionOf({ type, subject, predicateType, predicate }) : undefined
      const entries = collection?.attestations.map((entry) => ({ ...entry, attestation: written(entry.type, entry.attestation) }))
      // What no reader here knows stays as it came: its keys are still in another order. witness sorts no subjects.
      const isAll = entries === undefined ? isDecoded({ type: predicateType, json: predicate }) : collection?.attestations.every(({ type: each, attestation }) => isDecoded({ type: each, json: attestation })) === true
      if (!isAll || predicateType === witnessCollectionType) return
      count.add(id)
      const content = collection === undefined ? written(predicateType, predicate) : { ...collection, attestations: entries }
      const subjects = Object.fromEntries(subject.map(({ name, digest }) => [name, digest]))
      expect(plain(decoder.decode(encodeStatement({ subjects, predicateType, predicate: content, statementType: type }))), id).toBe(plain(payload))
    })
    expect(count.size).toBeGreaterThan(300)
  })

  it('in an envelope', { timeout: 120_000 }, () => {
    forEach(envelopes, ({ id, text }, random) => {
      expect(decoder.decode(encodeEnvelope(parseEnvelope(respell(parseJson(text), random)))), id).toBe(text)
    })
  })
})

const collectionTypes: ReadonlySet<string> = new Set([collectionType, witnessCollectionType])
const negativeZero: NumberSpelling = (text) => (text === '0' ? '-0' : text)

/** Tries everything that was recorded, each time spelled in another way. */
function forEach<T>(items: readonly T[], check: (item: T, random: Random) => void): void {
  fc.assert(
    fc.property(fc.nat(), (seed) => items.forEach((item, index) => check(item, randomOf(seed + index)))),
    { numRuns: 2 },
  )
}

function readerOf(type: string): PredicateType | undefined {
  return knownTypes.find(({ predicateType, aliases = [] }) => predicateType === type || aliases.includes(type))
}

/** Whether a type is read here, and Go decodes its predicate: witness embeds an SBOM as it stands in the file, without `_sbomFormat`. */
function isDecoded({ type, json }: Pick<RecordedPart, 'type' | 'json'>): boolean {
  return readerOf(type) !== undefined && (readerOf(type)?.name !== 'sbom' || (isJsonObject(json) && Object.hasOwn(json, '_sbomFormat')))
}

function written(type: string, predicate: JsonValue): unknown {
  return readerOf(type)?.read(predicate, type).predicate ?? predicate
}

/** Whether there is a number in it. */
function hasNumbers(json: JsonValue): boolean {
  if (typeof json === 'number' || JsonNumber.is(json)) return true
  return typeof json === 'object' && json !== null && Object.values(json).some((member: JsonValue) => hasNumbers(member))
}
