import { rethrowExhaustion } from '../guarded.ts'
import { compileRegex } from '../regex/regex.ts'
import { parseIp } from '../url/ip.ts'
import { parseGoUrl } from '../url/go-url.ts'
import { isMailAddress } from './mail-address.ts'

/** Whether a text has the form that `format` names; an unknown format says nothing. */
export function matchesFormat(format: string, text: string): boolean {
  return Object.hasOwn(formats, format) ? (formats[format]?.(text) ?? true) : true
}

const date = /^(\d{4})-(\d{2})-(\d{2})$/
// Go reads an hour of one digit, and a fraction that its layout does not mention.
const time = /^(\d{1,2}):(\d{2}):(\d{2})(?:[.,]\d+)?$/
const zone = /(?:Z|[+-](\d{2}):(\d{2}))$/

const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
const hostname = new RegExp(`^${label}(?:\\.${label})*$`)
const token = '(?:/(?:[^~/]|~0|~1)*)*'

const formats: Readonly<Record<string, ((text: string) => boolean) | undefined>> = {
  date: isDate,
  time: (text) => isTime(text) || isZonedTime(text),
  'date-time': (text) => isTime(text) || isZonedTime(text) || isDate(text) || (isDate(text.slice(0, 10)) && text[10] === 'T' && isZonedTime(text.slice(11))),
  hostname: (text) => hostname.test(text) && text.length < 256,
  email: isMailAddress,
  'idn-email': isMailAddress,
  ipv4: (text) => text.includes('.') && parseIp(text) !== undefined,
  ipv6: (text) => text.includes(':') && parseIp(text) !== undefined,
  uri: isUri,
  iri: isUri,
  'uri-reference': isUriReference,
  'iri-reference': isUriReference,
  'uri-template': (text) => isUriReference(text) && balanced(parseGoUrl(text)?.path ?? ''),
  uuid: (text) => /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/i.test(text),
  regex: isRegex,
  'json-pointer': (text) => new RegExp(`^${token}$`).test(text),
  'relative-json-pointer': (text) => new RegExp(`^(?:0|[1-9]\\d*)(?:#|${token})$`).test(text),
}

function isDate(text: string): boolean {
  const match = date.exec(text)
  if (match === null) return false
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  const at = new Date(0)
  at.setUTCFullYear(year, month - 1, day)
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day
}

function isTime(text: string): boolean {
  const match = time.exec(text)
  if (match === null) return false
  const [hour = 99, minute = 99, second = 99] = match.slice(1).map(Number)
  return hour < 24 && minute < 60 && second < 60
}

function isZonedTime(text: string): boolean {
  const match = zone.exec(text)
  if (match === null) return false
  const [, hours = '0', minutes = '0'] = match
  return Number(hours) <= 24 && Number(minutes) < 60 && isTime(text.slice(0, match.index))
}

function isUri(text: string): boolean {
  const url = parseGoUrl(text)
  return url !== undefined && url.scheme !== '' && !text.includes('\\')
}

function isUriReference(text: string): boolean {
  return parseGoUrl(text) !== undefined && !text.includes('\\')
}

/** Braces come in pairs. */
function balanced(text: string): boolean {
  return !text.replace(/\{[^}]*\}/g, '').includes('{')
}

function isRegex(text: string): boolean {
  try {
    compileRegex(text)
    return true
  } catch (error) {
    rethrowExhaustion(error)
    return false
  }
}
