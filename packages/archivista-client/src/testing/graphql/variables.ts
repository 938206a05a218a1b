import { isJsonObject, JsonNumber } from '@cilock/core'
import type { JsonObject, JsonValue } from '@cilock/core'
import { invalid, QueryError } from './error.ts'
import type { Literal, Operation } from './parse.ts'
import { enumTypes, inputTypes, typeRef } from './schema.ts'
import type { TypeRef } from './schema.ts'

/** A value as the server has it after it was brought into its type. */
export type Input = null | boolean | number | string | readonly Input[] | InputObject
export interface InputObject {
  readonly [name: string]: Input
}

type Path = readonly (string | number)[]

/** A leaf as text. */
export function textOf(value: Input | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

export function isInputObject(value: Input | undefined): value is InputObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The variables of an operation. One that was not given is not there. */
export function variablesOf(operation: Operation, given: JsonObject): ReadonlyMap<string, Input> {
  const values = new Map<string, Input>()
  for (const { name, type, value: fallback } of operation.variables) {
    const path = ['variable', name]
    const ref = typeRef(type)
    const value = given[name]
    if (value !== undefined) values.set(name, coerce(value, ref, path))
    else if (fallback !== undefined) values.set(name, literalValue(fallback, new Map()) ?? null)
    else if (ref.isRequired) throw refused('must be defined', path)
  }
  return values
}

function coerce(value: JsonValue, type: TypeRef, path: Path): Input {
  if (value === null) {
    if (type.isRequired) throw refused('cannot be null', path)
    return null
  }
  if (type.isList) {
    const item = { ...type, isList: false, isRequired: type.isItemRequired }
    if (!Array.isArray(value)) return [coerce(value, item, path)]
    return (value as readonly JsonValue[]).map((each, index) => coerce(each, item, [...path, index]))
  }
  const members = inputTypes.get(type.name)
  if (members === undefined) return leaf(value, type, path)
  if (!isJsonObject(value)) throw refused(`must be a ${type.name}`, path)
  return Object.fromEntries(
    Object.entries(value).map(([name, each]): [string, Input] => {
      const text = Object.hasOwn(members, name) ? members[name] : undefined
      if (text === undefined) throw refused('unknown field', [...path, name])
      return [name, coerce(each, typeRef(text), [...path, name])]
    }),
  )
}

function leaf(value: JsonValue, type: TypeRef, path: Path): Input {
  const isNumber = typeof value === 'number' || value instanceof JsonNumber
  const text = typeof value === 'string' ? value : value instanceof JsonNumber ? value.text : JSON.stringify(value)
  const enumValues = enumTypes.get(type.name)
  if (enumValues !== undefined) {
    if (typeof value === 'string' && enumValues.includes(value)) return value
    throw refused(`${text} is not a valid ${type.name}`, path)
  }
  if (Array.isArray(value) || isJsonObject(value)) throw refused(`cannot use ${Array.isArray(value) ? 'slice' : 'map'} as ${type.name}`, path)
  if (type.name === 'Boolean') {
    if (typeof value === 'boolean') return value
    throw refused(`cannot use ${isNumber ? 'float64' : 'string'} as Boolean`, path)
  }
  if (typeof value === 'boolean') throw refused(`cannot use bool as ${type.name}`, path)
  if (type.name !== 'Int') return text
  if (!/^-?\d+$/.test(text)) throw refused('cannot use value 0 as Int', path)
  return Number(text)
}

function refused(message: string, path: Path): QueryError {
  return new QueryError([invalid(message, undefined, path)])
}

/** What a literal stands for; undefined where it is a variable that was not given. */
export function literalValue(literal: Literal, variables: ReadonlyMap<string, Input>): Input | undefined {
  if (literal.kind === 'variable') return variables.get(literal.text)
  if (literal.kind === 'null') return null
  if (literal.kind === 'boolean') return literal.value
  if (literal.kind === 'int' || literal.kind === 'float') return Number(literal.text)
  if (literal.kind === 'list') return literal.items.map((item) => literalValue(item, variables) ?? null)
  if (literal.kind !== 'object') return literal.text
  const members = literal.members.flatMap(({ name, value }): [string, Input][] => {
    const found = literalValue(value, variables)
    return found === undefined ? [] : [[name, found]]
  })
  return Object.fromEntries(members)
}

