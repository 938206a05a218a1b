/**
 * A commit's time as Go prints a `time.Time`: `2025-06-04 13:24:07 +0200 +0200`. Git zones have no name, so the offset
 * stands twice. `offset` is in minutes west of UTC, as JavaScript and isomorphic-git count.
 */
export function goDate(timestamp: number, offset: number): string {
  const zone = zoneOf(offset)
  return `${localTime(timestamp, offset).replace('T', ' ')} ${zone} ${zone}`
}

/** The same instant in RFC 3339, `Z` for no offset, as Go marshals it. */
export function goJsonDate(timestamp: number, offset: number): string {
  const zone = offset === 0 ? 'Z' : `${zoneOf(offset).slice(0, 3)}:${zoneOf(offset).slice(3)}`
  return `${localTime(timestamp, offset)}${zone}`
}

/** Seconds in 400 years, after which the calendar begins again: a commit may be dated beyond what `Date` holds. */
const cycle = 12_622_780_800

function localTime(timestamp: number, offset: number): string {
  const seconds = timestamp - offset * 60
  const cycles = Math.floor(seconds / cycle)
  const text = new Date((seconds - cycles * cycle) * 1000).toISOString()
  const year = Number(text.slice(0, 4)) + cycles * 400
  return `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}${text.slice(4, 19)}`
}

function zoneOf(offset: number): string {
  const minutes = Math.abs(offset)
  const digits = (value: number): string => String(value).padStart(2, '0')
  return `${offset > 0 ? '-' : '+'}${digits(Math.trunc(minutes / 60))}${digits(minutes % 60)}`
}
