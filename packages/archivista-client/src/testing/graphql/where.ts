import { parseTime } from '@cilock/core'
import { rowsAt } from '../rows/row.ts'
import type { Row } from '../rows/row.ts'
import { FieldError } from './error.ts'
import { edgeMember, objectTypes, scalarTypes, typeRef } from './schema.ts'
import { isInputObject, textOf } from './variables.ts'
import type { Input, InputObject } from './variables.ts'

/** Whether a row is wanted. */
export type Filter = (row: Row) => boolean

/** What PostgreSQL takes in one statement. */
const maxParameters = 65_535

/** The filter that a `where` stands for; undefined where it wants everything. */
export function filterOf(where: Input | undefined, type: string): Filter | undefined {
  if (!isInputObject(where)) return undefined
  const reader = new WhereReader()
  const filter = reader.read(where, type, ['where'])
  if (reader.parameters > maxParameters) throw new FieldError('extended protocol limited to 65535 parameters')
  return filter
}

class WhereReader {
  parameters = 0

  /** Everything in one input must hold. Undefined: nothing is asked. */
  read(where: InputObject, type: string, path: readonly (string | number)[]): Filter | undefined {
    const filters: Filter[] = []
    for (const [name, value] of Object.entries(where)) {
      const filter = this.#member(name, value, type, [...path, name])
      if (filter !== undefined) filters.push(filter)
    }
    return filters.length === 0 ? undefined : (row) => filters.every((filter) => filter(row))
  }

  #member(name: string, value: Input, type: string, path: readonly (string | number)[]): Filter | undefined {
    if (value === null) return undefined
    if (name === 'not') {
      const [inner] = this.#all([value], type, 'not', path)
      return inner === undefined ? undefined : (row) => !inner(row)
    }
    if (name === 'and' || name === 'or') {
      const inner = this.#all(itemsOf(value), type, name, path)
      if (inner.length === 0) return undefined
      return (row) => (name === 'and' ? inner.every((filter) => filter(row)) : inner.some((filter) => filter(row)))
    }
    const fields = objectTypes.get(type) ?? {}
    for (const [field, text] of Object.entries(fields)) {
      const target = typeRef(text).name
      if (scalarTypes.has(target)) continue
      if (name === edgeMember(field)) return (row) => rowsAt(row, field).length > 0 === value
      if (name !== `${edgeMember(field)}With`) continue
      const inner = this.#all(itemsOf(value), target.replace(/Connection$/, ''), `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`, path)
      return inner.length === 0 ? undefined : (row) => rowsAt(row, field).some((each) => inner.every((filter) => filter(each)))
    }
    const field = ['id', ...Object.keys(fields)].filter((each) => name.startsWith(each)).sort((a, b) => b.length - a.length)[0] ?? name
    return this.#value(field, name.slice(field.length), value, typeRef(fields[field] ?? 'String').name, path)
  }

  #all(items: readonly Input[], type: string, member: string, path: readonly (string | number)[]): readonly Filter[] {
    return items.map((item, index) => {
      try {
        const filter = isInputObject(item) ? this.read(item, type, [...path, index]) : undefined
        if (filter !== undefined) return filter
      } catch (error) {
        if (!(error instanceof FieldError) || !error.message.startsWith('ent: ')) throw error
        throw new FieldError(`${error.message}: field '${member}'`)
      }
      throw new FieldError(`ent: empty predicate ${type}WhereInput: field '${member}'`)
    })
  }

  #value(field: string, operator: string, value: Input, type: string, path: readonly (string | number)[]): Filter | undefined {
    const of = (row: Row): string | null => (field === 'id' ? row.id : (row.values[field] ?? null))
    if (operator === 'IsNil') return (row) => (of(row) === null) === value
    if (operator === 'NotNil') return (row) => (of(row) !== null) === value
    const normal = type === 'Time' ? (each: Input): string => sortableTime(textOf(each), path) : textOf
    if (operator === 'In' || operator === 'NotIn') {
      const wanted = new Set(itemsOf(value).map(normal))
      if (wanted.size === 0) return undefined
      this.parameters += itemsOf(value).length
      return (row) => wanted.has(found(row)) === (operator === 'In')
    }
    this.parameters++
    const wanted = normal(value)
    const compare = comparisons[operator]
    return compare === undefined ? undefined : (row) => compare(found(row), wanted)

    function found(row: Row): string {
      const text = of(row) ?? ''
      return type === 'Time' && text !== '' ? sortableTime(text, path) : text
    }
  }
}

const comparisons: Readonly<Record<string, (found: string, wanted: string) => boolean>> = {
  '': (found, wanted) => found === wanted,
  NEQ: (found, wanted) => found !== wanted,
  GT: (found, wanted) => found > wanted,
  GTE: (found, wanted) => found >= wanted,
  LT: (found, wanted) => found < wanted,
  LTE: (found, wanted) => found <= wanted,
  Contains: (found, wanted) => found.includes(wanted),
  HasPrefix: (found, wanted) => found.startsWith(wanted),
  HasSuffix: (found, wanted) => found.endsWith(wanted),
  EqualFold: (found, wanted) => found.toLowerCase() === wanted.toLowerCase(),
  ContainsFold: (found, wanted) => found.toLowerCase().includes(wanted.toLowerCase()),
}

function itemsOf(value: Input): readonly Input[] {
  return Array.isArray(value) ? (value as readonly Input[]) : [value]
}

/** Of one length, so that text compares as time does. */
function sortableTime(text: string, path: readonly (string | number)[]): string {
  const time = parseTime(text)
  if (time === undefined) throw new FieldError(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05.999999999Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`, path)
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? ''
  return `${time.toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}`
}
