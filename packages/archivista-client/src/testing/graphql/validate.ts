import { invalid, QueryError } from './error.ts'
import type { AnswerError } from './error.ts'
import type { Argument, Literal, Operation, Query, Selection } from './parse.ts'
import { enumTypes, fieldArguments, inputTypes, isKnownType, objectTypes, scalarTypes, typeRef, typeText } from './schema.ts'
import type { TypeRef } from './schema.ts'
import { suggestion } from './suggest.ts'

/** Chooses the operation of a query, and refuses what does not fit the schema. */
export function validate(query: Query, operationName: string | undefined): Operation {
  const [first] = query.operations
  const operation = operationName === undefined || operationName === '' ? first : query.operations.find(({ name }) => name === operationName)
  if (operation === undefined) throw new QueryError([{ message: first === undefined ? 'no operation provided' : `operation ${operationName ?? ''} not found`, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }])
  if (operation.kind !== 'query') throw new QueryError([invalid(`Schema does not support operation type "${operation.kind}"`, operation.at)])
  const errors = new Validator(query, operation).errors()
  if (errors.length > 0) throw new QueryError(errors)
  return operation
}

class Validator {
  readonly #query: Query
  readonly #operation: Operation
  readonly #errors: AnswerError[] = []
  readonly #used = new Set<string>()
  readonly #spreading = new Set<string>()

  constructor(query: Query, operation: Operation) {
    this.#query = query
    this.#operation = operation
  }

  errors(): readonly AnswerError[] {
    const { variables, selections } = this.#operation
    for (const { type, at } of variables) {
      const { name } = typeRef(type)
      if (!isKnownType(name)) this.#errors.push(invalid(`Unknown type "${name}".`, at))
    }
    this.#selections(selections, 'Query')
    for (const { name, at } of variables) {
      if (!this.#used.has(name)) this.#errors.push(invalid(`Variable "$${name}" is never used.`, at))
    }
    return this.#errors
  }

  #selections(selections: readonly Selection[], type: string): void {
    for (const selection of selections) {
      for (const { arguments: given } of selection.directives) for (const { value } of given) this.#literal(value, typeRef('Boolean!'))
      if (selection.kind === 'inline') this.#selections(selection.selections, selection.on ?? type)
      else if (selection.kind === 'spread') this.#spread(selection)
      else this.#field(selection, type)
    }
  }

  #spread({ name, at }: Extract<Selection, { kind: 'spread' }>): void {
    const fragment = this.#query.fragments.get(name)
    if (fragment === undefined) this.#errors.push(invalid(`Unknown fragment "${name}".`, at))
    else if (this.#spreading.has(name)) this.#errors.push(invalid(`Cannot spread fragment "${name}" within itself.`, at))
    else {
      this.#spreading.add(name)
      this.#selections(fragment.selections, fragment.on)
      this.#spreading.delete(name)
    }
  }

  #field(field: Extract<Selection, { kind: 'field' }>, type: string): void {
    const { name, at, selections } = field
    // what is asked about the schema itself is refused when it is carried out
    if (name.startsWith('__')) return
    const text = objectTypes.get(type)?.[name]
    if (text === undefined) {
      this.#errors.push(invalid(`Cannot query field "${name}" on type "${type}".${suggestion(name, Object.keys(objectTypes.get(type) ?? {}))}`, at))
      return
    }
    this.#arguments(field, `${type}.${name}`)
    const ref = typeRef(text)
    const isLeaf = scalarTypes.has(ref.name)
    if (isLeaf && selections.length > 0) this.#errors.push(invalid(`Field "${name}" must not have a selection since type "${text}" has no subfields.`, at))
    if (!isLeaf && selections.length === 0) this.#errors.push(invalid(`Field "${name}" of type "${text}" must have a selection of subfields. Did you mean "${name} { ... }"?`, at))
    if (!isLeaf) this.#selections(selections, ref.name)
  }

  #arguments({ arguments: given, at }: Extract<Selection, { kind: 'field' }>, field: string): void {
    const known = fieldArguments.get(field) ?? {}
    for (const { name, value } of given) {
      const type = Object.hasOwn(known, name) ? known[name] : undefined
      if (type === undefined) this.#errors.push(invalid(`Unknown argument "${name}" on field "${field}".${suggestion(name, Object.keys(known))}`, at))
      else this.#literal(value, typeRef(type))
    }
    for (const [name, type] of Object.entries(known)) {
      if (typeRef(type).isRequired && !given.some((each) => each.name === name)) this.#errors.push(invalid(`Field "${field.replace(/.*\./, '')}" argument "${name}" of type "${type}" is required, but it was not provided.`, at))
    }
  }

  #literal(value: Literal, type: TypeRef): void {
    if (value.kind === 'variable') {
      this.#used.add(value.text)
      if (!this.#operation.variables.some(({ name }) => name === value.text)) this.#errors.push(invalid(`Variable "$${value.text}" is not defined.`, value.at))
    } else if (value.kind === 'null') {
      if (type.isRequired) this.#errors.push(invalid(`Expected value of type "${typeText(type)}", found null.`, value.at))
    } else if (value.kind === 'list') {
      if (!type.isList) this.#errors.push(invalid(`Expected value of type "${typeText(type)}", found a list.`, value.at))
      for (const item of value.items) this.#literal(item, { ...type, isList: false, isRequired: type.isItemRequired })
    } else if (value.kind === 'object') this.#members(value.members, type, value)
    else this.#leaf(value, type)
  }

  #members(members: readonly Argument[], type: TypeRef, { at }: Literal): void {
    const known = inputTypes.get(type.name)
    if (known === undefined) {
      this.#errors.push(invalid(`Expected value of type "${typeText(type)}", found an object.`, at))
      return
    }
    for (const member of members) {
      const text = Object.hasOwn(known, member.name) ? known[member.name] : undefined
      if (text === undefined) this.#errors.push(invalid(`Field "${member.name}" is not defined by type "${type.name}".${suggestion(member.name, Object.keys(known))}`, member.at))
      else this.#literal(member.value, typeRef(text))
    }
  }

  #leaf(value: Exclude<Literal, { kind: 'list' | 'object' | 'null' }>, type: TypeRef): void {
    const shown = value.kind === 'boolean' ? String(value.value) : value.text
    const enumValues = enumTypes.get(type.name)
    if (enumValues !== undefined) {
      if (value.kind !== 'enum' || !enumValues.includes(value.text)) this.#errors.push(invalid(`Value "${shown}" does not exist in "${typeText(type)}" enum.`, value.at))
      return
    }
    const fits: Readonly<Record<string, readonly Literal['kind'][]>> = { String: ['string'], Time: ['string'], Cursor: ['string'], ID: ['string', 'int'], Int: ['int'], Boolean: ['boolean'] }
    if (fits[type.name]?.includes(value.kind) !== true) this.#errors.push(invalid(`${type.name} cannot represent the value: ${shown}`, value.at))
  }
}
