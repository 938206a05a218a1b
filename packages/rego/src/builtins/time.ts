import { functionType, numberType, stringType, tupleType, unionType } from '../types/type.ts'
import { civil, dayNames, daysInMonth, splitNanoseconds } from '../time/civil.ts'
import { parseDuration } from '../time/duration.ts'
import { formatTime } from '../time/format.ts'
import { layoutNamed } from '../time/layout.ts'
import { parseTime } from '../time/parse.ts'
import { instantOf, shownSeconds, utc, type Zone, zoneNamed } from '../time/zone.ts'
import { numberFromBigInt, toBigInt } from '../value/number.ts'
import { isArray, isNumber, type NumberValue, typeName, type Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { builtinError, integerOperand, numberOperand, operandError, stringOperand } from './operands.ts'

const limit = 1n << 63n

/** A number of nanoseconds that fits 64 bits. */
function instant(ns: bigint): NumberValue {
  if (ns < -limit || ns >= limit) throw builtinError('time outside of valid range')
  return numberFromBigInt(ns)
}

function zoneFor(context: BuiltinContext, name: string): Zone {
  // There is no local time here: a policy must decide alike wherever it runs.
  if (name === '' || name === 'UTC' || name === 'Local') return utc
  if (/\.\.|^[/\\]/.test(name)) throw builtinError('time: invalid location name')
  const key = `zone:${name}`
  const known = context.programCache.get(key)
  if (known !== undefined) return known as Zone
  const zone = zoneNamed(name)
  if (zone === undefined) throw builtinError(`unknown time zone ${name}`)
  context.programCache.set(key, zone)
  return zone
}

interface Moment {
  readonly ns: bigint
  readonly zone: Zone
  readonly layout: string
}

/** Nanoseconds, alone or with a zone, or with a zone and a layout. */
function momentOperand(context: BuiltinContext, value: Value): Moment {
  const wrong = (): Error => operandError(1, `must be either number (ns) or [number (ns), string (tz)] but got ${typeName(value)}`)
  context.spend(20)
  const [number, zone, layout] = isArray(value) ? value : [value]
  if (number === undefined || (!isArray(value) && !isNumber(value))) throw wrong()
  const written = numberOperand(number, 1)
  const named = zone === undefined ? utc : zoneFor(context, stringOperand(zone, 1))
  const format = layout === undefined ? '' : stringOperand(layout, 1)
  const ns = toBigInt(written)
  if (ns === undefined || ns < -limit || ns >= limit) throw builtinError('timestamp too big')
  return { ns, zone: named, layout: format }
}

const moment = unionType(numberType, tupleType(numberType, stringType))
const triple = tupleType(numberType, numberType, numberType)

function addDate({ ns, zone }: Moment, years: number, months: number, days: number): NumberValue {
  // Beyond this every result is outside of the range, and JavaScript's calendar ends.
  if (Math.abs(years) > 50_000 || Math.abs(months) > 600_000 || Math.abs(days) > 18_000_000) throw builtinError('time outside of valid range')
  const time = civil(shownSeconds(zone, ns))
  const moved = { ...time, year: time.year + years, month: time.month + months, day: time.day + days }
  return instant(instantOf(zone, moved, splitNanoseconds(ns).nanoseconds))
}

/** Years, months, days, hours, minutes and seconds from the earlier to the later one, on the first one's clocks. */
function difference(first: Moment, second: Moment): readonly number[] {
  const [from, to] = first.ns > second.ns ? [second.ns, first.ns] : [first.ns, second.ns]
  const a = civil(shownSeconds(first.zone, from))
  const b = civil(shownSeconds(first.zone, to))
  const parts = [b.year - a.year, b.month - a.month, b.day - a.day, b.hour - a.hour, b.minute - a.minute, b.second - a.second]
  // What is negative borrows from the next larger part.
  const sizes = [0, 12, daysInMonth(a.year, a.month), 24, 60, 60]
  for (let part = parts.length - 1; part > 0; part--) {
    if ((parts[part] ?? 0) >= 0) continue
    parts[part] = (parts[part] ?? 0) + (sizes[part] ?? 0)
    parts[part - 1] = (parts[part - 1] ?? 0) - 1
  }
  return parts
}

/** `time.*`: nanoseconds since 1970, Go's layouts, zones of the IANA database. */
export const timeBuiltins: readonly Builtin[] = [
  {
    name: 'time.parse_ns',
    declaration: functionType([stringType, stringType], numberType),
    call: (context, layout, value) => {
      const format = layoutNamed(stringOperand(layout, 1))
      const text = stringOperand(value, 2)
      context.spend(20 + format.length + text.length)
      return instant(parseTime(format, text, builtinError))
    },
  },
  {
    name: 'time.parse_rfc3339_ns',
    declaration: functionType([stringType], numberType),
    call: (context, value) => {
      const text = stringOperand(value, 1)
      context.spend(20 + text.length)
      return instant(parseTime(layoutNamed('RFC3339'), text, builtinError))
    },
  },
  {
    name: 'time.parse_duration_ns',
    declaration: functionType([stringType], numberType),
    call: (context, value) => {
      const text = stringOperand(value, 1)
      context.spend(1 + text.length)
      return numberFromBigInt(parseDuration(text, builtinError))
    },
  },
  {
    name: 'time.format',
    declaration: functionType([unionType(numberType, tupleType(numberType, stringType), tupleType(numberType, stringType, stringType))], stringType),
    call: (context, value) => {
      const { ns, zone, layout } = momentOperand(context, value)
      context.spend(layout.length)
      context.checkLength(layout.length)
      return formatTime(ns, zone, layoutNamed(layout === '' ? 'RFC3339Nano' : layout))
    },
  },
  {
    name: 'time.date',
    declaration: functionType([moment], triple),
    call: (context, value) => {
      const { ns, zone } = momentOperand(context, value)
      const { year, month, day } = civil(shownSeconds(zone, ns))
      return [year, month, day]
    },
  },
  {
    name: 'time.clock',
    declaration: functionType([moment], triple),
    call: (context, value) => {
      const { ns, zone } = momentOperand(context, value)
      const { hour, minute, second } = civil(shownSeconds(zone, ns))
      return [hour, minute, second]
    },
  },
  {
    name: 'time.weekday',
    declaration: functionType([moment], stringType),
    call: (context, value) => {
      const { ns, zone } = momentOperand(context, value)
      return dayNames[civil(shownSeconds(zone, ns)).weekday] ?? null
    },
  },
  {
    name: 'time.add_date',
    declaration: functionType([numberType, numberType, numberType, numberType], numberType),
    call: (context, value, years, months, days) =>
      addDate(momentOperand(context, value), integerOperand(years, 2), integerOperand(months, 3), integerOperand(days, 4)),
  },
  {
    name: 'time.diff',
    declaration: functionType([moment, moment], tupleType(numberType, numberType, numberType, numberType, numberType, numberType)),
    call: (context, first, second) => difference(momentOperand(context, first), momentOperand(context, second)),
  },
]

