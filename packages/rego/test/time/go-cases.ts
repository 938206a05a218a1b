import { civil, splitNanoseconds } from '../../src/time/civil.ts'
import { parseDuration } from '../../src/time/duration.ts'
import { formatTime } from '../../src/time/format.ts'
import { parseTime } from '../../src/time/parse.ts'
import { instantOf, shownSeconds, utc, type Zone, zoneNamed } from '../../src/time/zone.ts'

/** A line of the oracle; what each kind holds stands in its source. */
export type GoCase = readonly unknown[]

class Refused extends TypeError {}

const fail = (message: string): Error => new Refused(message)

const zones = new Map<string, Zone>()

function zone(name: string): Zone {
  const made = zones.get(name) ?? (name === 'UTC' ? utc : zoneNamed(name))
  if (made === undefined) throw new TypeError(`no zone ${name}`)
  zones.set(name, made)
  return made
}

function orError(compute: () => string): readonly [string | null, string | null] {
  try {
    return [compute(), null]
  } catch (error) {
    if (error instanceof Refused) return [null, error.message]
    throw error
  }
}

/** What this package says about a case, in the oracle's form. */
export function answer(known: GoCase): GoCase {
  const [kind, ...rest] = known
  const [first = '', second = '', third = ''] = rest.map(String)
  switch (kind) {
    case 'duration':
      return [kind, first, ...orError(() => parseDuration(first, fail).toString())]
    case 'parse': {
      const parsed = (): string => {
        const { seconds, nanoseconds } = splitNanoseconds(parseTime(first, second, fail))
        return `${seconds}.${nanoseconds}`
      }
      return [kind, first, second, ...orError(parsed)]
    }
    case 'format':
      return [kind, first, second, third, formatTime(BigInt(second), zone(third), first)]
    default: {
      const [years = 0, months = 0, days = 0] = rest.slice(2, 5).map(Number)
      const ns = BigInt(first)
      const time = civil(shownSeconds(zone(second), ns))
      const moved = instantOf(zone(second), { ...time, year: time.year + years, month: time.month + months, day: time.day + days }, 0)
      return [kind, first, second, years, months, days, String(splitNanoseconds(moved).seconds)]
    }
  }
}

export const parseCases = (lines: string): readonly GoCase[] =>
  lines
    .trimEnd()
    .split('\n')
    .map((line): GoCase => {
      const parsed: unknown = JSON.parse(line)
      if (!Array.isArray(parsed)) throw new TypeError('not a case of the oracle')
      return parsed
    })
