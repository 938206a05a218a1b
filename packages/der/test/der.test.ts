import {
  bitAt,
  contextTag,
  der,
  derBits,
  derBoolean,
  derCertificateTime,
  derGeneralizedTime,
  derInteger,
  derNamedBits,
  derNull,
  derOctets,
  derOid,
  DerReader,
  derSequence,
  derSetOf,
  derText,
  derTime,
  oidArcs,
  oidContent,
  oidText,
  signedInteger,
  Tag,
  unsignedBytes,
  unsignedInteger,
} from '@cilock/der'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list)

describe('a reader', () => {
  it('walks through elements and into them', () => {
    const reader = new DerReader(derSequence(derInteger(-5), derBoolean(true), derOid('1.2.840.113549'), derNamedBits([0, 9]), derText('é'), derNull)).enter(Tag.sequence)
    expect(reader?.peek(Tag.integer)).toBe(true)
    expect(reader?.integer()).toBe(-5n)
    expect(reader?.boolean()).toBe(true)
    expect(reader?.oidText()).toBe('1.2.840.113549')
    const bits = reader?.bitString()
    expect(bits).toEqual({ bytes: bytes(0x80, 0x40), padding: 6 })
    expect(bits !== undefined && [0, 1, 9, 10, 99].map((index) => bitAt(bits, index))).toEqual([true, false, true, false, false])
    expect(reader?.read(Tag.utf8String)).toEqual(bytes(0xc3, 0xa9))
    expect(reader?.empty).toBe(false)
    expect(reader?.any()).toMatchObject({ tag: Tag.null, full: bytes(5, 0) })
    expect(reader?.empty).toBe(true)
    expect(reader?.any()).toBeUndefined()
  })

  it('does not move where the next element is not what was asked for', () => {
    const reader = new DerReader(derInteger(7))
    expect([reader.boolean(), reader.oid(), reader.oidText(), reader.bitString(), reader.read(Tag.null), reader.enter(Tag.sequence), reader.integer(contextTag(0))]).toEqual(Array.from({ length: 7 }))
    expect(reader.integer()).toBe(7n)
    const broken = new DerReader(bytes(2, 2, 0, 1))
    expect(broken.integer()).toBeUndefined()
    expect(broken.any()?.content).toEqual(bytes(0, 1))
  })

  it.each([
    ['nothing', []],
    ['a tag alone', [2]],
    ['content that is cut off', [4, 2, 0]],
    ['an indefinite length', [0x30, 0x80, 0, 0]],
    ['a long length for a short one', [4, 0x81, 1, 0]],
    ['a length with a zero in front', [4, 0x82, 0, 0x80, ...Array.from({ length: 128 }, () => 0)]],
    ['a length of five bytes', [4, 0x85, 0, 0, 0, 0, 1, 0]],
    ['a length that is cut off', [4, 0x82, 1]],
    ['a tag of several bytes', [0x1f, 0x81, 0, 0]],
  ])('takes no %s', (_, list) => {
    expect(new DerReader(Uint8Array.from(list)).any()).toBeUndefined()
  })

  it.each([
    ['an empty integer', (reader: DerReader) => reader.integer(), [2, 0]],
    ['a zero too many', (reader: DerReader) => reader.integer(), [2, 2, 0, 0x7f]],
    ['a sign too many', (reader: DerReader) => reader.integer(), [2, 2, 0xff, 0x80]],
    ['a boolean that is neither', (reader: DerReader) => reader.boolean(), [1, 1, 1]],
    ['a boolean of two bytes', (reader: DerReader) => reader.boolean(), [1, 2, 0, 0]],
    ['an empty boolean', (reader: DerReader) => reader.boolean(), [1, 0]],
    ['an empty object identifier', (reader: DerReader) => reader.oidText(), [6, 0]],
    ['an arc with a zero in front', (reader: DerReader) => reader.oidText(), [6, 3, 0x2a, 0x80, 1]],
    ['an arc that is cut off', (reader: DerReader) => reader.oidText(), [6, 2, 0x2a, 0x81]],
    ['an arc of more than 31 bits', (reader: DerReader) => reader.oid(), [6, 6, 0x2a, 0x88, 0x80, 0x80, 0x80, 0]],
    ['bits without a count', (reader: DerReader) => reader.bitString(), [3, 0]],
    ['eight unused bits', (reader: DerReader) => reader.bitString(), [3, 2, 8, 0]],
    ['unused bits of nothing', (reader: DerReader) => reader.bitString(), [3, 1, 1]],
    ['unused bits that are set', (reader: DerReader) => reader.bitString(), [3, 2, 1, 1]],
  ] as const)('takes no %s', (_, read, list) => {
    expect(read(new DerReader(Uint8Array.from(list)))).toBeUndefined()
  })
})

describe('object identifiers', () => {
  it.each(['0.0', '0.39', '1.39', '2.0', '2.40', '2.999.3', '1.2.840.113549.1.1.11', '2.25.329800735698586629295641978511506172918'])('%s', (text) => {
    expect(oidText(oidContent(text))).toBe(text)
  })

  it('have arcs as numbers where they fit', () => {
    expect(oidArcs(oidContent('2.5.29.2147483647'))).toEqual([2, 5, 29, 2147483647])
    expect(oidArcs(oidContent('2.5.29.2147483648'))).toBeUndefined()
  })

  it('are not longer than anything that exists', () => {
    expect(oidText(new Uint8Array(513).fill(1))).toBeUndefined()
    expect(oidText(new Uint8Array(512).fill(1))).toBeDefined()
  })

  it.each(['', '1', '3.1', '1.40', '1.2.', '1..2', '01.2', '1.02', 'a.b', '1.-2'])('%j is none', (text) => {
    expect(() => oidContent(text)).toThrow(TypeError)
  })
})

