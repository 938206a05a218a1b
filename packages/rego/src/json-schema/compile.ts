import type { BuiltinContext } from '../builtins/builtin.ts'
import { limitError } from '../builtins/builtin.ts'
import { builtinError } from '../builtins/operands.ts'
import { rethrowExhaustion } from '../guarded.ts'
import { compileRegex } from '../regex/regex.ts'
import { compareDecimals, type Decimal } from '../value/decimal.ts'
import { toDecimal, toInt64 } from '../value/number.ts'
import { objectGet } from '../value/members.ts'
import { isArray, isNumber, isObject, isPlainObject, type JsonObject, type Value } from '../value/value.ts'
import { canonicalJson } from './canonical.ts'
import { collectReferences, draftOf, inherit, normalReference, type References } from './references.ts'
import { members } from './members.ts'
import { hybrid, jsonTypes, newSchema, type CountKeyword, type JsonType, type Schema } from './schema.ts'

interface Compiler {
  readonly context: BuiltinContext
  readonly references: References
  readonly root: Schema
  /** The schemas that references lead to, also while they are being compiled. */
  readonly targets: Map<string, Schema>
  depth: number
}

/**
 * Compiles a schema of drafts 4, 6 or 7, or the mixture of them that gojsonschema takes without `$schema`. `pattern`
 * is not looked at: OPA leaves it out, since schemas use ECMA's dialect there. Properties come in sorted order.
 */
export function compileSchema(document: Value, context: BuiltinContext): Schema {
  const references = collectReferences(document)
  const root = newSchema('(Root)', undefined)
  root.draft = draftOf(document)
  fill({ context, references, root, targets: new Map(), depth: 0 }, document, root)
  return root
}

function fill(compiler: Compiler, node: Value, schema: Schema): void {
  compiler.context.spend(1)
  compiler.depth += 1
  if (compiler.depth > compiler.context.limits.depth) throw limitError('ERR_LIMIT_DEPTH', `a JSON schema is nested deeper than ${compiler.context.limits.depth} levels`)
  if (schema.draft >= 6 && typeof node === 'boolean') schema.pass = node
  else if (isObject(node) && isPlainObject(node)) fillObject(compiler, node, schema)
  else throw builtinError('Expected: Valid Schema, given: Invalid JSON')
  compiler.depth -= 1
}

function fillObject(compiler: Compiler, node: JsonObject, schema: Schema): void {
  fillId(compiler, node, schema)
  const definitions = get(node, 'definitions')
  if (definitions !== undefined) {
    for (const [, definition] of members(schemaMap(definitions, 'definitions'))) child(compiler, definition, 'definitions', schema)
  }
  for (const key of ['title', 'description']) textOf(node, key)
  if (textOf(node, '$ref') !== undefined) {
    const reference = compiler.references.absolute(node) ?? ''
    const known = compiler.targets.get(reference)
    if (known === undefined) {
      fillTarget(compiler, reference, schema)
      return
    }
    schema.target = known
  }
  fillTypes(node, schema)
  fillProperties(compiler, node, schema)
  fillItems(compiler, node, schema)
  fillNumbers(node, schema)
  fillCounts(node, schema)
  fillValues(compiler, node, schema)
  fillCombinations(compiler, node, schema)
}

function fillId(compiler: Compiler, node: JsonObject, schema: Schema): void {
  const old = schema.draft === 4 || (schema.draft === hybrid && get(node, 'id') !== undefined)
  const id = textOf(node, old ? 'id' : '$id')
  if (id === undefined) return
  const normal = normalReference(id)
  schema.id = schema === compiler.root ? normal : (inherit(schema.parent?.id ?? '', normal) ?? normal)
}

function fillTarget(compiler: Compiler, reference: string, schema: Schema): void {
  const target = newSchema('$ref', schema)
  compiler.targets.set(reference, target)
  const node = compiler.references.resolve(reference)
  target.id = reference
  if (typeof node !== 'boolean' && !isObject(node)) throw builtinError('Valid Schema must be of type object')
  fill(compiler, node, target)
  schema.target = target
}

function fillTypes(node: JsonObject, { types }: Schema): void {
  const type = get(node, 'type')
  if (type === undefined) return
  for (const name of isArray(type) ? type : [type]) {
    if (typeof name !== 'string') throw invalidType('type', 'string/Array Of Strings')
    if (!isType(name)) throw builtinError(`has a primitive type that is NOT VALID -- given: /${name}/ Expected valid values are:[${jsonTypes.join(' ')}]`)
    if (types.includes(name)) throw builtinError(`${name} type is duplicated`)
    types.push(name)
  }
}

