/** How Go writes a `time.Time` that was never set. */
export const zeroTime = '0001-01-01T00:00:00Z'

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(Z|([+-])(\d{2}):(\d{2}))$/

/** A time as Go writes it: UTC, milliseconds without trailing zeros. */
export function formatTime(date: Date): string {
  if (Number.isNaN(date.getTime())) throw new TypeError('formatTime needs a valid date')
  const text = date.toISOString()
  if (text.length !== 24) throw new TypeError('formatTime needs a year from 0 to 9999')
  return text.replace(/\.?0*Z$/, 'Z')
}

/** The instant that RFC 3339 text names, cut to milliseconds; undefined when it is no such text. */
export function parseTime(text: string): Date | undefined {
  const match = rfc3339.exec(text)
  if (match === null || !isCalendarTime(match)) return undefined
  // dates of the years 0 to 99 need the long form, so the fraction is cut and the offset left to the engine
  return new Date(text.replace(/\.(\d{1,3})\d*/, '.$1'))
}

/** RFC 3339 text as Go writes it after reading it: at most nine digits without trailing zeros, `Z` for no offset. */
export function normaliseTime(text: string): string | undefined {
  const match = rfc3339.exec(text)
  if (match === null || !isCalendarTime(match)) return undefined
  const fraction = (match[7] ?? '').slice(0, 9).replace(/0+$/, '')
  const zone = match[10] === '00' && match[11] === '00' ? 'Z' : match[8]
  return `${text.slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}${zone}`
}

function isCalendarTime(match: RegExpExecArray): boolean {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return false
  if (hour > 23 || minute > 59 || second > 59) return false
  return match[10] === undefined || (Number(match[10]) <= 23 && Number(match[11]) <= 59)
}

function daysOf(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
