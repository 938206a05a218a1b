import { Tag, type DerReader } from './reader.ts'

/** A point in time and the zone it was written in. */
export interface DerTime {
  /** Seconds since the epoch. */
  readonly seconds: number
  /** RFC 3339, as Go prints it in JSON. */
  readonly text: string
}

const utcForm = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})$/
const generalizedForm = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(Z|[+-]\d{4})$/

/** The next element as a UTCTime or GeneralizedTime; the names of the type when it is one but malformed. */
export function readTime(reader: DerReader): DerTime | 'UTCTime' | 'GeneralizedTime' | 'unsupported' {
  const utc = reader.peek(Tag.utcTime)
  if (!utc && !reader.peek(Tag.generalizedTime)) return 'unsupported'
  const name = utc ? 'UTCTime' : 'GeneralizedTime'
  const content = reader.any()?.content
  if (content === undefined) return name
  const match = (utc ? utcForm : generalizedForm).exec(String.fromCharCode(...content))
  if (match === null) return name
  const [, y = '', mo = '', d = '', h = '', mi = '', s = '00', zone = ''] = match
  // Two-digit years from 50 on are of the last century (RFC 5280 4.1.2.5.1).
  const year = utc ? Number(y) + (Number(y) >= 50 ? 1900 : 2000) : Number(y)
  return civil(year, Number(mo), Number(d), Number(h), Number(mi), Number(s), zone) ?? name
}

function civil(year: number, month: number, day: number, hour: number, minute: number, second: number, zone: string): DerTime | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59) return undefined
  const at = new Date(0)
  at.setUTCFullYear(year, month - 1, day)
  at.setUTCHours(hour, minute, second)
  let offset = 0
  let suffix = 'Z'
  if (zone !== 'Z') {
    const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3, 5))]
    // A zero offset has to be written `Z`, since Go compares with what it would have written itself.
    if (hours > 24 || minutes > 59 || (hours === 0 && minutes === 0)) return undefined
    offset = (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60)
    suffix = `${zone.slice(0, 3)}:${zone.slice(3)}`
  }
  const two = (value: number): string => String(value).padStart(2, '0')
  const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${suffix}`
  return { seconds: at.getTime() / 1000 - offset, text }
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