function isType(name: string): name is JsonType {
  return (jsonTypes as readonly string[]).includes(name)
}

function fillProperties(compiler: Compiler, node: JsonObject, schema: Schema): void {
  const properties = get(node, 'properties')
  if (properties !== undefined) {
    if (!isObject(properties)) throw builtinError('Properties must be of type object')
    for (const [name, property] of members(properties)) schema.properties.push(child(compiler, property, name, schema))
  }
  const additional = get(node, 'additionalProperties')
  if (additional !== undefined) schema.additionalProperties = booleanOrSchema(compiler, additional, 'additionalProperties', schema)
  const patterns = get(node, 'patternProperties')
  if (patterns !== undefined) {
    if (!isObject(patterns)) throw invalidType('Valid Schema', 'patternProperties')
    for (const [pattern, property] of members(patterns)) {
      checkPattern(compiler.context, pattern)
      schema.patternProperties.push({ pattern, schema: child(compiler, property, pattern, schema) })
    }
  }
  const names = get(node, 'propertyNames')
  if (names !== undefined && schema.draft >= 6) {
    if (typeof names !== 'boolean' && !isObject(names)) throw invalidType('Valid Schema', 'patternProperties')
    schema.propertyNames = child(compiler, names, 'propertyNames', schema)
  }
  fillDependencies(compiler, node, schema)
}

function checkPattern(context: BuiltinContext, pattern: string): void {
  try {
    compileRegex(pattern, { maxSize: context.limits.regexSize })
  } catch (error) {
    rethrowExhaustion(error)
    throw builtinError(`Invalid regex pattern '${pattern}'`, { cause: error })
  }
}

function fillDependencies(compiler: Compiler, node: JsonObject, schema: Schema): void {
  const dependencies = get(node, 'dependencies')
  if (dependencies === undefined) return
  if (!isObject(dependencies)) throw builtinError('dependencies must be of type object')
  const malformed = builtinError('Dependency must be of type Schema Or Array Of Strings')
  for (const [key, dependency] of members(dependencies)) {
    if (isArray(dependency)) {
      const names = dependency.filter((other) => typeof other === 'string')
      if (names.length !== dependency.length) throw malformed
      if (names.length > 0) schema.dependencies.set(key, names)
    } else if (typeof dependency === 'boolean' || isObject(dependency)) schema.dependencies.set(key, child(compiler, dependency, key, schema))
    else throw malformed
  }
}

function fillItems(compiler: Compiler, node: JsonObject, schema: Schema): void {
  const items = get(node, 'items')
  if (items !== undefined) {
    const isSchema = (item: Value): boolean => typeof item === 'boolean' || isObject(item)
    if (!(isArray(items) ? items.every(isSchema) : isSchema(items))) throw invalidType('Valid Schema/Array Of Schemas', 'items')
    schema.items = isArray(items) ? items.map((item) => child(compiler, item, 'items', schema)) : child(compiler, items, 'items', schema)
  }
  const additional = get(node, 'additionalItems')
  if (additional !== undefined) schema.additionalItems = booleanOrSchema(compiler, additional, 'additionalItems', schema)
}

function fillNumbers(node: JsonObject, schema: Schema): void {
  const multipleOf = get(node, 'multipleOf')
  if (multipleOf !== undefined) {
    if (!isNumber(multipleOf)) throw invalidType('Number', 'multipleOf')
    const decimal = toDecimal(multipleOf)
    if (compareDecimals(decimal, toDecimal(0)) <= 0) throw builtinError('multipleOf must be strictly greater than 0')
    schema.multipleOf = decimal
  }
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const value = get(node, bound)
    if (value !== undefined) {
      if (!isNumber(value)) throw builtinError(`${bound} must be of a Number`)
      schema[bound] = toDecimal(value)
    }
    const strict = get(node, exclusive)
    if (strict !== undefined) fillExclusive(schema, bound, exclusive, strict)
  }
}

/** A boolean beside the bound in draft 4, a bound of its own from draft 6 on, either one in the mixture. */
function fillExclusive(schema: Schema, bound: 'minimum' | 'maximum', exclusive: 'exclusiveMinimum' | 'exclusiveMaximum', value: Value): void {
  if (isNumber(value) && schema.draft !== 4) {
    schema[exclusive] = toDecimal(value)
    return
  }
  if (typeof value !== 'boolean' || (schema.draft !== 4 && schema.draft !== hybrid)) {
    throw invalidType(schema.draft === 4 ? 'boolean' : schema.draft === hybrid ? 'boolean/number' : 'number', exclusive)
  }
  const limit: Decimal | undefined = schema[bound]
  if (limit === undefined) throw builtinError(`${exclusive} cannot be used without ${bound}`)
  if (!value) return
  schema[exclusive] = limit
  delete schema[bound]
}

