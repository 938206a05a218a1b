import { rowsAt } from '../rows/row.ts'
import type { Row } from '../rows/row.ts'
import { FieldError } from './error.ts'
import type { AnswerError } from './error.ts'
import { cursorOf, pageOf } from './page.ts'
import type { Page } from './page.ts'
import type { Argument, Directive, Operation, Query, Selection } from './parse.ts'
import { objectTypes, scalarTypes, typeRef } from './schema.ts'
import type { TypeRef } from './schema.ts'
import { isInputObject, literalValue, textOf } from './variables.ts'
import type { Input, InputObject } from './variables.ts'
import { filterOf } from './where.ts'

type Field = Extract<Selection, { kind: 'field' }>
type Path = readonly (string | number)[]

/** An answer's members, in the order in which the server writes them. */
export interface Execution {
  readonly errors?: readonly AnswerError[]
  readonly data: unknown
}

/** All rows that queries begin with. */
export interface Tables {
  readonly dsses: readonly Row[]
}

/** Carries a valid operation out. */
export function execute(query: Query, operation: Operation, variables: ReadonlyMap<string, Input>, tables: Tables): Execution {
  const run = new Run(query, variables, tables)
  const data = run.root(operation.selections)
  return run.errors.length === 0 ? { data } : { errors: run.errors, data }
}

/** A value that has to be there is not: what holds it is null instead. */
const missing = Symbol('missing')

class Run {
  readonly errors: AnswerError[] = []
  readonly #query: Query
  readonly #variables: ReadonlyMap<string, Input>
  readonly #tables: Tables

  constructor(query: Query, variables: ReadonlyMap<string, Input>, tables: Tables) {
    this.#query = query
    this.#variables = variables
    this.#tables = tables
  }

  root(selections: readonly Selection[]): unknown {
    const data: [string, unknown][] = []
    let isNull = false
    for (const field of this.#fields(selections, 'Query')) {
      const value = this.#rootField(field)
      if (value === missing) isNull = true
      else data.push([field.key, value])
    }
    return isNull ? null : Object.fromEntries(data)
  }

