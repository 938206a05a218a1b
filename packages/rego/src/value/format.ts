import { quoted } from '../gofmt/quote.ts'
import { numberJson, RegoNumber } from './number.ts'
import { countParts, withinLimits } from './parts.ts'
import { compareStrings } from './strings.ts'
import { objectEntries } from './members.ts'
import { RegoSet } from './set.ts'
import { isArray, isNumber, type ObjectValue, type Value } from './value.ts'

/**
 * The value as a Rego term: `{"a": [1, 2.50]}`, `{1, 2}`, `set()`. What `sprintf("%v")` prints for composites.
 *
 * @throws RegoError `ERR_LIMIT_DEPTH` or `ERR_LIMIT_STEPS` for values that are too deep or share too many parts.
 */
export function formatTerm(value: Value): string {
  return withinLimits(() => writeTerm(value))
}

function writeTerm(value: Value): string {
  countParts(2)
  if (typeof value === 'string') return quote(counted(value))
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (value instanceof RegoNumber) return value.text
  if (isArray(value)) return `[${value.map(writeTerm).join(', ')}]`
  if (value instanceof RegoSet) return value.size === 0 ? 'set()' : `{${value.values().map(writeTerm).join(', ')}}`
  return `{${objectEntries(value)
    .map(([key, member]) => `${writeTerm(key)}: ${writeTerm(member)}`)
    .join(', ')}}`
}

/** A string as Go's strconv.Quote writes it: what stands in terms, type texts and messages. */
export const quote = (text: string): string => quoted(text, '"', false)

/**
 * Compact JSON: sets as sorted arrays, keys that are no strings as their JSON text. Escapes only what JSON must.
 *
 * @throws RegoError as {@link formatTerm}.
 */
export function toJson(value: Value): string {
  return withinLimits(() => writeJson(value, (text) => JSON.stringify(text)))
}

/** JSON as Go's encoder writes it: sorted keys, and `<`, `>`, `&`, U+2028 and U+2029 escaped. */
export function toGoJson(value: Value): string {
  return withinLimits(() => writeJson(value, goString))
}

/** One string as Go's encoder writes it. */
export function goString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function counted(text: string): string {
  countParts(text.length)
  return text
}

function writeJson(value: Value, write: (text: string) => string): string {
  countParts(2)
  if (typeof value === 'string') return write(counted(value))
  if (value === null || typeof value === 'boolean') return String(value)
  if (isNumber(value)) return numberJson(value)
  if (isArray(value)) return `[${value.map((item) => writeJson(item, write)).join()}]`
  if (value instanceof RegoSet) return `[${value.values().map((item) => writeJson(item, write)).join()}]`
  const members = new Map<string, Value>()
  for (const [key, member] of objectEntries(value)) members.set(typeof key === 'string' ? key : writeJson(key, write), member)
  const names = [...members.keys()].sort(compareStrings)
  return `{${names.map((name) => `${write(name)}:${writeJson(members.get(name) ?? null, write)}`).join()}}`
}

/**
 * Sets become arrays and keys become strings, as when OPA prints a result. Numbers keep their text, shared parts are shared.
 *
 * @throws RegoError as {@link formatTerm}.
 */
export function toPlain(value: Value): Value {
  return withinLimits(() => plain(value, new Map()))
}

function plain(value: Value, known: Map<Value, Value>): Value {
  if (typeof value !== 'object' || value === null || value instanceof RegoNumber) return value
  const before = known.get(value)
  if (before !== undefined) return before
  const result = isArray(value) ? value.map((item) => plain(item, known)) : value instanceof RegoSet ? value.values().map((item) => plain(item, known)) : plainObject(value, known)
  known.set(value, result)
  return result
}

function plainObject(object: ObjectValue, known: Map<Value, Value>): Value {
  const result: Record<string, Value> = {}
  for (const [key, member] of objectEntries(object)) {
    Object.defineProperty(result, typeof key === 'string' ? key : toJson(key), { value: plain(member, known), enumerable: true, configurable: true, writable: true })
  }
  return result
}
