import { compareDecimals } from './decimal.ts'
import { RegoNumber, toDecimal } from './number.ts'
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
  private readonly members: Map<Key, Value> = new Map()
  private sorted: readonly Value[] | undefined
  /** @internal */
  cachedKey: string | undefined

  static of(values: Iterable<Value>): RegoSet {
    const set = new RegoSet()
    for (const value of values) set.add(value)
    return set
  }

  get size(): number {
    return this.members.size
  }

  /** True when the value was not there before. The first of several equal values stays. */
  add(value: Value): boolean {
    const key = keyOf(value)
    if (this.members.has(key)) return false
    this.members.set(key, value)
    this.sorted = undefined
    return true
  }

  has(value: Value): boolean {
    return this.members.has(keyOf(value))
  }

  /** The member that equals `value`: it may be spelled differently (`1` and `1.0`). */
  get(value: Value): Value | undefined {
    return this.members.get(keyOf(value))
  }

  /** The members in order; shared, not to be changed. */
  values(): readonly Value[] {
    return (this.sorted ??= [...this.members.values()].sort(compare))
  }

  /** The members as they were added: for work where order cannot be seen. */
  unordered(): Iterable<Value> {
    return this.members.values()
  }

  [Symbol.iterator](): Iterator<Value> {
    return this.values()[Symbol.iterator]()
  }
}

/** An object with keys of any type, as Rego builds it. Filled by its maker with {@link set}, then left alone. */
export class RegoObject {
  private readonly map: Map<Key, Value> = new Map()
  /** Only keys that are not their own hash key: composites, numbers that keep a text. */
  private originals: Map<Key, Value> | undefined
  private sorted: readonly Value[] | undefined
  /** @internal */
  cachedKey: string | undefined

  static of(entries: Iterable<readonly [Value, Value]>): RegoObject {
    const object = new RegoObject()
    for (const [key, value] of entries) object.set(key, value)
    return object
  }

  get size(): number {
    return this.map.size
  }

  get(key: Value): Value | undefined {
    return this.map.get(keyOf(key))
  }

  has(key: Value): boolean {
    return this.map.has(keyOf(key))
  }

  set(key: Value, value: Value): void {
    const hash = keyOf(key)
    if (hash !== key && !this.map.has(hash)) (this.originals ??= new Map()).set(hash, key)
    this.map.set(hash, value)
    this.sorted = undefined
  }

  /** The keys in order; shared, not to be changed. */
  keys(): readonly Value[] {
    return (this.sorted ??= this.sortKeys())
  }

  /** Entries as they were added: for work where order cannot be seen. */
  forEach(visit: (value: Value, key: Value) => void): void {
    this.map.forEach((value, hash) => visit(value, this.originals?.get(hash) ?? hash))
  }

  private sortKeys(): readonly Value[] {
    const hashes = [...this.map.keys()]
    const { originals } = this
    return (originals === undefined ? hashes : hashes.map((hash): Value => originals.get(hash) ?? hash)).sort(compare)
  }
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

/** The keys in Rego's order; not to be changed. */
export function objectKeys(object: ObjectValue): readonly Value[] {
  if (object instanceof RegoObject) return object.keys()
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
  if (typeof value === 'string') return JSON.stringify(value)
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
  for (let i = 0; i < a.length; i++) if (!equal(a[i] as Value, b[i] as Value)) return false
  return true
}

function equalSets(a: RegoSet, b: RegoSet): boolean {
  if (a.size !== b.size) return false
  for (const member of a.unordered()) if (!b.has(member)) return false
  return true
}

function equalObjects(a: ObjectValue, b: ObjectValue): boolean {
  if (objectSize(a) !== objectSize(b)) return false
  for (const key of objectKeys(a)) {
    if (!objectHas(b, key) || !equal(objectGet(a, key) as Value, objectGet(b, key) as Value)) return false
  }
  return true
}
