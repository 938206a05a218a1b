import type { BuiltinContext } from '../builtins/builtin.ts'
import { limitError } from '../builtins/builtin.ts'
import { compileRegex, type Regex } from '../regex/regex.ts'
import { compareDecimals, type Decimal } from '../value/decimal.ts'
import { toDecimal } from '../value/number.ts'
import { objectGet, objectHas, objectSize } from '../value/members.ts'
import { isArray, isNumber, isObject, isPlainObject, type JsonObject, type NumberValue, type Value } from '../value/value.ts'
import { canonicalJson } from './canonical.ts'
import { matchesFormat } from './formats.ts'
import { messages, type Details, type FailureType } from './messages.ts'
import { isMultiple, printDecimal } from './decimals.ts'
import { members } from './members.ts'
import type { Schema } from './schema.ts'

export interface Failure {
  readonly type: FailureType
  /** Path with dots; `(Root)` for the document itself. */
  readonly field: string
  readonly description: string
}

/** What was wrong, and how close it came: the best of several alternatives is the one reported. */
interface Outcome {
  readonly failures: Failure[]
  score: number
}

interface Validator {
  readonly context: BuiltinContext
  readonly patterns: Map<string, Regex>
  depth: number
}

/** Everything that is wrong with a document, in gojsonschema's order where that has one, else by key. */
export function validate(schema: Schema, document: Value, context: BuiltinContext): readonly Failure[] {
  return check({ context, patterns: new Map(), depth: 0 }, schema, document, []).failures
}

type Path = readonly string[]

function check(validator: Validator, schema: Schema, node: Value, path: Path): Outcome {
  const outcome: Outcome = { failures: [], score: 0 }
  visit(validator, schema, node, path, outcome)
  return outcome
}

function visit(validator: Validator, schema: Schema, node: Value, path: Path, outcome: Outcome): void {
  const { context } = validator
  context.spend(1)
  if (schema.pass !== undefined) {
    if (!schema.pass) fail(outcome, 'false', path)
    return
  }
  validator.depth += 1
  if (validator.depth > context.limits.depth) throw limitError('ERR_LIMIT_DEPTH', `a JSON schema leads deeper than ${context.limits.depth} levels`)
  if (schema.target === undefined) visitOwn(validator, schema, node, path, outcome)
  else visit(validator, schema.target, node, path, outcome)
  validator.depth -= 1
}

function visitOwn(validator: Validator, schema: Schema, node: Value, path: Path, outcome: Outcome): void {
  const given = typeOf(node)
  const { types } = schema
  if (types.length > 0 && !types.includes(given) && !(given === 'integer' && types.includes('number'))) {
    fail(outcome, 'invalid_type', path, { expected: types.length === 1 ? (types[0] ?? '') : `[${types.join()}]`, given })
    return
  }
  checkCombinations(validator, schema, node, path, outcome)
  if (isNumber(node)) checkNumber(schema, node, path, outcome)
  else if (isArray(node)) checkArray(validator, schema, node, path, outcome)
  else if (isObject(node) && isPlainObject(node)) checkObject(validator, schema, node, path, outcome)
  checkValue(schema, node, path, outcome)
  if (typeof node === 'string') checkString(schema, node, path, outcome)
  if (isObject(node) && isPlainObject(node)) {
    for (const property of schema.properties) {
      const child = objectGet(node, property.property)
      if (child !== undefined) visit(validator, property, child, [...path, property.property], outcome)
    }
  }
  outcome.score += 1
}

function typeOf(node: Value): 'null' | 'integer' | 'number' | 'array' | 'object' | 'boolean' | 'string' {
  if (node === null) return 'null'
  if (isNumber(node)) return toDecimal(node).exponent >= 0 ? 'integer' : 'number'
  if (isArray(node)) return 'array'
  return typeof node === 'boolean' ? 'boolean' : typeof node === 'string' ? 'string' : 'object'
}

