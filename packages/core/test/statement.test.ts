import { CilockError, collectionOf, encodeStatement, inTotoPayloadType, parseStatement, parseSubjects, readCollection, resolveType, sameType, sha256Hex, statementOf, typeForms } from '@cilock/core'
import type { Envelope, PredicateType, Statement, Verified } from '@cilock/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const text = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const good = { _type: 'https://in-toto.io/Statement/v0.1', subject: [{ name: 'a', digest: { sha512: 'ff' } }], predicateType: 'https://example.test/p', predicate: { ok: true } }

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return CilockError.is(error) ? error.code : String(error)
  }
  return 'no error'
}

describe('statements', () => {
  it('reads v0.1 and v1, with digests of any algorithm', () => {
    expect(parseStatement(text(good))).toEqual({ type: good._type, subject: good.subject, predicateType: good.predicateType, predicate: good.predicate })
    expect(parseStatement(text({ ...good, _type: 'https://in-toto.io/Statement/v1' })).type).toBe('https://in-toto.io/Statement/v1')
  })

  it.each([
    ['another version', { ...good, _type: 'https://in-toto.io/Statement/v2' }, 'ERR_STATEMENT_TYPE'],
    ['no version', { subject: [], predicateType: 'x', predicate: {} }, 'ERR_STATEMENT_TYPE'],
    ['no predicate type', { _type: good._type, subject: [], predicate: {} }, 'ERR_MALFORMED'],
    ['an empty predicate type', { ...good, predicateType: '' }, 'ERR_MALFORMED'],
    ['a subject that is no list', { ...good, subject: {} }, 'ERR_MALFORMED'],
    ['a digest that is no text', { ...good, subject: [{ name: 'a', digest: { sha256: 1 } }] }, 'ERR_MALFORMED'],
    ['a key that Go would fold', { ...good, PredicateType: 'y' }, 'ERR_MALFORMED'],
    ['a repeated key', `{"_type":"${good._type}","predicateType":"a","predicateType":"b","subject":[],"predicate":1}`, 'ERR_MALFORMED'],
    ['no object', '[]', 'ERR_MALFORMED'],
    ['no JSON', 'hello', 'ERR_MALFORMED'],
  ])('refuses %s', (_what, value, code) => {
    expect(codeOf(() => parseStatement(text(value)))).toBe(code)
  })

  it('is what it was after writing and reading, with subjects sorted by bytes', () => {
    const digest = fc.constantFrom({ sha256: 'a'.repeat(64) }, { sha1: 'b'.repeat(40), sha256: 'c'.repeat(64) })
    const name = fc.string({ unit: 'binary', minLength: 1 }).filter((value) => value.isWellFormed())
    fc.assert(
      fc.property(fc.dictionary(name, digest), fc.jsonValue(), (subjects, predicate) => {
        const read = parseStatement(encodeStatement({ subjects, predicateType: 'https://example.test/p', predicate }))
        const names = read.subject.map((each) => each.name)
        expect(new Set(names)).toEqual(new Set(Object.keys(subjects)))
        expect(names).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
        expect(new TextDecoder().decode(encodeStatement({ subjects, predicateType: read.predicateType, predicate: read.predicate }))).toBe(
          new TextDecoder().decode(encodeStatement({ subjects, predicateType: 'https://example.test/p', predicate })),
        )
      }),
    )
  })

  it('opens only what verification made', () => {
    const envelope: Envelope = { payload: text(good), payloadType: inTotoPayloadType, signatures: [] }
    // @ts-expect-error an unverified envelope does not compile
    expect(() => statementOf(envelope)).toThrow(TypeError)
    // The type survives a spread; the mark does not.
    expect(() => statementOf({ ...envelope } as Verified<Envelope>)).toThrow(TypeError)
  })
})

