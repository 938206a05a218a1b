import { quoted } from '../gofmt/quote.ts'
import { numberText, RegoNumber } from './number.ts'
import { compareStrings } from './strings.ts'
import { isArray, isNumber, isObject, objectEntries, RegoSet, type Value } from './value.ts'

/** The value as a Rego term: `{"a": [1, 2.50]}`, `{1, 2}`, `set()`. What `sprintf("%v")` prints for composites. */
export function formatTerm(value: Value): string {
  if (typeof value === 'string') return quote(value)
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (value instanceof RegoNumber) return value.text
  if (isArray(value)) return `[${value.map(formatTerm).join(', ')}]`
  if (value instanceof RegoSet) return value.size === 0 ? 'set()' : `{${value.values().map(formatTerm).join(', ')}}`
  return `{${objectEntries(value)
    .map(([key, member]) => `${formatTerm(key)}: ${formatTerm(member)}`)
    .join(', ')}}`
}

/** A string as Go's strconv.Quote writes it: what stands in terms, type texts and messages. */
export const quote = (text: string): string => quoted(text, '"', false)

/** Compact JSON: sets as sorted arrays, keys that are no strings as their JSON text. Escapes only what JSON must. */
export function toJson(value: Value): string {
  return writeJson(value, (text) => JSON.stringify(text))
}

/** JSON as Go's encoder writes it: sorted keys, and `<`, `>`, `&`, U+2028 and U+2029 escaped. */
export function toGoJson(value: Value): string {
  return writeJson(value, goString)
}

/** One string as Go's encoder writes it. */
export function goString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function writeJson(value: Value, write: (text: string) => string): string {
  if (typeof value === 'string') return write(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (isNumber(value)) return numberText(value)
  if (isArray(value)) return `[${value.map((item) => writeJson(item, write)).join()}]`
  if (value instanceof RegoSet) return `[${value.values().map((item) => writeJson(item, write)).join()}]`
  const members = new Map<string, Value>()
  for (const [key, member] of objectEntries(value)) members.set(typeof key === 'string' ? key : writeJson(key, write), member)
  const names = [...members.keys()].sort(compareStrings)
  return `{${names.map((name) => `${write(name)}:${writeJson(members.get(name) ?? null, write)}`).join()}}`
}

/** Sets become arrays and keys become strings, as when OPA prints a result. Numbers keep their text. */
export function toPlain(value: Value): Value {
  if (isArray(value)) return value.map(toPlain)
  if (value instanceof RegoSet) return value.values().map(toPlain)
  if (!isObject(value)) return value
  const plain: Record<string, Value> = {}
  for (const [key, member] of objectEntries(value)) {
    Object.defineProperty(plain, typeof key === 'string' ? key : toJson(key), { value: toPlain(member), enumerable: true, configurable: true, writable: true })
  }
  return plain
}
