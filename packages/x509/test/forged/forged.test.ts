import { decodeHex, sha256Hex } from '@cilock/core'
import { contextTag, der, derBoolean, derInteger, derNull, derOctets, derOid, derSequence, derSetOf, derText, Tag } from '@cilock/der'
import { certificateOf, type TimestampOptions } from '@cilock/testing/x509'
import { parseCertificate, verifyTimestamps } from '@cilock/x509'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forged, inside, type Change, type Changes } from './forge.ts'

const time = new Date('2026-01-02T03:04:05Z')
const message = new TextEncoder().encode('the bytes of a signature')
const root = await certificateOf({ seed: 'tsa root' })
const tsa = await root.issue({ seed: 'tsa', kind: 'timestamper', names: { dnsNames: ['tsa.test'] } })
const authorities = [{ id: 'tsa', roots: [parseCertificate(root.der)] }]

const oid = { contentType: '1.2.840.113549.1.9.3', messageDigest: '1.2.840.113549.1.9.4', signingTime: '1.2.840.113549.1.9.5', signingCertificate: '1.2.840.113549.1.9.16.2.47', sha256: '2.16.840.1.101.3.4.2.1', sha384: '2.16.840.1.101.3.4.2.2' }

/** `trusted` where the time of the token is believed, else the code; anything thrown fails the test. */
async function judged(changes: Changes, options: Partial<TimestampOptions> = {}): Promise<string> {
  const token = await forged(message, tsa, { time, signingTime: time, ...options }, changes)
  const { trusted, refused } = await verifyTimestamps([{ type: 'tsp', data: token }], { message, authorities })
  expect(trusted.length + refused.length).toBe(1)
  return trusted[0] === undefined ? (refused[0]?.code ?? '') : 'trusted'
}

/** Everything that may stand behind the time, and what each is. */
const accuracy = derSequence(derInteger(1), der(contextTag(0), Uint8Array.of(1)), der(contextTag(1), Uint8Array.of(9)))
const authorityName = (...names: readonly Uint8Array[]): Uint8Array => der(contextTag(0, true), ...names)
const subject = (name: Uint8Array): Uint8Array => der(contextTag(4, true), name)
const extensions = (...list: readonly Uint8Array[]): Uint8Array => der(contextTag(1, true), ...list)
const optional = [accuracy, derBoolean(true), derInteger(77), authorityName(subject(tsa.subject)), extensions(derSequence(derOid('1.2.3.9'), derOctets()))]

const behind = (...more: readonly Uint8Array[]): Changes => ({ info: (parts) => [...parts, ...more] })
const replaced = (index: number, by: Uint8Array): Change => (parts) => parts.with(index, by)

describe('a token whose authority signed every change', () => {
  const levels = [
    ['info', 10],
    ['attributes', 4],
    ['signer', 6],
    ['data', 5],
  ] as const
  const malformed: readonly (readonly [what: string, change: (index: number) => Change])[] = [
    ['there twice', (index) => (parts) => parts.toSpliced(index, 0, parts[index] ?? derNull)],
    ['behind the next one', (index) => (parts) => (index + 1 < parts.length ? parts.with(index, parts[index + 1] ?? derNull).with(index + 1, parts[index] ?? derNull) : [parts[index] ?? derNull, ...parts.slice(0, -1)])],
    ['a NULL', (index) => replaced(index, derNull)],
    ['followed by a NULL', (index) => (parts) => parts.toSpliced(index + 1, 0, derNull)],
    ['of a length that is not in its shortest form', (index) => (parts) => parts.with(index, padded(parts[index] ?? derNull))],
    ['of a length that is not said', (index) => (parts) => parts.with(index, indefinite(parts[index] ?? derNull))],
  ]

  it('is trusted with everything that may stand in it', async () => {
    expect(await judged(behind(...optional))).toBe('trusted')
  })

  it.each(levels.flatMap(([level, count]) => malformed.map(([what, change]) => [level, what, count, change] as const)))('%s: no element may be %s', async (level, _, count, change) => {
    for (let index = 0; index < count; index++) {
      const info: Change = (parts) => [...parts, ...optional]
      expect([index, await judged(level === 'info' ? { info: (parts) => change(index)(info(parts)) } : { info, [level]: change(index) })]).toEqual([index, 'ERR_TIMESTAMP_MALFORMED'])
    }
  })

  it.each([
    ['info', [...Array.from({ length: 5 }, () => 'MALFORMED'), ...Array.from({ length: 5 }, () => 'trusted')]],
    ['attributes', ['ATTRIBUTES', 'trusted', 'ATTRIBUTES', 'SIGNING_CERTIFICATE']],
    ['signer', Array.from({ length: 6 }, () => 'MALFORMED')],
    ['data', ['MALFORMED', 'MALFORMED', 'MALFORMED', 'SIGNER', 'MALFORMED']],
  ] as const)('%s: without one of its elements it is what that element was for', async (level, verdicts) => {
    for (const [index, verdict] of verdicts.entries()) {
      const info: Change = (parts) => [...parts, ...optional]
      const drop: Change = (parts) => parts.toSpliced(index, 1)
      const found = await judged(level === 'info' ? { info: (parts) => drop(info(parts)) } : { info, [level]: drop })
      expect([index, found]).toEqual([index, verdict === 'trusted' ? verdict : `ERR_TIMESTAMP_${verdict}`])
    }
  })

  it('is believed for its own time or refused by code, whatever bits of it were changed before it was signed', async () => {
    const flips = fc.record({ level: fc.constantFrom(...levels), index: fc.nat(), bit: fc.nat() })
    await fc.assert(
      fc.asyncProperty(flips, async ({ level: [level, count], index, bit }) => {
        const flip: Change = (parts) => parts.with(index % count, flipped(parts[index % count] ?? derNull, bit))
        const info: Change = (parts) => [...parts, ...optional]
        // the time of TSTInfo is the authority's own word
        expect(await judged(level === 'info' ? { info: (parts) => flip(info(parts)) } : { info, [level]: flip })).toMatch(/^trusted$|^ERR_TIMESTAMP_[A-Z_]+$/)
      }),
      { numRuns: 300, seed: 5 },
    )
  }, 60_000)
})