function checkCombinations(validator: Validator, schema: Schema, node: Value, path: Path, outcome: Outcome): void {
  if (schema.anyOf.length > 0) {
    const results: Outcome[] = []
    const valid = schema.anyOf.some((alternative) => {
      const result = check(validator, alternative, node, path)
      results.push(result)
      return result.failures.length === 0
    })
    if (!valid) {
      fail(outcome, 'number_any_of', path)
      merge(outcome, best(results))
    }
  }
  if (schema.oneOf.length > 0) {
    const results = schema.oneOf.map((alternative) => check(validator, alternative, node, path))
    const valid = results.filter(({ failures }) => failures.length === 0).length
    if (valid !== 1) {
      fail(outcome, 'number_one_of', path)
      if (valid === 0) merge(outcome, best(results))
    }
  }
  let failed = false
  for (const part of schema.allOf) {
    const result = check(validator, part, node, path)
    failed ||= result.failures.length > 0
    merge(outcome, result)
  }
  if (failed) fail(outcome, 'number_all_of', path)
  if (schema.not !== undefined && check(validator, schema.not, node, path).failures.length === 0) fail(outcome, 'number_not', path)
  checkDependencies(validator, schema, node, path, outcome)
  checkCondition(validator, schema, node, path, outcome)
  outcome.score += 1
}

function checkDependencies(validator: Validator, { dependencies }: Schema, node: Value, path: Path, outcome: Outcome): void {
  if (dependencies.size === 0 || !isObject(node)) return
  for (const [key] of members(node)) {
    const dependency = dependencies.get(key)
    if (dependency === undefined) continue
    if ('draft' in dependency) visit(validator, dependency, node, path, outcome)
    else for (const name of dependency) if (!objectHas(node, name)) fail(outcome, 'missing_dependency', path, { dependency: name })
  }
}

function checkCondition(validator: Validator, schema: Schema, node: Value, path: Path, outcome: Outcome): void {
  if (schema.if === undefined) return
  const holds = check(validator, schema.if, node, path).failures.length === 0
  const branch = holds ? schema.then : schema.else
  if (branch === undefined) return
  const result = check(validator, branch, node, path)
  if (result.failures.length === 0) return
  fail(outcome, holds ? 'condition_then' : 'condition_else', path)
  merge(outcome, result)
}

function checkValue(schema: Schema, node: Value, path: Path, outcome: Outcome): void {
  if (schema.const !== undefined && canonicalJson(node) !== schema.const) fail(outcome, 'const', path, { allowed: schema.const })
  if (schema.enum.length > 0 && !schema.enum.includes(canonicalJson(node))) fail(outcome, 'enum', path, { allowed: schema.enum.join(', ') })
  if (schema.format !== undefined && typeof node === 'string' && !matchesFormat(schema.format, node)) fail(outcome, 'format', path, { format: schema.format })
  outcome.score += 1
}

function checkString({ counts }: Schema, text: string, path: Path, outcome: Outcome): void {
  const length = Array.from(text).length
  if (counts.minLength !== undefined && length < counts.minLength) fail(outcome, 'string_gte', path, { min: counts.minLength })
  if (counts.maxLength !== undefined && length > counts.maxLength) fail(outcome, 'string_lte', path, { max: counts.maxLength })
  outcome.score += 1
}

function checkNumber(schema: Schema, number: NumberValue, path: Path, outcome: Outcome): void {
  const value = toDecimal(number)
  const bound = (limit: Decimal | undefined, type: FailureType, name: 'min' | 'max', broken: (order: number) => boolean): void => {
    if (limit !== undefined && broken(compareDecimals(value, limit))) fail(outcome, type, path, { [name]: printDecimal(limit) })
  }
  if (schema.multipleOf !== undefined && !isMultiple(value, schema.multipleOf)) fail(outcome, 'multiple_of', path, { multiple: printDecimal(schema.multipleOf) })
  bound(schema.maximum, 'number_lte', 'max', (order) => order > 0)
  bound(schema.exclusiveMaximum, 'number_lt', 'max', (order) => order >= 0)
  bound(schema.minimum, 'number_gte', 'min', (order) => order < 0)
  bound(schema.exclusiveMinimum, 'number_gt', 'min', (order) => order <= 0)
  outcome.score += 1
}

