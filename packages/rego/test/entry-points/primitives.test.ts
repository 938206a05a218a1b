import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DerReader, rightAligned, Tag, unsignedBytes, unsignedInteger } from '../../src/der/reader.ts'
import { readTime } from '../../src/der/time.ts'
import { decodeBase64, encodeBase64 } from '../../src/encoding/base64-bytes.ts'
import { decodePem } from '../../src/encoding/pem.ts'
import { formatGoUrl, parseGoUrl } from '../../src/url/go-url.ts'
import { formatIp, parseIp } from '../../src/url/ip.ts'
import { resolveUrl } from '../../src/url/resolve.ts'

const bytes = fc.uint8Array({ maxLength: 40 })

describe('base64', () => {
  test.each([
    ['standard', true, 'base64'],
    ['url', false, 'base64url'],
  ] as const)('%s, padding %s, is what Node writes, and reads back', (alphabet, padding, encoding) => {
    fc.assert(
      fc.property(bytes, (data) => {
        const text = encodeBase64(data, { alphabet, padding })
        expect(text).toBe(Buffer.from(data).toString(encoding))
        expect(decodeBase64(text, { alphabet, padding })).toEqual(data)
      }),
      { seed: 1 },
    )
  })

  test.each([
    ['YWI', 0],
    ['YWJj!', 4],
    ['Y===', 1],
    ['YWI=x', 4],
    ['YW\n==x', 5],
    ['YW=', 3],
    ['é', 0],
  ])('%j is refused at byte %i, as in Go', (text, at) => {
    expect(decodeBase64(text)).toBe(at)
  })

  test('line breaks are skipped', () => {
    expect(decodeBase64('YW\r\nJj\n')).toEqual(Uint8Array.from([97, 98, 99]))
  })
})

describe('DER', () => {
  const element = (tag: number, content: Uint8Array): Uint8Array => {
    const length = content.length < 128 ? [content.length] : [0x81, content.length]
    return Uint8Array.from([tag, ...length, ...content])
  }

  test('an element reads back, and nothing else stands for it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes, (content, rest) => {
        const der = Uint8Array.from([...element(Tag.octetString, content), ...rest])
        const reader = new DerReader(der)
        expect(reader.read(Tag.octetString)).toEqual(content)
        expect(reader.empty).toBe(rest.length === 0)
      }),
      { seed: 2 },
    )
  })

  test('any bytes are read or refused', () => {
    fc.assert(
      fc.property(bytes, (data) => {
        for (const read of ['any', 'boolean', 'oid', 'bitString'] as const) new DerReader(data)[read]()
        new DerReader(data).integer()
        readTime(new DerReader(data))
      }),
      { seed: 3, numRuns: 500 },
    )
  })

  test('integers read back, and only in their shortest form', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 200n }), (value) => {
        const raw = unsignedBytes(value)
        const content = raw.length === 0 || (raw[0] ?? 0) >= 0x80 ? Uint8Array.from([0, ...raw]) : raw
        expect(new DerReader(element(Tag.integer, content)).integer()).toBe(value)
        if (value > 0n) expect(new DerReader(element(Tag.integer, Uint8Array.from([0, 0, ...raw]))).integer()).toBeUndefined()
        expect(unsignedInteger(unsignedBytes(value, 40))).toBe(value)
      }),
      { seed: 4 },
    )
  })

  test.each([
    ['an indefinite length', [0x30, 0x80, 0, 0]],
    ['a length that could be shorter', [0x04, 0x81, 1, 0]],
    ['a length with a leading zero', [0x04, 0x82, 0, 200]],
    ['a tag above thirty', [0x1f, 0x81, 0]],
    ['content that is cut off', [0x04, 5, 1]],
  ])('%s is refused', (_, data) => {
    expect(new DerReader(Uint8Array.from(data)).any()).toBeUndefined()
  })

  test('the padding of a bit string must be zero', () => {
    expect(new DerReader(Uint8Array.from([0x03, 2, 4, 0xf0])).bitString()).toEqual({ bytes: Uint8Array.from([0xf0]), padding: 4 })
    expect(new DerReader(Uint8Array.from([0x03, 2, 4, 0xf1])).bitString()).toBeUndefined()
    expect(rightAligned({ bytes: Uint8Array.from([0xf0, 0xa0]), padding: 4 })).toEqual(Uint8Array.from([0x0f, 0x0a]))
  })

  test.each([
    ['500101000000Z', '1950-01-01T00:00:00Z'],
    ['491231235959Z', '2049-12-31T23:59:59Z'],
    ['2401010000Z', '2024-01-01T00:00:00Z'],
    ['240101000000+0130', '2024-01-01T00:00:00+01:30'],
    ['240230000000Z', 'UTCTime'],
    ['240101000000+0000', 'UTCTime'],
    ['240101000000', 'UTCTime'],
  ])('UTCTime %s is %s', (text, expected) => {
    const time = readTime(new DerReader(element(Tag.utcTime, new TextEncoder().encode(text))))
    expect(typeof time === 'string' ? time : time.text).toBe(expected)
  })
})