describe('collections', () => {
  const statement = (predicate: unknown, predicateType = 'https://aflock.ai/attestation-collection/v0.1'): Statement =>
    parseStatement(text({ ...good, predicateType, predicate }))
  const entry = (type: string, attestation: unknown = {}): unknown => ({ type, attestation, starttime: '2026-01-02T03:04:05.123456789+01:00', endtime: '2026-01-02T03:04:06Z' })
  const git: PredicateType = { name: 'git', predicateType: 'https://aflock.ai/attestations/git/v0.1', read: (predicate, type) => ({ predicate: [predicate, type] }) }

  it('reads known types by either form of their URI and keeps unknown ones', () => {
    const read = readCollection(statement({ name: 's', attestations: [entry('https://witness.dev/attestations/git/v0.1', { a: 1 }), entry('https://example.test/x', 7)] }), [git])
    expect(read.attestations[0]?.evidence?.predicate).toEqual([{ a: 1 }, 'https://witness.dev/attestations/git/v0.1'])
    expect(read.attestations[1]).toMatchObject({ type: 'https://example.test/x', attestation: 7 })
    expect(read.attestations[1]?.evidence).toBeUndefined()
  })

  it('reads the collection of witness, and null where Go writes it', () => {
    expect(collectionOf(statement({ name: 's', attestations: null, backrefs: null }))).toEqual({ name: 's', attestations: [] })
    expect(collectionOf(statement({ name: 's', attestations: null, backrefs: {} }))).toEqual({ name: 's', attestations: [], backrefs: {} })
    expect(collectionOf(statement({ name: 's', attestations: null }, 'https://witness.testifysec.com/attestation-collection/v0.1'))).toEqual({ name: 's', attestations: [] })
  })

  it('refuses another predicate type, another shape and what a reader refuses', () => {
    expect(codeOf(() => collectionOf(statement({ name: 's', attestations: [] }, 'https://slsa.dev/provenance/v1')))).toBe('ERR_PREDICATE_TYPE')
    expect(codeOf(() => collectionOf(statement({ name: 1, attestations: [] })))).toBe('ERR_MALFORMED')
    expect(codeOf(() => collectionOf(statement({ name: 's', attestations: [{ type: 'x', attestation: 1, starttime: 'noon' }] })))).toBe('ERR_MALFORMED')
    const picky: PredicateType = {
      ...git,
      read: () => {
        throw new CilockError('ERR_EVIDENCE_INVALID', 'no')
      },
    }
    expect(codeOf(() => readCollection(statement({ name: 's', attestations: [entry(git.predicateType)] }), [picky]))).toBe('ERR_EVIDENCE_INVALID')
  })
})

describe('type URIs', () => {
  it('knows both forms of the shared types, and only of those', () => {
    expect(resolveType('https://witness.dev/attestations/oci/v0.1')).toBe('https://aflock.ai/attestations/oci/v0.1')
    expect(typeForms('https://aflock.ai/attestations/oci/v0.1')).toEqual(['https://aflock.ai/attestations/oci/v0.1', 'https://witness.dev/attestations/oci/v0.1'])
    expect(sameType('https://aflock.ai/attestation-collection/v0.1', 'https://witness.testifysec.com/attestation-collection/v0.1')).toBe(true)
    expect(resolveType('https://witness.dev/attestations/product/v0.3')).toBe('https://witness.dev/attestations/product/v0.3')
    expect(sameType('https://witness.dev/attestations/product/v0.1', 'https://aflock.ai/attestations/product/v0.3')).toBe(false)
  })
})

describe('subjects on a command line', () => {
  it('takes a name alone or with a digest', () => {
    expect({ ...parseSubjects([' product:42 ', 'a,b=SHA256:' + 'AB'.repeat(32), '']) }).toEqual({
      'product:42': { sha256: '1cc40f4fd022a3f483f67f2db687adc4ef59dec44c5a59da1d1ca1ba2c4bd874' },
      'a,b': { sha256: 'ab'.repeat(32) },
    })
    expect(sha256Hex('product:42')).toBe('1cc40f4fd022a3f483f67f2db687adc4ef59dec44c5a59da1d1ca1ba2c4bd874')
  })

  it.each([
    [['a=md5:00'], 'ERR_DIGEST_INVALID'],
    [['a=sha256:00'], 'ERR_DIGEST_INVALID'],
    [['a=sha1:' + 'zz'.repeat(20)], 'ERR_DIGEST_INVALID'],
    [['a=gitoid:sha256:00'], 'ERR_DIGEST_INVALID'],
    [['a', 'a'], 'ERR_MALFORMED'],
    [[' = '], 'ERR_DIGEST_INVALID'],
    [['=sha1:' + '00'.repeat(20)], 'ERR_MALFORMED'],
  ])('refuses %s', (texts, code) => {
    expect(codeOf(() => parseSubjects(texts))).toBe(code)
  })
})
