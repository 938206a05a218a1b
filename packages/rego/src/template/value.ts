import { formatDouble } from '../gofmt/double.ts'
import { toJson } from '../value/format.ts'
import { numberText } from '../value/number.ts'
import { countParts } from '../value/parts.ts'
import { compareStrings } from '../value/strings.ts'
import { objectEntries } from '../value/members.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isNumber, type Value } from '../value/value.ts'

/** A number of the data: Go's `json.Number`, which is a kind of string. */
export class JsonNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/**
 * A value as a template sees it. `undefined` is a missing one; constants bring ints (bigint) and floats (number).
 */
export type GoValue = undefined | null | boolean | string | bigint | number | JsonNumber | readonly GoValue[] | ReadonlyMap<string, GoValue>

export function toGo(value: Value): GoValue {
  countParts(1)
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (isNumber(value)) return new JsonNumber(numberText(value))
  if (isArray(value)) return value.map(toGo)
  if (value instanceof RegoSet) return value.values().map(toGo)
  const entries = objectEntries(value).map(([key, member]): [string, GoValue] => [typeof key === 'string' ? key : toJson(key), toGo(member)])
  return new Map(entries.sort(([a], [b]) => compareStrings(a, b)))
}

export const isList = (value: GoValue): value is readonly GoValue[] => Array.isArray(value)
export const isMap = (value: GoValue): value is ReadonlyMap<string, GoValue> => value instanceof Map

/** The text of a value that is of a string kind. */
export const stringOf = (value: GoValue): string | undefined => (typeof value === 'string' ? value : value instanceof JsonNumber ? value.text : undefined)

export function typeOf(value: GoValue): string {
  if (value === undefined || value === null) return 'nil'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'float64'
  if (value instanceof JsonNumber) return 'json.Number'
  return isList(value) ? '[]interface {}' : 'map[string]interface {}'
}

/** As Go's `%v` prints it. */
export function display(value: GoValue): string {
  countParts(typeof value === 'string' ? value.length : 2)
  if (value === undefined || value === null) return '<nil>'
  if (typeof value === 'number') return formatDouble(value, 'g', -1)
  if (value instanceof JsonNumber) return value.text
  if (isList(value)) return `[${value.map(display).join(' ')}]`
  if (isMap(value)) return `map[${[...value].map(([key, member]) => `${key}:${display(member)}`).join(' ')}]`
  return String(value)
}

/** What an action writes. */
export const printed = (value: GoValue): string => (value === undefined || value === null ? '<no value>' : display(value))

export function isTrue(value: GoValue): boolean {
  if (value === undefined || value === null) return false
  if (typeof value === 'boolean') return value
  if (typeof value === 'bigint' || typeof value === 'number') return value !== 0n && value !== 0
  if (typeof value === 'string') return value !== ''
  if (value instanceof JsonNumber) return value.text !== ''
  return isList(value) ? value.length > 0 : value.size > 0
}