describe('times', () => {
  const read = (tag: number, text: string, fraction?: boolean): string | undefined => {
    const element = new DerReader(derText(text, tag)).any()
    return element === undefined ? undefined : derTime(element, fraction)?.toISOString()
  }

  it('are UTCTime of two centuries and GeneralizedTime', () => {
    expect(read(Tag.utcTime, '500101000000Z')).toBe('1950-01-01T00:00:00.000Z')
    expect(read(Tag.utcTime, '491231235959Z')).toBe('2049-12-31T23:59:59.000Z')
    expect(read(Tag.generalizedTime, '00010203040506Z')).toBe('0001-02-03T04:05:06.000Z')
    expect(read(Tag.generalizedTime, '20240229000000Z')).toBe('2024-02-29T00:00:00.000Z')
  })

  it('have a fraction where it is allowed, cut to milliseconds', () => {
    expect(read(Tag.generalizedTime, '20240229000000.1239Z', true)).toBe('2024-02-29T00:00:00.123Z')
    expect(read(Tag.generalizedTime, '20240229000000.5Z', true)).toBe('2024-02-29T00:00:00.500Z')
    expect(read(Tag.generalizedTime, '20240229000000.5Z')).toBeUndefined()
    for (const wrong of ['20240229000000.50Z', '20240229000000.Z', '20240229000000,5Z', '20240229000000.0Z']) expect(read(Tag.generalizedTime, wrong, true)).toBeUndefined()
  })

  it.each([
    '2401010000Z',
    '240101000000',
    '240101000000+0100',
    '241301000000Z',
    '240001000000Z',
    '240230000000Z',
    '230229000000Z',
    '240101240000Z',
    '240101006000Z',
    '240101000060Z',
    '24010100000aZ',
    '',
    '240101000000Z ',
  ])('%j is none', (text) => {
    expect(read(Tag.utcTime, text)).toBeUndefined()
    expect(read(Tag.generalizedTime, text === '' ? '' : `20${text}`)).toBeUndefined()
  })

  it('and nothing else is one', () => {
    expect(read(Tag.utf8String, '240101000000Z')).toBeUndefined()
    expect(read(Tag.utcTime, '2'.repeat(100))).toBeUndefined()
  })

  it('are written as certificates have them', () => {
    expect(derCertificateTime(new Date('2049-12-31T23:59:59.9Z'))).toEqual(derText('491231235959Z', Tag.utcTime))
    expect(derCertificateTime(new Date('2050-01-01'))).toEqual(derText('20500101000000Z', Tag.generalizedTime))
    expect(derCertificateTime(new Date('1949-12-31'))).toEqual(derText('19491231000000Z', Tag.generalizedTime))
    expect(derGeneralizedTime(new Date('2026-01-02T03:04:05.670Z'))).toEqual(derText('20260102030405.67Z', Tag.generalizedTime))
    expect(() => derGeneralizedTime(new Date(8.64e15))).toThrow(TypeError)
  })
})

describe('what is written is read again', () => {
  it('integers of every size', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }), (number) => {
        const reader = new DerReader(derInteger(number))
        expect(reader.integer()).toBe(number)
        expect(reader.empty).toBe(true)
      }),
    )
    expect(derInteger(0)).toEqual(bytes(2, 1, 0))
    expect(derInteger(-128)).toEqual(bytes(2, 1, 0x80))
    expect(derInteger(128)).toEqual(bytes(2, 2, 0, 0x80))
  })

  it('bytes as numbers and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (list) => {
        expect(unsignedBytes(unsignedInteger(list), list.length)).toEqual(Uint8Array.from(list))
        const value = signedInteger(list)
        if (value !== undefined) expect(derInteger(value)).toEqual(der(Tag.integer, Uint8Array.from(list)))
      }),
    )
  })

  it('content of every length', () => {
    for (const length of [0, 127, 128, 255, 256, 65535, 65536]) {
      const reader = new DerReader(derOctets(new Uint8Array(length)))
      expect(reader.read(Tag.octetString)).toHaveLength(length)
      expect(reader.empty).toBe(true)
    }
  })

  it('named bits, without zeros at the end', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 30 })), (numbers) => {
        const bits = new DerReader(derNamedBits(numbers)).bitString()
        expect(bits).toBeDefined()
        expect(bits !== undefined && Array.from({ length: 31 }, (_, index) => index).filter((index) => bitAt(bits, index))).toEqual(numbers.toSorted((a, b) => a - b))
      }),
    )
    expect(derNamedBits([])).toEqual(bytes(3, 1, 0))
    expect(derBits(bytes(1))).toEqual(bytes(3, 2, 0, 1))
  })

  it('sets in the order of their bytes', () => {
    const [a, b, c] = [derInteger(1), derInteger(2), derText('a')]
    expect(derSetOf(c, b, a)).toEqual(der(Tag.set, a, b, c))
    expect(derSetOf(bytes(1, 1, 0), bytes(1, 1))).toEqual(der(Tag.set, bytes(1, 1), bytes(1, 1, 0)))
  })
})

it('reads bytes of any kind without failing, and only what it would write', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (list) => {
      const reader = new DerReader(list)
      for (let element = reader.any(); element !== undefined; element = reader.any()) {
        expect(der(element.tag, element.content)).toEqual(Uint8Array.from(element.full))
        const inner = new DerReader(element.full)
        const number = inner.integer()
        if (number !== undefined) expect(derInteger(number)).toEqual(Uint8Array.from(element.full))
        const oid = new DerReader(element.full).oidText()
        if (oid !== undefined) expect(derOid(oid)).toEqual(Uint8Array.from(element.full))
      }
    }),
    { numRuns: 2000 },
  )
})