const sibling = await root.issue({ seed: 'sibling', kind: 'timestamper' })
const digest = derOctets(decodeHex(sha256Hex(tsa.der)))
const attribute = (type: string, ...values: readonly Uint8Array[]): Uint8Array => derSequence(derOid(type), der(Tag.set, ...values))
const naming = (ids: readonly Uint8Array[], ...more: readonly Uint8Array[]): Partial<TimestampOptions> => ({ attributes: { [oid.signingCertificate]: derSequence(derSequence(...ids), ...more) } })
const withImprint = (algorithm: Uint8Array): Changes => ({ info: replaced(2, derSequence(algorithm, derOctets(decodeHex(sha256Hex(message))))) })
const at = (text: string): Changes => ({ info: replaced(4, derText(text, Tag.generalizedTime)) })
const hashOf = (name: string): Uint8Array => derSequence(derOid(name))
const keyName = der(contextTag(0), tsa.subjectKeyId ?? new Uint8Array())

type Row = readonly [what: string, verdict: string, changes: Changes, options?: Partial<TimestampOptions>]

const rows: readonly (readonly [where: string, cases: readonly Row[]])[] = [
  [
    'the name of the authority',
    [
      ['is the subject', 'trusted', behind(authorityName(subject(tsa.subject)))],
      ['is an alternative name', 'trusted', behind(authorityName(derText('tsa.test', contextTag(2))))],
      ['is that of another', 'SIGNING_CERTIFICATE', behind(authorityName(subject(sibling.subject)))],
      ['is that of the issuer', 'SIGNING_CERTIFICATE', behind(authorityName(subject(root.subject)))],
      ['is an alternative name of nobody', 'SIGNING_CERTIFICATE', behind(authorityName(derText('tsa.test.evil', contextTag(2))))],
      ['is an alternative name of another kind', 'SIGNING_CERTIFICATE', behind(authorityName(derText('tsa.test', contextTag(6))))],
      ['is nothing', 'MALFORMED', behind(authorityName())],
      ['is no name', 'MALFORMED', behind(authorityName(derNull))],
      ['is a subject and a NULL', 'MALFORMED', behind(authorityName(subject(tsa.subject), derNull))],
      ['is two names', 'MALFORMED', behind(authorityName(subject(tsa.subject), subject(tsa.subject)))],
    ],
  ],
  [
    'the hashes of the signed data',
    [
      ['may be more than the signer has', 'trusted', { data: replaced(1, derSetOf(hashOf(oid.sha384), hashOf(oid.sha256))) }],
      ['are none', 'MALFORMED', { data: replaced(1, der(Tag.set)) }],
      ['are others than the signer has', 'MALFORMED', { data: replaced(1, derSetOf(hashOf(oid.sha384))) }],
      ['are no hashes', 'MALFORMED', { data: replaced(1, der(Tag.set, derNull)) }],
      ['are of a kind that nobody knows', 'MALFORMED', { data: replaced(1, derSetOf(hashOf(oid.sha256), hashOf('1.2.3'))) }],
    ],
  ],
  [
    'the certificates',
    [
      ['may be attribute certificates too', 'trusted', { data: (parts) => parts.with(3, der(contextTag(0, true), der(contextTag(1, true), derInteger(1)), tsa.der)) }],
      ['may be unreadable', 'trusted', { data: (parts) => parts.with(3, der(contextTag(0, true), derSequence(derInteger(1)), tsa.der)) }],
      ['are of no kind that there is', 'MALFORMED', { data: (parts) => parts.with(3, der(contextTag(0, true), derNull, tsa.der)) }],
      ['are too many', 'MALFORMED', { data: (parts) => parts.with(3, der(contextTag(0, true), ...Array.from({ length: 21 }, () => tsa.der))) }],
    ],
  ],
  [
    'the signer',
    [
      ['may be named by its key', 'trusted', { signer: (parts) => parts.with(0, derInteger(3)).with(1, keyName) }],
      ['is named by its key in version 1', 'MALFORMED', { signer: replaced(1, keyName) }],
      ['has another serial number', 'SIGNER', { signer: replaced(1, derSequence(root.subject, derInteger(5))) }],
      ['has another issuer', 'SIGNER', { signer: replaced(1, derSequence(tsa.subject, derInteger(tsa.serialNumber))) }],
      ['has version 2', 'MALFORMED', { signer: replaced(0, derInteger(2)) }],
      ['hashes otherwise than it signs', 'SIGNATURE', { signer: replaced(4, derSequence(derOid('1.2.840.10045.4.3.3'))) }],
      ['hashes otherwise than its attributes', 'ATTRIBUTES', { data: replaced(1, derSetOf(hashOf(oid.sha384))), signer: replaced(2, hashOf(oid.sha384)) }],
      ['is of another kind than its key', 'SIGNATURE', { signer: replaced(4, derSequence(derOid('1.3.101.112'))) }],
      ['signs by what nobody knows', 'SIGNATURE', { signer: replaced(4, derSequence(derOid('1.2.3'))) }],
    ],
  ],
  [
    'the signed attributes',
    [
      ['may be of kinds that nobody knows', 'trusted', { attributes: (parts) => sorted([...parts, attribute('1.2.3.4', derNull)]) }],
      ['are in another order than that of DER', 'MALFORMED', { attributes: (parts) => parts.toReversed() }],
      ['have two values', 'MALFORMED', { attributes: (parts) => sorted([...parts, attribute('1.2.3.4', derNull, derInteger(1))]) }],
      ['have no value', 'MALFORMED', { attributes: (parts) => sorted([...parts, attribute('1.2.3.4')]) }],
      ['have a second digest', 'MALFORMED', { attributes: (parts) => sorted([...parts, attribute(oid.messageDigest, derOctets(new Uint8Array(32)))]) }],
      ['are none', 'ATTRIBUTES', { attributes: () => [] }],
    ],
  ],
  [
    'what is not signed',
    [
      ['may be attributes', 'trusted', { signer: (parts) => [...parts, der(contextTag(1, true), attribute('1.2.3.4', derNull, derNull))] }],
      ['may be no attributes at all', 'trusted', { signer: (parts) => [...parts, der(contextTag(1, true))] }],
      ['is no attribute', 'MALFORMED', { signer: (parts) => [...parts, der(contextTag(1, true), derNull)] }],
      ['is an attribute without values', 'MALFORMED', { signer: (parts) => [...parts, der(contextTag(1, true), derSequence(derOid('1.2.3.4')))] }],
      ['is an attribute with something behind it', 'MALFORMED', { signer: (parts) => [...parts, der(contextTag(1, true), derSequence(derOid('1.2.3.4'), der(Tag.set), derNull))] }],
    ],
  ],
  [
    'the certificates that are named',
    [
      ['may be followed by issuers and policies', 'trusted', {}, naming([derSequence(digest), derSequence(derOctets(decodeHex(sha256Hex(root.der))))], derSequence(derSequence(derOid('1.2.3')), derSequence(derOid('1.2.4'), derSequence())))],
      ['begin with another', 'SIGNING_CERTIFICATE', {}, naming([derSequence(derOctets(decodeHex(sha256Hex(root.der)))), derSequence(digest)])],
      ['are none', 'MALFORMED', {}, naming([])],
      ['are followed by a NULL', 'MALFORMED', {}, naming([derSequence(digest), derNull])],
      ['are followed by policies that are none', 'MALFORMED', {}, naming([derSequence(digest)], derSequence(derNull))],
      ['are followed by a policy without a name', 'MALFORMED', {}, naming([derSequence(digest)], derSequence(derSequence(derInteger(1))))],
      ['are followed by a policy that is too long', 'MALFORMED', {}, naming([derSequence(digest)], derSequence(derSequence(derOid('1.2.3'), derSequence(), derNull)))],
      ['are followed by something else than policies', 'MALFORMED', {}, naming([derSequence(digest)], derNull)],
      ['are followed by more than policies', 'MALFORMED', {}, naming([derSequence(digest)], derSequence(), derNull)],
      ['are named by a part of a digest', 'SIGNING_CERTIFICATE', {}, naming([derSequence(derOctets(inside(digest).subarray(0, 16)))])],
      ['are named by another hash than they say', 'SIGNING_CERTIFICATE', {}, naming([derSequence(hashOf(oid.sha384), digest)])],
      ['are named by a hash that nobody knows', 'MALFORMED', {}, naming([derSequence(hashOf('1.2.3'), digest)])],
    ],
  ],
  [
    'the imprint',
    [
      ['may have a hash with NULL or without', 'trusted', withImprint(hashOf(oid.sha256))],
      ['has a hash with other parameters', 'MALFORMED', withImprint(derSequence(derOid(oid.sha256), derSequence()))],
      ['has a signature algorithm for a hash', 'MALFORMED', withImprint(hashOf('1.2.840.113549.1.1.11'))],
      ['has another hash than its digest', 'IMPRINT', withImprint(hashOf(oid.sha384))],
      ['is by SHA-224', 'WEAK', withImprint(hashOf('2.16.840.1.101.3.4.2.4'))],
    ],
  ],
  [
    'the time',
    [
      ['may have a fraction of any length', 'trusted', at('20260102030405.123456789012345678Z')],
      ['has a fraction that ends in zero', 'MALFORMED', at('20260102030405.10Z')],
      ['has a fraction of nothing', 'MALFORMED', at('20260102030405.Z')],
      ['has a comma', 'MALFORMED', at('20260102030405,5Z')],
      ['has no zone', 'MALFORMED', at('20260102030405')],
      ['has another zone', 'MALFORMED', at('20260102050405+0200')],
      ['has no seconds', 'MALFORMED', at('202601020304Z')],
      ['is on the 30th of February', 'MALFORMED', at('20260230030405Z')],
      ['is in a second that leaps', 'MALFORMED', at('20261231235960Z')],
      ['is at 24 o’clock', 'MALFORMED', at('20260102240000Z')],
      ['is followed by a NUL', 'MALFORMED', at('20260102030405Z\0')],
      ['is of another type', 'MALFORMED', { info: replaced(4, derText('260102030405Z', Tag.utcTime)) }],
      ['is before all certificates', 'UNTRUSTED', at('00000101000000Z')],
      ['is after all certificates', 'UNTRUSTED', at('99991231235959Z')],
    ],
  ],
  [
    'extensions',
    [
      ['may be unknown', 'trusted', behind(extensions(derSequence(derOid('1.2.3.9'), derOctets())))],
      ['are critical', 'MALFORMED', behind(extensions(derSequence(derOid('1.2.3.9'), derBoolean(true), derOctets())))],
      ['have no value', 'MALFORMED', behind(extensions(derSequence(derOid('1.2.3.9'))))],
    ],
  ],
]