describe('PEM', () => {
  test('a block reads back, whatever stands around it', () => {
    fc.assert(
      fc.property(bytes, fc.string().filter((text) => !text.includes('-----')), (data, around) => {
        const pem = `${around}\n-----BEGIN A B-----\nKey: value\n\n${Buffer.from(data).toString('base64')}\n-----END A B-----\n${around}`
        expect(decodePem(pem)).toEqual({ type: 'A B', bytes: data, rest: around })
      }),
      { seed: 5 },
    )
  })

  test('a damaged block is passed over', () => {
    const good = '-----BEGIN X-----\nYWJj\n-----END X-----\n'
    expect(decodePem(`-----BEGIN X-----\n!!!\n-----END X-----\n${good}`)?.bytes).toEqual(Uint8Array.from([97, 98, 99]))
    expect(decodePem(`-----BEGIN Y-----\nYWJj\n-----END X-----\n${good}`)?.type).toBe('X')
    expect(decodePem('-----BEGIN X-----\nYWJj\n')).toBeUndefined()
  })
})

describe('addresses', () => {
  test('IPv6 reads back, in the form that browsers write', () => {
    fc.assert(
      fc.property(fc.ipV6().filter((text) => !/%|\./.test(text)), (text) => {
        const parsed = parseIp(text) ?? new Uint8Array()
        const shown = formatIp(parsed)
        if (!shown.includes('.')) expect(`[${shown}]`).toBe(new URL(`http://[${text}]/`).hostname)
        expect(parseIp(shown.includes('.') ? `::ffff:${shown}` : shown)).toEqual(parsed)
      }),
      { seed: 6 },
    )
  })

  test.each(['1.2.3', '01.2.3.4', '1.2.3.256', '::1::', '1:2:3:4:5:6:7', '12345::', 'g::', ''])('%j is none', (text) => {
    expect(parseIp(text)).toBeUndefined()
  })
})

describe('URLs', () => {
  test('a web URL reads back', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (text) => {
        const url = parseGoUrl(text)
        expect(url).toBeDefined()
        if (url !== undefined) expect(parseGoUrl(formatGoUrl(url))).toEqual(url)
      }),
      { seed: 7 },
    )
  })

  test('any text is read or refused', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const url = parseGoUrl(text)
        if (url !== undefined) formatGoUrl(url)
      }),
      { seed: 8, numRuns: 500 },
    )
  })

  test.each(['%zz', ':x', 'http://a:b/', 'http://[::1', 'http://a b/', 'http://%41/', '1:2', 'a\u0001b', 'http://[1.2.3.4]/'])('%j is refused', (text) => {
    expect(parseGoUrl(text)).toBeUndefined()
  })

  // RFC 3986 5.4.1.
  test.each([
    ['g', 'http://a/b/c/g'],
    ['./g', 'http://a/b/c/g'],
    ['g/', 'http://a/b/c/g/'],
    ['/g', 'http://a/g'],
    ['//g', 'http://g'],
    ['?y', 'http://a/b/c/d;p?y'],
    ['g?y', 'http://a/b/c/g?y'],
    ['#s', 'http://a/b/c/d;p?q#s'],
    ['g;x=1/../y', 'http://a/b/c/y'],
    ['..', 'http://a/b/'],
    ['../..', 'http://a/'],
    ['../../../g', 'http://a/g'],
    ['', 'http://a/b/c/d;p?q'],
    ['mailto:x@y', 'mailto:x@y'],
  ])('%j resolves to %s', (reference, expected) => {
    expect(resolveUrl('http://a/b/c/d;p?q', reference)).toBe(expected)
  })
})