const countPairs: readonly (readonly [CountKeyword, CountKeyword])[] = [
  ['minLength', 'maxLength'],
  ['minProperties', 'maxProperties'],
  ['minItems', 'maxItems'],
]

function fillCounts(node: JsonObject, { counts }: Schema): void {
  for (const [low, high] of countPairs) {
    for (const key of [low, high]) {
      const value = get(node, key)
      if (value === undefined) continue
      const integer = isNumber(value) ? toInt64(value) : undefined
      if (integer === undefined) throw builtinError(`${key} must be of an integer`)
      if (integer < 0n) throw builtinError(`${key} must be greater than or equal to 0`)
      counts[key] = Number(integer)
    }
    const [from, to] = [counts[low], counts[high]]
    if (low !== 'minItems' && from !== undefined && to !== undefined && from > to) throw builtinError(`${low} cannot be greater than ${high}`)
  }
}

function fillValues(compiler: Compiler, node: JsonObject, schema: Schema): void {
  textOf(node, 'pattern')
  const format = textOf(node, 'format')
  if (format !== undefined) schema.format = format
  for (const name of listOf(node, 'required')) {
    if (typeof name !== 'string') throw invalidType('string', 'required')
    if (schema.required.includes(name)) throw builtinError('required items must be unique')
    schema.required.push(name)
  }
  const unique = get(node, 'uniqueItems')
  if (unique !== undefined) {
    if (typeof unique !== 'boolean') throw builtinError('uniqueItems must be of a boolean')
    schema.uniqueItems = unique
  }
  const contains = get(node, 'contains')
  if (contains !== undefined && schema.draft >= 6) schema.contains = child(compiler, contains, 'contains', schema)
  const constant = get(node, 'const')
  if (constant !== undefined && schema.draft >= 6) schema.const = canonicalJson(constant)
  for (const value of listOf(node, 'enum')) {
    const json = canonicalJson(value)
    if (schema.enum.includes(json)) throw builtinError('enum items must be unique')
    schema.enum.push(json)
  }
}

function fillCombinations(compiler: Compiler, node: JsonObject, schema: Schema): void {
  for (const key of ['oneOf', 'anyOf', 'allOf'] as const) {
    for (const alternative of listOf(node, key)) schema[key].push(child(compiler, alternative, key, schema))
  }
  for (const key of ['not', 'if', 'then', 'else'] as const) {
    const value = get(node, key)
    if (value === undefined || (key !== 'not' && schema.draft < 7)) continue
    if (typeof value !== 'boolean' && !isObject(value)) throw builtinError(`${key} must be of an object`)
    schema[key] = child(compiler, value, key, schema)
  }
}

function child(compiler: Compiler, node: Value, property: string, parent: Schema): Schema {
  const schema = newSchema(property, parent)
  fill(compiler, node, schema)
  return schema
}

function booleanOrSchema(compiler: Compiler, value: Value, key: string, schema: Schema): boolean | Schema {
  if (typeof value === 'boolean') return value
  if (isObject(value)) return child(compiler, value, key, schema)
  throw invalidType('boolean/Valid Schema', key)
}

function schemaMap(value: Value, key: string): JsonObject {
  const schemas = isObject(value) && isPlainObject(value) ? value : undefined
  const valid = schemas !== undefined && members(schemas).every(([, schema]) => typeof schema === 'boolean' || isObject(schema))
  if (!valid) throw invalidType('Array Of Schemas', key)
  return schemas
}

function get(node: JsonObject, key: string): Value | undefined {
  return objectGet(node, key)
}

function textOf(node: JsonObject, key: string): string | undefined {
  const value = get(node, key)
  if (value === undefined || typeof value === 'string') return value
  throw invalidType('string', key)
}

function listOf(node: JsonObject, key: string): readonly Value[] {
  const value = get(node, key)
  if (value === undefined) return []
  if (!isArray(value)) throw builtinError(`${key} must be of an array`)
  return value
}

function invalidType(expected: string, given: string): Error {
  return builtinError(`Invalid type. Expected: ${expected}, given: ${given}`)
}
