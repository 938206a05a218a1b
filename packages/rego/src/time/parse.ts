import { dayNames, daysInMonth, isLeapYear, joinNanoseconds, monthNames, secondsOf } from './civil.ts'
import { quoteTime } from './go-quote.ts'
import { layoutPieces } from './layout.ts'

type Fail = (text: string) => Error

/** What the text has told so far. */
interface Parts {
  year: number
  month: number | undefined
  day: number | undefined
  yearDay: number | undefined
  hour: number
  minute: number
  second: number
  nanoseconds: number
  afternoon: boolean | undefined
  /** Seconds east of UTC. */
  offset: number
  /** `Z` or `UTC` was read, which goes before an offset. */
  utc: boolean
}

/** The rest of the text; undefined where it does not fit, a text where it does but the number is out of range. */
type Rest = string | undefined | { readonly outOfRange: string; readonly rest: string }

interface Taken {
  readonly value: number
  readonly rest: string
}

/** One or two digits, with `fixed` two. */
function number(text: string, fixed: boolean): Taken | undefined {
  const digits = (fixed ? /^\d\d/ : /^\d\d?/).exec(text)?.[0]
  return digits === undefined ? undefined : { value: Number(digits), rest: text.slice(digits.length) }
}

function name(text: string, names: readonly string[], length: number): Taken | undefined {
  const lower = text.toLowerCase()
  const value = names.findIndex((known) => lower.startsWith(known.slice(0, length).toLowerCase()))
  return value < 0 ? undefined : { value, rest: text.slice(names[value]?.slice(0, length).length) }
}

/** A point or comma and digits; those after the ninth are dropped. */
function nanoseconds(text: string): number | undefined {
  if (!/^[.,][+-]?\d+$/.test(text.slice(0, 10))) return undefined
  const digits = text.slice(1, 10)
  return Number(digits) * 10 ** (9 - digits.length)
}

/** Where sign, hours, minutes and seconds stand; the rest of the characters are not looked at before the numbers are. */
const zoneShapes: Readonly<Record<string, RegExp>> = {
  '07:00': /^(.)(..):(..)/s,
  '07': /^(.)(..)/s,
  '07:00:00': /^(.)(..):(..):(..)/s,
  '070000': /^(.)(..)(..)(..)/s,
  '0700': /^(.)(..)(..)/s,
}

function zoneOffset(text: string, part: string, parts: Parts): Rest {
  if (part.startsWith('Z') && text.startsWith('Z')) {
    parts.utc = true
    return text.slice(1)
  }
  const found = zoneShapes[part.slice(1)]?.exec(text)
  if (found === undefined || found === null) return undefined
  const [whole, sign, ...written] = found
  const rest = text.slice(whole.length)
  // A number that cannot be read hides those after it, but not that one before it is out of range.
  const readable = written.findIndex((digits) => !/^\d\d$/.test(digits))
  const [hours = 0, minutes = 0, seconds = 0] = written.slice(0, readable < 0 ? undefined : readable).map(Number)
  // People do write offsets of 24 hours or 60 minutes.
  if (seconds > 60) return { outOfRange: 'time zone offset second', rest }
  if (minutes > 60) return { outOfRange: 'time zone offset minute', rest }
  if (hours > 24) return { outOfRange: 'time zone offset hour', rest }
  if (readable >= 0 || (sign !== '+' && sign !== '-')) return undefined
  parts.offset = (hours * 3600 + minutes * 60 + seconds) * (sign === '-' ? -1 : 1)
  return rest
}

/** An abbreviation, which tells nothing about the offset (not even `GMT+3` does in Go). */
function zoneName(text: string, parts: Parts): Rest {
  if (text.length < 3) return undefined
  if (text.startsWith('UTC')) {
    parts.utc = true
    return text.slice(3)
  }
  if (/^(?:ChST|MeST)/.test(text)) return text.slice(4)
  const signed = /^(GMT)?([+-]\d+)/.exec(text)
  if (signed !== null && Number(signed[2]?.slice(1)) <= 23) return text.slice(signed[0].length)
  if (text.startsWith('GMT')) return text.slice(3)
  const upper = /^[A-Z]{0,6}/.exec(text)?.[0] ?? ''
  if (upper.length === 3 || (upper.length === 4 && (upper.endsWith('T') || upper === 'WITA')) || (upper.length === 5 && upper.endsWith('T'))) {
    return text.slice(upper.length)
  }
  return undefined
}

