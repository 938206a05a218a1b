import { civil, dayNames, monthNames, splitNanoseconds } from './civil.ts'
import { layoutPieces } from './layout.ts'
import type { Zone } from './zone.ts'

const digits = (value: number, width: number): string => `${value < 0 ? '-' : ''}${String(Math.abs(value)).padStart(width, '0')}`

/** Two digits, or one with a space in front. */
const spaced = (value: number, width: number): string => String(value).padStart(width, ' ')

function zoneOffset(part: string, offset: number): string {
  if (part.startsWith('Z') && offset === 0) return 'Z'
  const colon = part.includes(':') ? ':' : ''
  const shape = part.slice(1).replaceAll(':', '').length
  const minutes = Math.abs(Math.trunc(offset / 60))
  let out = `${Math.trunc(offset / 60) < 0 ? '-' : '+'}${digits(Math.floor(minutes / 60), 2)}`
  if (shape > 2) out += colon + digits(minutes % 60, 2)
  if (shape > 4) out += colon + digits(Math.abs(offset) % 60, 2)
  return out
}

function fraction(part: string, nanoseconds: number): string {
  const shown = digits(nanoseconds, 9).slice(0, part.length - 1)
  if (part[1] === '0') return part.charAt(0) + shown.padEnd(part.length - 1, '0')
  const kept = shown.replace(/0+$/, '')
  return kept === '' ? '' : part.charAt(0) + kept
}

/** The instant as Go's `Time.Format` writes it. */
export function formatTime(ns: bigint, zone: Zone, layout: string): string {
  const { seconds, nanoseconds } = splitNanoseconds(ns)
  const offset = zone.offset(seconds)
  const time = civil(seconds + offset)
  const write = (part: string): string => {
    switch (part) {
      case '2006':
        return digits(time.year, 4)
      case '06':
        return digits(Math.abs(time.year) % 100, 2)
      case 'January':
        return monthNames[time.month - 1] ?? ''
      case 'Jan':
        return (monthNames[time.month - 1] ?? '').slice(0, 3)
      case '1':
        return String(time.month)
      case '01':
        return digits(time.month, 2)
      case 'Monday':
        return dayNames[time.weekday] ?? ''
      case 'Mon':
        return (dayNames[time.weekday] ?? '').slice(0, 3)
      case '2':
        return String(time.day)
      case '_2':
        return spaced(time.day, 2)
      case '02':
        return digits(time.day, 2)
      case '__2':
        return spaced(time.yearDay, 3)
      case '002':
        return digits(time.yearDay, 3)
      case '15':
        return digits(time.hour, 2)
      case '3':
        return String(time.hour % 12 || 12)
      case '03':
        return digits(time.hour % 12 || 12, 2)
      case '4':
        return String(time.minute)
      case '04':
        return digits(time.minute, 2)
      case '5':
        return String(time.second)
      case '05':
        return digits(time.second, 2)
      case 'PM':
        return time.hour >= 12 ? 'PM' : 'AM'
      case 'pm':
        return time.hour >= 12 ? 'pm' : 'am'
      case 'MST':
        return zone.abbreviation(seconds)
      case '':
        return ''
      default:
        return part.startsWith('.') || part.startsWith(',') ? fraction(part, nanoseconds) : zoneOffset(part, offset)
    }
  }
  return layoutPieces(layout)
    .map(({ literal, part }) => literal + write(part))
    .join('')
}
