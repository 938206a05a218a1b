import { quoted } from '../gofmt/quote.ts'
import { numberJson, RegoNumber } from './number.ts'
import { countParts, withinLimits } from './parts.ts'
import { compareStrings } from './strings.ts'
import { objectGet, objectKeys } from './members.ts'
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
  // Loops rather than `map`, which takes more of the stack: values may be nested for long.
  let text = ''
  if (isArray(value) || value instanceof RegoSet) {
    const items = membersOf(value)
    for (let i = 0; i < items.length; i++) text += (i === 0 ? '' : ', ') + writeTerm(items[i] as Value)
    return isArray(value) ? `[${text}]` : text === '' ? 'set()' : `{${text}}`
  }
  for (const key of objectKeys(value)) text += `${text === '' ? '' : ', '}${writeTerm(key)}: ${writeTerm(objectGet(value, key) ?? null)}`
  return `{${text}}`
}

const membersOf = (value: readonly Value[] | RegoSet): readonly Value[] => (isArray(value) ? value : value.values())

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
  let text = ''
  if (isArray(value) || value instanceof RegoSet) {
    const items = membersOf(value)
    for (let i = 0; i < items.length; i++) text += (i === 0 ? '' : ',') + writeJson(items[i] as Value, write)
    return `[${text}]`
  }
  const members = named(value, write)
  for (let i = 0; i < members.length; i++) text += (i === 0 ? '' : ',') + writeMember(members[i] as Member, write)
  return `{${text}}`
}

type Member = readonly [string, Value]

const writeMember = ([name, member]: Member, write: (text: string) => string): string => `${write(name)}:${writeJson(member, write)}`

/** The members of an object in the order of their names, keys that are no strings by their JSON text. */
function named(object: ObjectValue, write: (text: string) => string): readonly Member[] {
  const members = new Map<string, Value>()
  for (const key of objectKeys(object)) members.set(typeof key === 'string' ? key : writeJson(key, write), objectGet(object, key) ?? null)
  return [...members].sort(([a], [b]) => compareStrings(a, b))
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
  const result = isArray(value) || value instanceof RegoSet ? plainList(membersOf(value), known) : plainObject(value, known)
  known.set(value, result)
  return result
}

function plainList(items: readonly Value[], known: Map<Value, Value>): Value {
  const result: Value[] = []
  for (let i = 0; i < items.length; i++) result.push(plain(items[i] as Value, known))
  return result
}

function plainObject(object: ObjectValue, known: Map<Value, Value>): Value {
  const result: Record<string, Value> = {}
  const keys = objectKeys(object)
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as Value
    const value = plain(objectGet(object, key) as Value, known)
    Object.defineProperty(result, typeof key === 'string' ? key : toJson(key), { value, enumerable: true, configurable: true, writable: true })
  }
  return result
}