function take(text: string, part: string, followedByFraction: boolean, parts: Parts): Rest {
  const ranged = (taken: Taken | undefined, low: number, high: number, what: string, set: (value: number) => void): Rest => {
    if (taken === undefined) return undefined
    if (taken.value < low || taken.value > high) return { outOfRange: what, rest: taken.rest }
    set(taken.value)
    return taken.rest
  }
  switch (part) {
    case '2006':
      if (!/^\d{4}/.test(text)) return undefined
      parts.year = Number(text.slice(0, 4))
      return text.slice(4)
    case '06': {
      if (!/^(?:\d\d|[+-]\d)/.test(text)) return undefined
      const year = Number(text.slice(0, 2))
      parts.year = year + (year >= 69 ? 1900 : 2000)
      return text.slice(2)
    }
    case 'Jan':
    case 'January': {
      const taken = name(text, monthNames, part === 'Jan' ? 3 : 9)
      parts.month = taken === undefined ? undefined : taken.value + 1
      return taken?.rest
    }
    case '1':
    case '01':
      return ranged(number(text, part === '01'), 1, 12, 'month', (value) => {
        parts.month = value
      })
    case 'Mon':
    case 'Monday':
      return name(text, dayNames, part === 'Mon' ? 3 : 9)?.rest
    case '2':
    case '_2':
    case '02':
      return ranged(number(part === '_2' ? text.replace(/^ /, '') : text, part === '02'), 0, 99, 'day', (value) => {
        parts.day = value
      })
    case '__2':
    case '002': {
      const digits = (part === '002' ? /^\d{3}/ : /^ {0,2}(\d{1,3})/).exec(text)?.[0]
      if (digits === undefined) return undefined
      parts.yearDay = Number(digits)
      return text.slice(digits.length)
    }
    case '15':
      return ranged(number(text, false), 0, 23, 'hour', (value) => {
        parts.hour = value
      })
    case '3':
    case '03':
      return ranged(number(text, part === '03'), 0, 12, 'hour', (value) => {
        parts.hour = value
      })
    case '4':
    case '04':
      return ranged(number(text, part === '04'), 0, 59, 'minute', (value) => {
        parts.minute = value
      })
    case '5':
    case '05': {
      const rest = ranged(number(text, part === '05'), 0, 59, 'second', (value) => {
        parts.second = value
      })
      // A fraction is taken here too when the layout does not ask for one.
      const digits = typeof rest === 'string' && !followedByFraction ? /^[.,]\d+/.exec(rest)?.[0] : undefined
      if (typeof rest !== 'string' || digits === undefined) return rest
      parts.nanoseconds = nanoseconds(digits) ?? 0
      return rest.slice(digits.length)
    }
    case 'PM':
    case 'pm': {
      const half = text.slice(0, 2)
      if (half.toUpperCase() !== half && part === 'PM') return undefined
      if (half.toLowerCase() !== half && part === 'pm') return undefined
      if (!/^[ap]m$/i.test(half)) return undefined
      parts.afternoon = half.toUpperCase() === 'PM' || parts.afternoon === true
      return text.slice(2)
    }
    case 'MST':
      return zoneName(text, parts)
    default:
      return part.startsWith('.') || part.startsWith(',') ? fraction(text, part, parts) : zoneOffset(text, part, parts)
  }
}

function fraction(text: string, part: string, parts: Parts): Rest {
  const length = part[1] === '0' ? part.length : (/^[.,]\d+/.exec(text)?.[0].length ?? 0)
  if (length === 0) return text // the layout's nines may be left out
  if (text.length < length) return undefined
  const value = nanoseconds(text.slice(0, length))
  if (value === undefined) return undefined
  if (value < 0) return { outOfRange: 'fractional second', rest: text.slice(length) }
  parts.nanoseconds = value
  return text.slice(length)
}

