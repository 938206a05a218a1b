import { CompositeTable } from './composites.ts'
import { compareDecimals } from './decimal.ts'
import { RegoNumber, toDecimal } from './number.ts'
import { countParts } from './parts.ts'
import { compareStrings } from './strings.ts'

/** A JSON object as it was parsed: string keys, read through {@link objectGet}, never copied and never changed. */
export interface JsonObject {
  readonly [key: string]: Value
}

/**
 * Any value of Rego. A number is a JavaScript `number` exactly when JavaScript prints its text unchanged
 * (`String(Number(text)) === text`), and a {@link RegoNumber} that keeps its text otherwise.
 */
export type Value = null | boolean | number | string | RegoNumber | readonly Value[] | JsonObject | RegoObject | RegoSet

/** Objects of both representations. */
export type ObjectValue = JsonObject | RegoObject

/** Numbers of both representations. */
export type NumberValue = number | RegoNumber

/** A set of values; iterates in Rego's total order. Filled by its maker with {@link add}, then left alone. */
export class RegoSet {
  private readonly scalars: Map<Scalar, Value> = new Map()
  private composites: CompositeTable<Value, undefined> | undefined
  private others: Value[] | undefined
  private sorted: readonly Value[] | undefined
  /** @internal */
  cachedKey: string | undefined

  static of(values: Iterable<Value>): RegoSet {
    const set = new RegoSet()
    for (const value of values) set.add(value)
    return set
  }

  get size(): number {
    return this.scalars.size + (this.others === undefined ? 0 : this.others.length)
  }

  /** True when the value was not there before. The first of several equal values stays. */
  add(value: Value): boolean {
    const scalar = scalarOf(value)
    if (scalar !== undefined) {
      if (this.scalars.has(scalar)) return false
      this.scalars.set(scalar, value)
    } else {
      const table = (this.composites ??= newTable())
      if (table.find(value) !== undefined) return false
      table.add(value, undefined)
      ;(this.others ??= []).push(value)
    }
    this.sorted = undefined
    return true
  }

  has(value: Value): boolean {
    const scalar = scalarOf(value)
    return scalar === undefined ? this.composites?.find(value) !== undefined : this.scalars.has(scalar)
  }

  /** The member that equals `value`: it may be spelled differently (`1` and `1.0`). */
  get(value: Value): Value | undefined {
    const scalar = scalarOf(value)
    return scalar === undefined ? this.composites?.find(value)?.value : this.scalars.get(scalar)
  }

  /** The members in order; shared, not to be changed. */
  values(): readonly Value[] {
    return (this.sorted ??= sortValues([...this.unordered()]))
  }

  /** The members as they were added: for work where order cannot be seen. */
  unordered(): Iterable<Value> {
    if (this.others === undefined) return this.scalars.values()
    return this.scalars.size === 0 ? this.others : [...this.scalars.values(), ...this.others]
  }

  [Symbol.iterator](): Iterator<Value> {
    return this.values()[Symbol.iterator]()
  }
}

/** An object with keys of any type, as Rego builds it. Filled by its maker with {@link set}, then left alone. */
export class RegoObject {
  private readonly scalars: Map<Scalar, Value> = new Map()
  /** Keys that are numbers with a text of their own. */
  private spelled: Map<Scalar, Value> | undefined
  private composites: CompositeTable<Value, Value> | undefined
  private others: Value[] | undefined
  private sorted: readonly Value[] | undefined
  /** @internal */
  cachedKey: string | undefined

  static of(entries: Iterable<readonly [Value, Value]>): RegoObject {
    const object = new RegoObject()
    for (const [key, value] of entries) object.set(key, value)
    return object
  }

  get size(): number {
    return this.scalars.size + (this.others === undefined ? 0 : this.others.length)
  }

  get(key: Value): Value | undefined {
    if (typeof key === 'string') return this.scalars.get(key.charCodeAt(0) === 0 ? `\0${key}` : key)
    const scalar = scalarOf(key)
    return scalar === undefined ? this.composites?.find(key)?.item : this.scalars.get(scalar)
  }

  has(key: Value): boolean {
    return this.get(key) !== undefined
  }

