import type { Decimal } from '../value/decimal.ts'

export type JsonType = 'array' | 'boolean' | 'integer' | 'number' | 'null' | 'object' | 'string'

export const jsonTypes: readonly JsonType[] = ['array', 'boolean', 'integer', 'number', 'null', 'object', 'string']

/** Drafts by number; without a known `$schema` the rules of all of them are mixed, and `hybrid` is the highest. */
export const hybrid = 100

/** A compiled schema. `$ref` may lead back to it, so it is filled in after it was made. */
export interface Schema {
  readonly property: string
  readonly parent: Schema | undefined
  draft: number
  /** What `$id`s and references below are relative to. */
  id: string
  /** `true` and `false` as schemas. */
  pass?: boolean
  /** What `$ref` leads to; nothing else counts then. */
  target?: Schema
  readonly types: JsonType[]
  readonly properties: Schema[]
  additionalProperties?: boolean | Schema
  readonly patternProperties: { readonly pattern: string; readonly schema: Schema }[]
  propertyNames?: Schema
  readonly dependencies: Map<string, readonly string[] | Schema>
  items?: Schema | readonly Schema[]
  additionalItems?: boolean | Schema
  contains?: Schema
  multipleOf?: Decimal
  minimum?: Decimal
  maximum?: Decimal
  exclusiveMinimum?: Decimal
  exclusiveMaximum?: Decimal
  readonly counts: Partial<Record<CountKeyword, number>>
  format?: string
  readonly required: string[]
  uniqueItems: boolean
  /** As canonical JSON. */
  const?: string
  readonly enum: string[]
  readonly oneOf: Schema[]
  readonly anyOf: Schema[]
  readonly allOf: Schema[]
  not?: Schema
  if?: Schema
  then?: Schema
  else?: Schema
}

export type CountKeyword = 'minLength' | 'maxLength' | 'minProperties' | 'maxProperties' | 'minItems' | 'maxItems'

export function newSchema(property: string, parent: Schema | undefined): Schema {
  return {
    property,
    parent,
    draft: parent?.draft ?? hybrid,
    id: parent?.id ?? '',
    types: [],
    properties: [],
    patternProperties: [],
    dependencies: new Map(),
    counts: {},
    required: [],
    uniqueItems: false,
    enum: [],
    oneOf: [],
    anyOf: [],
    allOf: [],
  }
}