/** The text after a literal piece; a run of spaces stands for any. Undefined and where it stopped, if it does not fit. */
function skip(text: string, literal: string): { readonly rest: string; readonly left: string } {
  let rest = text
  let left = literal
  while (left !== '') {
    if (left.startsWith(' ')) {
      if (rest !== '' && !rest.startsWith(' ')) break
      left = left.replace(/^ +/, '')
      rest = rest.replace(/^ +/, '')
    } else if (rest === '' || rest[0] !== left[0]) break
    else {
      left = left.slice(1)
      rest = rest.slice(1)
    }
  }
  return { rest, left }
}

/** Month and day from the day of the year; undefined and why, where they do not agree. */
function placeInYear(parts: Parts): string | undefined {
  const { yearDay } = parts
  if (yearDay === undefined) return undefined
  if (yearDay < 1 || yearDay > (isLeapYear(parts.year) ? 366 : 365)) return 'day-of-year out of range'
  const date = new Date(secondsOf(parts.year, 1, yearDay, 0, 0, 0) * 1000)
  const month = date.getUTCMonth() + 1
  if (parts.month !== undefined && parts.month !== month) return 'day-of-year does not match month'
  if (parts.day !== undefined && parts.day !== date.getUTCDate()) return 'day-of-year does not match day'
  parts.month = month
  parts.day = date.getUTCDate()
  return undefined
}

/**
 * Nanoseconds since 1970 of a text in a layout, as Go's `time.Parse`: without a zone it is UTC, and an abbreviation
 * says nothing about the offset. What cannot be read goes to `fail` in Go's words.
 */
export function parseTime(layout: string, text: string, fail: Fail): bigint {
  return (layout === rfc3339 ? plainRfc3339(text) : undefined) ?? parseParts(layout, text, fail)
}

const rfc3339 = '2006-01-02T15:04:05Z07:00'
const usual = /^([1-9]\d{3})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/

/** What nearly every timestamp is; undefined where there is anything else to say about it. */
function plainRfc3339(text: string): bigint | undefined {
  const found = usual.exec(text)
  if (found === null) return undefined
  const [, year, month, day, hour, minute, second, digits = '', sign, hours = 0, minutes = 0] = found
  if (!(Number(month) <= 12 && Number(day) <= daysInMonth(Number(year), Number(month)) && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60)) return undefined
  if (month === '00' || day === '00' || Number(hours) > 24 || Number(minutes) > 60) return undefined
  const shown = secondsOf(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second))
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60 : 60)
  return joinNanoseconds(shown - offset, Number(digits.padEnd(9, '0')))
}

function parseParts(layout: string, text: string, fail: Fail): bigint {
  const parts: Parts = {
    year: 0,
    month: undefined,
    day: undefined,
    yearDay: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanoseconds: 0,
    afternoon: undefined,
    offset: 0,
    utc: false,
  }
  const message = (what: string): Error => fail(`parsing time ${quoteTime(text)}: ${what}`)
  const mismatch = (value: string, part: string): Error =>
    fail(`parsing time ${quoteTime(text)} as ${quoteTime(layout)}: cannot parse ${quoteTime(value)} as ${quoteTime(part)}`)

  let rest = text
  const pieces = layoutPieces(layout)
  for (const [index, { literal, part }] of pieces.entries()) {
    const skipped = skip(rest, literal)
    if (skipped.left !== '') throw mismatch(skipped.rest, literal)
    rest = skipped.rest
    if (part === '') {
      if (rest !== '') throw message(`extra text: ${quoteTime(rest)}`)
      break
    }
    const taken = take(rest, part, /^[.,]/.test(pieces[index + 1]?.part ?? ''), parts)
    if (taken === undefined) throw mismatch(rest, part)
    if (typeof taken !== 'string') throw message(`${taken.outOfRange} out of range`)
    rest = taken
  }
  if (parts.afternoon === true && parts.hour < 12) parts.hour += 12
  else if (parts.afternoon === false && parts.hour === 12) parts.hour = 0
  const wrong = placeInYear(parts)
  if (wrong !== undefined) throw message(wrong)
  const { year, month = 1, day = 1 } = parts
  if (day < 1 || day > daysInMonth(year, month)) throw message('day out of range')
  return joinNanoseconds(secondsOf(year, month, day, parts.hour, parts.minute, parts.second) - (parts.utc ? 0 : parts.offset), parts.nanoseconds)
}