  set(key: Value, value: Value): void {
    const scalar = scalarOf(key)
    if (scalar !== undefined) {
      if (scalar !== key && !this.scalars.has(scalar)) (this.spelled ??= new Map()).set(scalar, key)
      this.scalars.set(scalar, value)
    } else {
      const table = (this.composites ??= newTable())
      const known = table.find(key)
      if (known === undefined) {
        table.add(key, value)
        ;(this.others ??= []).push(key)
      } else known.item = value
    }
    this.sorted = undefined
  }

  /** The keys in order; shared, not to be changed. */
  keys(): readonly Value[] {
    return (this.sorted ??= this.sortKeys())
  }

  /** Entries as they were added: for work where order cannot be seen. */
  forEach(visit: (value: Value, key: Value) => void): void {
    this.scalars.forEach((value, scalar) => visit(value, this.spelled?.get(scalar) ?? scalar))
    for (const key of this.others ?? []) visit(this.composites?.find(key)?.item as Value, key)
  }

  private sortKeys(): readonly Value[] {
    const { spelled } = this
    const keys: Value[] = spelled === undefined ? [...this.scalars.keys()] : [...this.scalars.keys()].map((scalar): Value => spelled.get(scalar) ?? scalar)
    if (this.others !== undefined) keys.push(...this.others)
    return sortValues(keys)
  }
}

/** What scalars are told apart by in a `Map`: themselves, but for numbers that keep a text and strings that start with NUL. */
type Scalar = string | number | boolean | null

function scalarOf(value: Value): Scalar | undefined {
  if (typeof value === 'string') return value.charCodeAt(0) === 0 ? `\0${value}` : value
  if (typeof value === 'number') return value === 0 ? 0 : value
  if (value === null || typeof value === 'boolean') return value
  return value instanceof RegoNumber ? value.key : undefined
}

function newTable<T>(): CompositeTable<Value, T> {
  return new CompositeTable<Value, T>((value) => hashValue(value, 3), equal, (value) => `${keyOf(value)}`)
}

function sortValues(values: Value[]): Value[] {
  for (let i = 1; i < values.length; i++) if (compare(values[i - 1] as Value, values[i] as Value) > 0) return values.sort(compare)
  return values
}

/** A number that equal values share. It looks at texts here and there, and not below `depth`. */
function hashValue(value: Value, depth: number): number {
  if (typeof value === 'string') return hashString(value)
  if (typeof value === 'number') return (value | 0) ^ 0x5bd1
  if (value === null) return 17
  if (typeof value === 'boolean') return value ? 19 : 23
  if (value instanceof RegoNumber) return typeof value.key === 'number' ? (value.key | 0) ^ 0x5bd1 : hashString(value.key)
  if (Array.isArray(value)) return hashList(value as readonly Value[], depth)
  if (value instanceof RegoSet) {
    let sum = value.size
    countParts(sum)
    if (depth > 0) for (const member of value.unordered()) sum = (sum + hashValue(member, depth - 1)) | 0
    return Math.imul(sum, 31) ^ 0x77
  }
  let sum = 3
  if (value instanceof RegoObject) {
    sum += value.size
    countParts(sum)
    value.forEach((item, key) => {
      sum = (sum + Math.imul(hashValue(key, depth), 31) + (depth > 0 ? hashValue(item, depth - 1) : 0)) | 0
    })
    return sum
  }
  const object = value as JsonObject
  const keys = Object.keys(object)
  sum += keys.length
  countParts(sum)
  for (const key of keys) sum = (sum + Math.imul(hashString(key), 31) + (depth > 0 ? hashValue(object[key] as Value, depth - 1) : 0)) | 0
  return sum
}

function hashList(items: readonly Value[], depth: number): number {
  let hash = items.length
  if (depth === 0) return hash
  const step = items.length > 8 ? Math.floor(items.length / 8) : 1
  for (let i = 0; i < items.length; i += step) hash = (Math.imul(hash, 31) + hashValue(items[i] as Value, depth - 1)) | 0
  return hash
}