  #rootField(field: Field): unknown {
    const path = [field.key]
    const input = this.#input(field.arguments)
    try {
      switch (field.name) {
        case '__typename':
          return 'Query'
        case '__schema':
        case '__type':
          throw new FieldError('introspection disabled')
        case 'node':
          return this.#node(textOf(input['id']))
        case 'nodes':
          return this.#nodes(input, path)
        case 'dsses':
          return this.#connection(field, 'Dsse', this.#tables.dsses, input, path)
        case 'subjects':
          return this.#connection(field, 'Subject', this.#tables.dsses.flatMap((dsse) => rowsAt(dsse, 'statement')).flatMap((statement) => rowsAt(statement, 'subjects')), input, path)
        default:
          // the server's own resolver panics
          throw new FieldError('internal system error')
      }
    } catch (error) {
      this.#failed(error, path)
      return field.name === 'node' || field.name.startsWith('__') ? null : missing
    }
  }

  /** No id is ever found: the server has to know its type and does not. */
  #node(id: string): never {
    if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw new FieldError(`invalid UUID length: ${id.length}`, ['id'])
    throw new FieldError(`cannot resolve noder (${id}) without its type`)
  }

  #nodes(input: InputObject, path: Path): unknown {
    const ids = Array.isArray(input['ids']) ? (input['ids'] as readonly Input[]).map(textOf) : [textOf(input['ids'])]
    const [only] = ids
    if (ids.length === 1 && only !== undefined) return this.#node(only)
    return ids.map((id, index) => {
      try {
        return this.#node(id)
      } catch (error) {
        this.#failed(error, [...path, index])
        return null
      }
    })
  }

  #connection(field: Field, type: string, all: readonly Row[], input: InputObject, path: Path): unknown {
    const filter = filterOf(input['where'], type)
    const wanted = (filter === undefined ? [...all] : all.filter(filter)).sort((a, b) => (a.id < b.id ? -1 : 1))
    const order = input['orderBy']
    // at the top the order is taken and not followed
    if (path.length > 1 && isInputObject(order)) wanted.sort((a, b) => ((a.values['createdAt'] ?? '') < (b.values['createdAt'] ?? '') ? -1 : 1) * (order['direction'] === 'DESC' ? -1 : 1))
    const page = pageOf(wanted, input)
    return this.#object(field.selections, `${type}Connection`, path, (each, at) => this.#connectionField(each, type, page, at))
  }

  #connectionField(field: Field, type: string, page: Page, path: Path): unknown {
    const { rows, totalCount, hasNextPage, hasPreviousPage } = page
    const [first, last] = [rows[0], rows.at(-1)]
    if (field.name === 'totalCount') return totalCount
    if (field.name === 'pageInfo') {
      const info: Readonly<Record<string, unknown>> = {
        hasNextPage,
        hasPreviousPage,
        startCursor: first === undefined ? null : cursorOf(first),
        endCursor: last === undefined ? null : cursorOf(last),
      }
      return this.#object(field.selections, 'PageInfo', path, ({ name }) => info[name])
    }
    return rows.map((row, index) => {
      const at = [...path, index]
      const edge = this.#object(field.selections, `${type}Edge`, at, (each, inner) => (each.name === 'cursor' ? cursorOf(row) : orNull(this.#row(each, row, inner))))
      return orNull(edge)
    })
  }

  #row(field: Field, row: Row, path: Path): unknown {
    return this.#object(field.selections, row.type, path, (each, at) => this.#rowField(each, row, at))
  }

  #rowField(field: Field, row: Row, path: Path): unknown {
    if (field.name === 'id') return row.id
    const type = typeRef(objectTypes.get(row.type)?.[field.name] ?? 'String')
    if (scalarTypes.has(type.name)) return this.#scalar(row.values[field.name] ?? null, type, path)
    if (type.name === 'SubjectConnection') return this.#connection(field, 'Subject', rowsAt(row, field.name), this.#input(field.arguments), path)
    if (type.isList) {
      const items = rowsAt(row, field.name).map((each, index) => this.#row(field, each, [...path, index]))
      return items.includes(missing) ? null : items
    }
    const [target] = rowsAt(row, field.name)
    return target === undefined ? null : this.#row(field, target, path)
  }

  #scalar(value: string | null, type: TypeRef, path: Path): unknown {
    if (value !== null || !type.isRequired) return value
    this.errors.push({ message: 'the requested element is null which the schema does not allow', path })
    return missing
  }

  #object(selections: readonly Selection[], type: string, path: Path, resolve: (field: Field, path: Path) => unknown): unknown {
    const members: [string, unknown][] = []
    for (const field of this.#fields(selections, type)) {
      const value = field.name === '__typename' ? type : resolve(field, [...path, field.key])
      if (value === missing) return missing
      members.push([field.key, value])
    }
    return Object.fromEntries(members)
  }

  #fields(selections: readonly Selection[], type: string): readonly Field[] {
    return selections.flatMap((selection): readonly Field[] => {
      if (!this.#isIncluded(selection.directives)) return []
      if (selection.kind === 'field') return [selection]
      const fragment = selection.kind === 'spread' ? this.#query.fragments.get(selection.name) : { on: selection.on ?? type, selections: selection.selections }
      return fragment === undefined || ![type, 'Node'].includes(fragment.on) ? [] : this.#fields(fragment.selections, type)
    })
  }

  #isIncluded(directives: readonly Directive[]): boolean {
    return directives.every(({ name, arguments: given }) => {
      const condition = this.#input(given)['if']
      return name === 'skip' ? condition !== true : name !== 'include' || condition === true
    })
  }

  #input(given: readonly Argument[]): InputObject {
    return Object.fromEntries(
      given.flatMap(({ name, value }): [string, Input][] => {
        const found = literalValue(value, this.#variables)
        return found === undefined ? [] : [[name, found]]
      }),
    )
  }

  #failed(error: unknown, path: Path): void {
    if (!(error instanceof FieldError)) throw error
    this.errors.push({ message: error.message, path: [...path, ...error.path], ...(error.code !== undefined && { extensions: { code: error.code } }) })
  }
}

function orNull(value: unknown): unknown {
  return value === missing ? null : value
}
