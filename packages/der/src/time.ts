import { Tag } from './tag.ts'
import type { DerElement } from './reader.ts'

/**
 * The instant of a UTCTime or GeneralizedTime in the form that certificates and timestamps have: with seconds and in UTC.
 * A fraction is allowed in a GeneralizedTime where `fraction` says so, in its shortest form. Undefined for anything else,
 * dates that are not in the calendar included.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5
 */
export function derTime({ tag, content }: DerElement, fraction = false): Date | undefined {
  if (content.length > 64) return undefined
  const text = String.fromCharCode(...content)
  if (tag === Tag.utcTime) {
    const year = /^\d\d/.exec(text)?.[0]
    // years from 50 on are of the last century
    return year === undefined ? undefined : instant(`${Number(year) >= 50 ? '19' : '20'}${text}`)
  }
  if (tag !== Tag.generalizedTime) return undefined
  const parts = /^(\d{14})\.(\d*[1-9])Z$/.exec(text)
  if (parts === null) return instant(text)
  const whole = fraction ? instant(`${parts[1] ?? ''}Z`) : undefined
  // cut, not rounded: a fraction never moves an instant into the next second
  return whole === undefined ? undefined : new Date(whole.getTime() + Number((parts[2] ?? '').slice(0, 3).padEnd(3, '0')))
}

function instant(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const at = new Date(0)
  at.setUTCFullYear(year, month - 1, day)
  at.setUTCHours(hour, minute, second)
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? at : undefined
}