function hashString(text: string): number {
  const { length } = text
  let hash = length
  const step = length > 16 ? Math.floor(length / 8) : 1
  for (let i = 0; i < length; i += step) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  // Names that are counted differ at their ends.
  if (length > 16) for (let i = length - 4; i < length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

/** True for objects as JSON gave them. */
export function isPlainObject(value: Value): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof RegoObject) &&
    !(value instanceof RegoSet) &&
    !(value instanceof RegoNumber)
  )
}

/** True for objects of both representations. */
export function isObject(value: Value): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegoSet) && !(value instanceof RegoNumber)
}

const { hasOwn } = Object

/** The value under a key. Inherited properties (`constructor`) are not there. */
export function objectGet(object: ObjectValue, key: Value): Value | undefined {
  if (object instanceof RegoObject) return object.get(key)
  return typeof key === 'string' && hasOwn(object, key) ? object[key] : undefined
}

export function objectHas(object: ObjectValue, key: Value): boolean {
  return object instanceof RegoObject ? object.has(key) : typeof key === 'string' && hasOwn(object, key)
}

export function objectSize(object: ObjectValue): number {
  return object instanceof RegoObject ? object.size : Object.keys(object).length
}

/** Sorted keys of plain objects, while something runs in which they cannot change. */
let knownKeys: Map<JsonObject, readonly string[]> | undefined

/** Runs something that changes no plain object, so that the order of an object's keys is worked out once. */
export function withStableObjects<T>(run: () => T): T {
  const outer = knownKeys
  knownKeys = new Map()
  try {
    return run()
  } finally {
    knownKeys = outer
  }
}

/** The keys in Rego's order; not to be changed. */
export function objectKeys(object: ObjectValue): readonly Value[] {
  if (object instanceof RegoObject) return object.keys()
  if (knownKeys === undefined) return sortedKeys(object)
  let keys = knownKeys.get(object)
  if (keys === undefined) {
    keys = sortedKeys(object)
    knownKeys.set(object, keys)
  }
  return keys
}

function sortedKeys(object: JsonObject): readonly string[] {
  const keys = Object.keys(object)
  for (let i = 1; i < keys.length; i++) {
    if (compareStrings(keys[i - 1] as string, keys[i] as string) > 0) return keys.sort(compareStrings)
  }
  return keys
}

/** Key and value pairs in Rego's order. */
export function objectEntries(object: ObjectValue): [Value, Value][] {
  return objectKeys(object).map((key) => [key, objectGet(object, key) as Value])
}

/**
 * What sets and objects are hashed by: equal values have the same key, different values have different ones.
 * Scalars are their own key; everything else is a text that starts with NUL.
 */
export type Key = string | number | boolean | null

export function keyOf(value: Value): Key {
  if (typeof value === 'string') return value.charCodeAt(0) === 0 ? `\0${JSON.stringify(value)}` : value
  if (typeof value === 'number') return value === 0 ? 0 : value
  if (value === null || typeof value === 'boolean') return value
  if (value instanceof RegoNumber) return value.key
  if (value instanceof RegoSet || value instanceof RegoObject) return (value.cachedKey ??= `\0${encode(value)}`)
  return `\0${encode(value)}`
}

function encode(value: Value): string {
  countParts(2)
  if (typeof value === 'string') {
    countParts(value.length)
    return JSON.stringify(value)
  }
  if (typeof value === 'number') return String(value === 0 ? 0 : value)
  if (value === null) return 'n'
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (value instanceof RegoNumber) return String(value.key)
  if (value instanceof RegoSet) return value.cachedKey?.slice(1) ?? `<${[...value].map(encode).sort().join()}>`
  if (value instanceof RegoObject) return value.cachedKey?.slice(1) ?? encodeEntries(value)
  if (isPlainObject(value)) return encodePlain(value)
  return `[${value.map(encode).join()}]`
}

function encodeEntries(object: RegoObject): string {
  const parts: string[] = []
  object.forEach((value, key) => parts.push(`${encode(key)}:${encode(value)}`))
  return `{${parts.sort().join()}}`
}

function encodePlain(object: JsonObject): string {
  const parts = Object.keys(object).map((key) => `${JSON.stringify(key)}:${encode(object[key] as Value)}`)
  return `{${parts.sort().join()}}`
}

