import { rethrowExhaustion } from '../guarded.ts'
import { joinNanoseconds, secondsOf, splitNanoseconds } from './civil.ts'

/** A time zone: how far its clocks are from UTC, and what they call that time. */
export interface Zone {
  /** Seconds east of UTC at an instant (seconds since 1970). */
  readonly offset: (seconds: number) => number
  /** The abbreviation at an instant, `CET`. */
  readonly abbreviation: (seconds: number) => string
}

export const utc: Zone = { offset: () => 0, abbreviation: () => 'UTC' }

/** Locales whose English names zones of their own region instead of writing `GMT+1`. */
const regions = ['en-US', 'en-GB', 'en-AU', 'en-NZ', 'en-CA', 'en-IN', 'en-ZA']

/** Abbreviations of the time zone database that no English locale writes. */
const further: Readonly<Record<string, string>> = {
  'Asia/Tokyo': 'JST',
  'Asia/Seoul': 'KST',
  'Asia/Shanghai': 'CST',
  'Asia/Taipei': 'CST',
  'Asia/Hong_Kong': 'HKT',
  'Asia/Manila': 'PST',
  'Asia/Karachi': 'PKT',
  'Asia/Jakarta': 'WIB',
  'Africa/Lagos': 'WAT',
  'Africa/Nairobi': 'EAT',
  'Europe/Moscow': 'MSK',
}

/** A winter's and a summer's day of 2020, in seconds. */
const today = [1_579_000_000, 1_594_700_000]

function numeric(offset: number): string {
  const minutes = Math.abs(Math.trunc(offset / 60))
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${minutes % 60 === 0 ? '' : two(minutes % 60)}`
}

/**
 * The zone of the IANA database with this name, as `Intl` knows it; undefined when there is none. Names are taken by
 * letter case, as files are; offsets (`+01:00`) are no names.
 */
export function zoneNamed(name: string): Zone | undefined {
  if (!/^[A-Za-z]/.test(name)) return undefined
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch (error) {
    rethrowExhaustion(error)
    return undefined
  }
  const resolved = format.resolvedOptions().timeZone
  if (resolved !== name && resolved.toLowerCase() === name.toLowerCase()) return undefined

  // What Intl says costs microseconds, and a policy asks more than once about an instant. Clocks have changed at whole
  // minutes ever since 1973.
  const known = new Map<number, number>()
  const offset = (seconds: number): number => {
    const at = seconds < 100_000_000 ? seconds : seconds - (seconds % 60)
    let found = known.get(at)
    if (found === undefined) {
      found = offsetAt(at)
      if (known.size >= 256) known.clear()
      known.set(at, found)
    }
    return found
  }
  const offsetAt = (seconds: number): number => {
    const parts: Record<string, string> = {}
    for (const { type, value } of format.formatToParts(new Date(seconds * 1000))) parts[type] = value
    const year = Number(parts['year'])
    const number = (part: string): number => Number(parts[part])
    const local = secondsOf(parts['era'] === 'BC' ? 1 - year : year, number('month'), number('day'), number('hour'), number('minute'), number('second'))
    return local - Math.floor(seconds)
  }
  const abbreviation = (seconds: number): string => {
    const wanted = offset(seconds)
    // Locales name the times of today: for older ones, a time of today at which the clocks show the same.
    const instants = [seconds, ...today.filter((other) => offset(other) === wanted)].map((at) => new Date(at * 1000))
    for (const region of regions) {
      const names = new Intl.DateTimeFormat(region, { timeZone: name, timeZoneName: 'short' })
      for (const instant of instants) {
        const short = names.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? ''
        if (/^[A-Z]{2,5}$/.test(short)) return short
      }
    }
    return further[name] ?? numeric(wanted)
  }
  return { offset, abbreviation }
}

/**
 * The instant at which the zone's clocks show these parts, each of which may be out of its range. Of a time that does
 * not exist or comes twice, the one that Go's `time.Date` picks.
 */
export function instantOf(
  zone: Zone,
  parts: { readonly year: number; readonly month: number; readonly day: number; readonly hour: number; readonly minute: number; readonly second: number },
  nanoseconds: number,
): bigint {
  const shown = secondsOf(parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second)
  const first = zone.offset(shown)
  return joinNanoseconds(shown - (first === 0 ? 0 : zone.offset(shown - first)), nanoseconds)
}

/** Seconds as the zone's clocks show them. */
export const shownSeconds = (zone: Zone, ns: bigint): number => {
  const { seconds } = splitNanoseconds(ns)
  return seconds + zone.offset(seconds)
}
