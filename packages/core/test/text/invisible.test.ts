import { escapeInvisible, escapeLine } from '@cilock/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('text that cannot be seen', () => {
  it.each([
    ['C0 controls', '\u001b[2J', '\\x1b[2J'],
    ['a carriage return', 'a\rb', 'a\\x0db'],
    ['DEL and C1 controls', '\u007f\u009b', '\\x7f\\x9b'],
    ['directions', '\u202egpj.exe\u2066\u061c\u200f', '\\u202egpj.exe\\u2066\\u061c\\u200f'],
    ['characters of no width', '\u200b\u2060\ufeff\u200d', '\\u200b\\u2060\\ufeff\\u200d'],
    ['a soft hyphen, and the separator of Mongolian vowels', '\u00ad\u180e', '\\xad\\u180e'],
    ['separators of lines and paragraphs', '\u2028\u2029', '\\u2028\\u2029'],
    ['tags', '\u{e0041}\u{e007f}', '\\u{e0041}\\u{e007f}'],
    ['later variation selectors', '\u{e0100}', '\\u{e0100}'],
    ['interlinear notes', '\ufff9\ufffb', '\\ufff9\\ufffb'],
    ['fillers, the grapheme joiner and the blank of Braille', '\u115f\u1160\u3164\uffa0\u034f\u2800', '\\u115f\\u1160\\u3164\\uffa0\\u034f\\u2800'],
    ['halves of pairs', '\ud800x\udc00', '\\ud800x\\udc00'],
  ])('%s are written out', (_, text, expected) => {
    expect(escapeInvisible(text)).toBe(expected)
  })

  it('leaves what can be seen, newlines and tabs', () => {
    const text = 'Grüße, 世界 👍🏽\n\té'
    expect(escapeInvisible(text)).toBe(text)
  })

  it('keeps a line one line', () => {
    expect(escapeLine('a\nb\tc\u001b')).toBe('a\\nb\\tc\\x1b')
  })

  it('gives nothing that is to be written out again, of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const safe = escapeInvisible(text)
        expect(escapeInvisible(safe)).toBe(safe)
        // oxlint-disable-next-line no-control-regex
        expect(escapeLine(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/)
      }),
    )
  })
})
