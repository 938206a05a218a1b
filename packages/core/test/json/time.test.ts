import { formatTime, parseTime } from '@cilock/core'
import { time } from '@cilock/core/schema'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeText } from './go-cases.ts'

const date = fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })

describe('formatTime', () => {
  it.each([
    ['2026-01-02T03:04:05.000Z', '2026-01-02T03:04:05Z'],
    ['2026-01-02T03:04:05.100Z', '2026-01-02T03:04:05.1Z'],
    ['2026-01-02T03:04:50.012Z', '2026-01-02T03:04:50.012Z'],
    ['2026-01-02T03:04:00.000Z', '2026-01-02T03:04:00Z'],
    ['0001-01-01T00:00:00.000Z', '0001-01-01T00:00:00Z'],
  ])('writes %s as %s', (iso, text) => {
    expect(formatTime(new Date(iso))).toBe(text)
  })

  it('writes what Go would write again, and what is read back', () => {
    fc.assert(
      fc.property(date, (date) => {
        const text = formatTime(date)
        expect(time().read(text)).toBe(text)
        expect(parseTime(text)).toEqual(date)
      }),
    )
  })

  it('takes no date and years that RFC 3339 cannot write as wrong arguments', () => {
    for (const date of [new Date(Number.NaN), new Date('+010000-01-01T00:00:00Z'), new Date('-000001-01-01T00:00:00Z')]) expect(() => formatTime(date)).toThrow(TypeError)
  })
})

describe('parseTime', () => {
  it.each([
    ['2026-01-02T03:04:05.123999999+01:30', '2026-01-02T01:34:05.123Z'],
    ['2026-01-02T03:04:05.5-00:00', '2026-01-02T03:04:05.500Z'],
    ['0050-01-01T00:00:00Z', '0050-01-01T00:00:00.000Z'],
    ['2024-02-29T23:59:59-23:59', '2024-03-01T23:58:59.000Z'],
  ])('reads %s', (text, iso) => {
    expect(parseTime(text)?.toISOString()).toBe(iso)
  })

  it('takes the text that the schema takes, and no other', () => {
    const accepts = (text: string): boolean => {
      try {
        return time().read(text) !== ''
      } catch {
        return false
      }
    }
    fc.assert(
      fc.property(timeText, (text) => {
        const parsed = parseTime(text)
        expect(parsed !== undefined).toBe(accepts(text))
        if (parsed !== undefined) expect(Number.isNaN(parsed.getTime())).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })
})
