import type { JsonValue } from '@bufbuild/protobuf'
import { integerWithin } from './integer.ts'
import { childPath } from './pointer.ts'
import { isObject, refuse } from './refuse.ts'

const rfc3339 = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$/

/** Any offset, up to nine digits; written again it is in UTC. witness writes times as the two numbers they are in Go. */
export function timestampOf(value: unknown, path: string): JsonValue {
  if (isObject(value)) return secondsAndNanos(value, path)
  if (typeof value !== 'string' || !rfc3339.test(value) || !isCalendarTime(value)) return refuse('an RFC 3339 time', value, path)
  return value
}

function secondsAndNanos(value: Readonly<Record<string, unknown>>, path: string): JsonValue {
  const { seconds = 0, nanos = 0, ...rest } = value
  if (Object.keys(rest).length > 0) return refuse('an RFC 3339 time, or seconds and nanos alone', value, path)
  const whole = integerWithin(seconds, -62_135_596_800n, 253_402_300_799n, childPath(path, 'seconds'))
  const part = integerWithin(nanos, 0n, 999_999_999n, childPath(path, 'nanos'))
  return `${new Date(Number(whole) * 1000).toISOString().slice(0, 19)}.${String(part).padStart(9, '0')}Z`
}

/** Whether day and time exist (2026-02-30 does not), and the year stays within 1 to 9999 in UTC. */
function isCalendarTime(text: string): boolean {
  const local = `${text.slice(0, 19)}Z`
  const time = Date.parse(local)
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text.slice(0, 19))) return false
  const utc = Date.parse(text)
  return !Number.isNaN(utc) && utc >= Date.parse('0001-01-01T00:00:00Z') && utc <= Date.parse('9999-12-31T23:59:59.999Z')
}
