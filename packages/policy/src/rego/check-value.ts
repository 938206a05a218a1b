import { isArray, isNumber, isObject, RegoSet, toJson, toPlain } from '@cilock/rego'
import type { Value } from '@cilock/rego'
import type { CheckValue } from '../report/report.ts'

/** Characters of JSON beyond which a value is only described: a rule may bind its whole input to a variable. */
const mostText = 1000

/** A value of Rego as data of a report; numbers that a double cannot hold become their text. */
export function checkValueOf(value: Value): CheckValue {
  const text = toJson(value)
  if (text.length > mostText) return `${describe(value)}: ${text.slice(0, 100)}…`
  return plain(toPlain(value))
}

function plain(value: Value): CheckValue {
  if (isNumber(value)) return typeof value === 'number' ? value : value.text
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (isArray(value)) return value.map(plain)
  if (value instanceof RegoSet) return value.values().map(plain)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member as Value)]))
}

function describe(value: Value): string {
  if (typeof value === 'string') return `a string of ${value.length} characters`
  if (isArray(value)) return `an array of ${value.length}`
  if (value instanceof RegoSet) return `a set of ${value.size}`
  return isObject(value) ? 'an object' : 'a number'
}