function checkArray(validator: Validator, schema: Schema, items: readonly Value[], path: Path, outcome: Outcome): void {
  const at = (part: Schema, item: Value, i: number): Outcome => check(validator, part, item, [...path, String(i)])
  if (isArrayOf(schema.items)) {
    const fixed = schema.items
    for (const [i, item] of items.entries()) {
      const part = fixed[i]
      if (part !== undefined) merge(outcome, at(part, item, i))
    }
    if (fixed.length > 0 && fixed.length < items.length) {
      const { additionalItems } = schema
      if (additionalItems === false) fail(outcome, 'array_no_additional_items', path)
      else if (typeof additionalItems === 'object') {
        for (const [i, item] of items.entries()) if (i >= fixed.length) merge(outcome, at(additionalItems, item, i))
      }
    }
  } else if (schema.items !== undefined) for (const [i, item] of items.entries()) merge(outcome, at(schema.items, item, i))
  const { minItems, maxItems } = schema.counts
  if (minItems !== undefined && items.length < minItems) fail(outcome, 'array_min_items', path, { min: minItems })
  if (maxItems !== undefined && items.length > maxItems) fail(outcome, 'array_max_items', path, { max: maxItems })
  if (schema.uniqueItems) checkUnique(items, path, outcome)
  if (schema.contains !== undefined) checkContains(schema.contains, items, at, path, outcome)
  outcome.score += 1
}

function isArrayOf(items: Schema['items']): items is readonly Schema[] {
  return Array.isArray(items)
}

function checkUnique(items: readonly Value[], path: Path, outcome: Outcome): void {
  const seen = new Map<string, number>()
  for (const [j, item] of items.entries()) {
    const json = canonicalJson(item)
    const i = seen.get(json)
    if (i !== undefined) fail(outcome, 'unique', path, { i, j })
    seen.set(json, j)
  }
}

function checkContains(part: Schema, items: readonly Value[], at: (part: Schema, item: Value, i: number) => Outcome, path: Path, outcome: Outcome): void {
  const results: Outcome[] = []
  for (const [i, item] of items.entries()) {
    const result = at(part, item, i)
    if (result.failures.length === 0) return
    results.push(result)
  }
  fail(outcome, 'contains', path)
  merge(outcome, best(results))
}

function checkObject(validator: Validator, schema: Schema, object: JsonObject, path: Path, outcome: Outcome): void {
  const size = objectSize(object)
  const { minProperties, maxProperties } = schema.counts
  if (minProperties !== undefined && size < minProperties) fail(outcome, 'array_min_properties', path, { min: minProperties })
  if (maxProperties !== undefined && size > maxProperties) fail(outcome, 'array_max_properties', path, { max: maxProperties })
  for (const property of schema.required) {
    if (objectHas(object, property)) outcome.score += 1
    else fail(outcome, 'required', path, { property })
  }
  const described = new Set(schema.properties.map(({ property }) => property))
  for (const [key, value] of members(object)) {
    const matched = checkPatterns(validator, schema, key, value, path, outcome)
    if (described.has(key) || matched) continue
    const additional = schema.additionalProperties
    if (additional === false) fail(outcome, 'additional_property_not_allowed', path, { property: key })
    else if (typeof additional === 'object') merge(outcome, check(validator, additional, value, [...path, key]))
  }
  if (schema.propertyNames !== undefined) {
    for (const [property] of members(object)) {
      const result = check(validator, schema.propertyNames, property, path)
      if (result.failures.length === 0) continue
      fail(outcome, 'invalid_property_name', path, { property })
      merge(outcome, result)
    }
  }
  outcome.score += 1
}

function checkPatterns(validator: Validator, { patternProperties }: Schema, key: string, value: Value, path: Path, outcome: Outcome): boolean {
  const { context, patterns } = validator
  let matched = false
  for (const { pattern, schema } of patternProperties) {
    const regex = patterns.get(pattern) ?? compileRegex(pattern, { maxSize: context.limits.regexSize })
    patterns.set(pattern, regex)
    if (!regex.test(key, context.spend)) continue
    matched = true
    merge(outcome, check(validator, schema, value, [...path, key]))
  }
  if (matched) outcome.score += 1
  return matched
}

/** The first of those with the highest score. */
function best(results: readonly Outcome[]): Outcome {
  let winner: Outcome = { failures: [], score: 0 }
  let found = false
  for (const result of results) {
    if (result.failures.length > 0 && (!found || result.score > winner.score)) winner = result
    found = true
  }
  return winner
}

function merge(outcome: Outcome, other: Outcome): void {
  outcome.failures.push(...other.failures)
  outcome.score += other.score
}

function fail(outcome: Outcome, type: FailureType, path: Path, details: Details = {}): void {
  const field = path.length === 0 ? '(Root)' : path.join('.')
  const describe: (details: Details) => string = messages[type]
  outcome.failures.push({ type, field, description: describe({ ...details, field }) })
  outcome.score -= 2
}