/** The names of Rego's types, as `type_name` gives them. */
export type TypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'set'

export function typeName(value: Value): TypeName {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (value instanceof RegoSet) return 'set'
  return value instanceof RegoNumber ? 'number' : 'object'
}

const rank: Readonly<Record<TypeName, number>> = { null: 0, boolean: 1, number: 2, string: 3, array: 4, object: 5, set: 6 }

export function isNumber(value: Value): value is NumberValue {
  return typeof value === 'number' || value instanceof RegoNumber
}

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

export function compareNumbers(a: NumberValue, b: NumberValue): -1 | 0 | 1 {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0
  return compareDecimals(toDecimal(a), toDecimal(b))
}

/** Rego's total order over all values: null, booleans, numbers, strings, arrays, objects, sets. */
export function compare(a: Value, b: Value): -1 | 0 | 1 {
  if (a === b) return 0
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b)
  const typeA = typeName(a)
  const typeB = typeName(b)
  if (typeA !== typeB) return rank[typeA] < rank[typeB] ? -1 : 1
  switch (typeA) {
    case 'null':
      return 0
    case 'boolean':
      return a === false ? -1 : 1
    case 'number':
      return compareNumbers(a as NumberValue, b as NumberValue)
    case 'string':
      return compareStrings(a as string, b as string)
    case 'array':
      return compareLists(a as readonly Value[], b as readonly Value[])
    case 'set':
      return compareLists((a as RegoSet).values(), (b as RegoSet).values())
    case 'object':
      return compareObjects(a as ObjectValue, b as ObjectValue)
  }
}

function compareLists(a: readonly Value[], b: readonly Value[]): -1 | 0 | 1 {
  const length = Math.min(a.length, b.length)
  countParts(length)
  for (let i = 0; i < length; i++) {
    const order = compare(a[i] as Value, b[i] as Value)
    if (order !== 0) return order
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1
}

function compareObjects(a: ObjectValue, b: ObjectValue): -1 | 0 | 1 {
  const keysA = objectKeys(a)
  const keysB = objectKeys(b)
  const length = Math.min(keysA.length, keysB.length)
  countParts(length)
  for (let i = 0; i < length; i++) {
    const keyA = keysA[i] as Value
    const keyB = keysB[i] as Value
    const order = compare(keyA, keyB) || compare(objectGet(a, keyA) as Value, objectGet(b, keyB) as Value)
    if (order !== 0) return order
  }
  return keysA.length === keysB.length ? 0 : keysA.length < keysB.length ? -1 : 1
}

/** The same value, however its numbers are spelled and its objects are represented. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a === 'string' || typeof b === 'string' || a === null || b === null || typeof a === 'boolean' || typeof b === 'boolean') return false
  if (typeof a === 'number') return b instanceof RegoNumber && b.key === (a === 0 ? 0 : a)
  if (a instanceof RegoNumber) return isNumber(b) && compareNumbers(a, b) === 0
  if (typeof b === 'number' || b instanceof RegoNumber) return false
  if (isArray(a)) return isArray(b) && equalLists(a, b)
  if (isArray(b)) return false
  if (a instanceof RegoSet) return b instanceof RegoSet && equalSets(a, b)
  return isObject(b) && isObject(a) && equalObjects(a, b)
}

function equalLists(a: readonly Value[], b: readonly Value[]): boolean {
  if (a.length !== b.length) return false
  countParts(a.length)
  for (let i = 0; i < a.length; i++) if (!equal(a[i] as Value, b[i] as Value)) return false
  return true
}

function equalSets(a: RegoSet, b: RegoSet): boolean {
  if (a.size !== b.size) return false
  countParts(a.size)
  for (const member of a.unordered()) if (!b.has(member)) return false
  return true
}

function equalObjects(a: ObjectValue, b: ObjectValue): boolean {
  const size = objectSize(a)
  if (size !== objectSize(b)) return false
  countParts(size)
  for (const key of objectKeys(a)) {
    if (!objectHas(b, key) || !equal(objectGet(a, key) as Value, objectGet(b, key) as Value)) return false
  }
  return true
}
