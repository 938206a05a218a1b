import { decodeBase64, decodeHex, decodeUtf8, encodeBase64, encodeHex, encodeUtf8 } from '@cilock/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusalOf } from '../json/code-of.ts'

describe('base64', () => {
  it('is written as Node writes it and read back, in either alphabet, padded or not, with line breaks', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(80), (bytes, at) => {
        const text = encodeBase64(bytes)
        expect(text).toBe(Buffer.from(bytes).toString('base64'))
        const forms = [text, text.replaceAll('=', ''), Buffer.from(bytes).toString('base64url'), text.replaceAll('+', '-').replaceAll('/', '_'), `${text.slice(0, at)}\r\n${text.slice(at)}\n`]
        for (const form of forms) expect(decodeBase64(form)).toEqual(bytes)
      }),
    )
  })

  it('is accepted or refused as a plain description of it says', () => {
    const isBase64 = (text: string): boolean => {
      const flat = text.replaceAll(/[\r\n]/g, '')
      const digits = flat.replace(/=+$/, '')
      const padding = flat.length - digits.length
      return /^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)$/.test(digits) && digits.length % 4 !== 1 && (padding === 0 || (digits.length + padding) % 4 === 0) && padding < 3
    }
    const accepts = (text: string): boolean => {
      try {
        decodeBase64(text)
        return true
      } catch {
        return false
      }
    }
    fc.assert(
      fc.property(fc.array(fc.constantFrom('A', 'z', '0', '+', '/', '-', '_', '=', '\n', ' ', '.', 'é'), { maxLength: 9 }), (chars) => {
        expect(accepts(chars.join(''))).toBe(isBase64(chars.join('')))
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['another character', 'QU*D', 'another at offset 2'],
    ['a character beyond ASCII', 'QUé', 'another at offset 2'],
    ['white space', 'QU JD', 'another at offset 2'],
    ['more after the padding', 'QQ==QQ==', "the end after '=', found more at offset 4"],
    ['too little padding', 'QQ=', "expected 2 '=' at the end, found 1"],
    ['too much padding', 'QUI==', "expected 1 '=' at the end, found 2"],
    ['padding of whole groups', 'QUJD=', "expected no '=' at the end, found 1"],
    ['padding alone', '====', "expected no '='"],
    ['six bits too many', 'QUJDQ', 'six bits too many'],
    ['both alphabets', 'A+-_', 'one alphabet of base64, found both at offset 2'],
  ])('refuses %s', (_, text, message) => {
    expect(refusalOf(() => decodeBase64(text))).toEqual({ code: 'ERR_MALFORMED', message: expect.stringContaining(message) as string })
  })

  it('takes bits that fill no byte, as Go does', () => {
    expect(decodeBase64('QR==')).toEqual(Uint8Array.of(0x41))
  })
})

describe('hexadecimal', () => {
  it('is read back in either case', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(encodeHex(bytes)).toBe(Buffer.from(bytes).toString('hex'))
        expect(decodeHex(encodeHex(bytes))).toEqual(bytes)
        expect(decodeHex(encodeHex(bytes).toUpperCase())).toEqual(bytes)
      }),
    )
  })

  it.each([
    ['half a byte', 'abc', 'found 3 characters'],
    ['a character below the letters', 'a@', 'at offset 1'],
    ['a character above the letters', 'g0', 'at offset 0'],
    ['a character between the ranges', '0:', 'at offset 1'],
    ['a prefix', '0x12', 'at offset 1'],
    ['another script', '٣٣', 'at offset 0'],
  ])('refuses %s', (_, text, message) => {
    expect(refusalOf(() => decodeHex(text))).toEqual({ code: 'ERR_MALFORMED', message: expect.stringContaining(message) as string })
  })
})

describe('UTF-8', () => {
  it('is read back, with a byte order mark', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeUtf8(encodeUtf8(`\ufeff${text}`))).toBe(`\ufeff${text}`)
      }),
    )
  })

  it('is refused exactly where bytes would be lost, at the first such byte', () => {
    const prone = fc.array(fc.constantFrom(0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xa0, 0x9f, 0xed, 0xef, 0xf0, 0x90, 0xf4, 0x8f, 0xf5, 0xff), { maxLength: 7 }).map((bytes) => Uint8Array.from(bytes))
    fc.assert(
      fc.property(fc.oneof(prone, fc.uint8Array({ maxLength: 20 })), (bytes) => {
        const loose = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
        if (loose.equals(bytes)) expect(encodeUtf8(decodeUtf8(bytes))).toEqual(bytes)
        else {
          const { code, message } = refusalOf(() => decodeUtf8(bytes))
          expect(code).toBe('ERR_MALFORMED')
          const offset = Number(/offset (\d+)$/.exec(message)?.[1])
          // whole characters up to there, and none that begins there
          const before = Buffer.from(bytes.subarray(0, offset))
          expect(Buffer.from(before.toString('utf8')).equals(before)).toBe(true)
          expect(loose.subarray(offset, offset + 3)).toEqual(Buffer.from('\ufffd'))
        }
      }),
      { numRuns: 3000 },
    )
  })
})