describe.each(rows)('%s', (_, cases) => {
  it.each(cases.map(([what, verdict, changes, options]) => ({ what, verdict, changes, options })))('$what: $verdict', async ({ verdict, changes, options }) => {
    expect(await judged(changes, options)).toBe(verdict === 'trusted' ? verdict : `ERR_TIMESTAMP_${verdict}`)
  })
})

function sorted(list: readonly Uint8Array[]): readonly Uint8Array[] {
  return list.toSorted((a, b) => Buffer.compare(a, b))
}

/** The same element with a byte more than its length needs. */
function padded(element: Uint8Array): Uint8Array {
  const [tag = 0, length = 0] = element
  return length < 0x80 ? Uint8Array.of(tag, 0x81, ...element.subarray(1)) : Uint8Array.of(tag, length + 1, 0, ...element.subarray(2))
}

/** The same content up to an end that is marked, which BER knows for what is constructed. */
function indefinite(element: Uint8Array): Uint8Array {
  return Uint8Array.of((element[0] ?? 0) | 0x20, 0x80, ...inside(element), 0, 0)
}

function flipped(element: Uint8Array, bit: number): Uint8Array {
  const copy = new Uint8Array(element)
  const index = (bit >> 3) % copy.length
  copy[index] = (copy[index] ?? 0) ^ (1 << (bit & 7))
  return copy
}
