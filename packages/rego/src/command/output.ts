import { goString } from '../value/format.ts'
import { numberJson } from '../value/number.ts'
import { objectGet, objectKeys } from '../value/members.ts'
import { isNumber, isObject, type Value } from '../value/value.ts'

/** An object whose keys keep the order they are given in. */
export class Ordered {
  readonly fields: readonly (readonly [string, Output])[]

  constructor(...fields: readonly (readonly [string, Output])[]) {
    this.fields = fields
  }
}

/** What the command prints as JSON. */
export type Output = Value | Ordered | OutputList

interface OutputList extends ReadonlyArray<Output> {
  readonly length: number
}

/** JSON as OPA prints it: two blanks a level, `<`, `>` and `&` escaped, numbers as they are spelled. */
export function printJson(value: Output, indent = ''): string {
  const inner = `${indent}  `
  if (value instanceof Ordered) return printObject(value.fields, indent)
  if (isList(value)) return value.length === 0 ? '[]' : `[\n${value.map((item) => inner + printJson(item, inner)).join(',\n')}\n${indent}]`
  if (typeof value === 'string') return goString(value)
  if (isNumber(value)) return numberJson(value)
  if (isObject(value)) return printObject(objectKeys(value).flatMap((key) => (typeof key === 'string' ? [[key, objectGet(value, key) ?? null] as const] : [])), indent)
  return value === null ? 'null' : value === true ? 'true' : 'false'
}

function printObject(fields: Ordered['fields'], indent: string): string {
  const inner = `${indent}  `
  return fields.length === 0 ? '{}' : `{\n${fields.map(([key, member]) => `${inner}${goString(key)}: ${printJson(member, inner)}`).join(',\n')}\n${indent}}`
}

function isList(value: Output): value is OutputList {
  return Array.isArray(value)
}

